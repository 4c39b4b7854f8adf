"""Whether an operation may be done: tried on a copy of the session, checked by the rules of the contract."""

from collections.abc import Mapping, Sequence
from typing import Any

from builder.core.check import check
from builder.core.check_schema import schema_problems
from builder.core.convert import as_config
from builder.core.draft import Draft, Entry
from builder.core.events import Dropped, ProposalMade
from builder.core.operation import Operation
from builder.core.problem import Problem, problem
from builder.core.session import Session

Mark = tuple[str, str]  # code and field of a flaw
TOOLS: tuple[str, ...] = ()  # the registry of tools; an interviewer may use no other


class Judge:
    """Judges one operation after another. What it has found in a draft it does not look for again."""

    def __init__(self) -> None:
        self._draft: Draft | None = None
        self._known: frozenset[Mark] = frozenset()

    def tried(
        self, session: Session, operation: Operation, *, theirs: bool = False
    ) -> tuple[Session, Problem | None]:
        """The session after the operation, as the service will have it; the same one and the reason when it is bad.

        `theirs`: the person gave it; then tools are not looked up.
        """
        if not theirs and (invented := _invented_tool(operation)):
            return session, problem("unknown_tool", "tools", name=invented)
        after, came = session.operate(operation, "interviewer")
        if isinstance(came, Dropped):
            return session, came.problem
        draft = after.draft
        if isinstance(came, ProposalMade):
            wanted = came.proposal.after
            draft = draft.with_entry(operation.field, None if wanted is None else Entry(wanted))
        known, found = self._marks(session.draft), flaws(draft)
        new = next((flaw for flaw in found if _mark(flaw) not in known), None)
        if new:
            return session, new
        if draft is after.draft:
            self._draft, self._known = draft, frozenset(map(_mark, found))
        return after, None

    def _marks(self, draft: Draft) -> frozenset[Mark]:
        if draft is not self._draft:
            self._draft, self._known = draft, frozenset(map(_mark, flaws(draft)))
        return self._known


def tried(session: Session, operation: Operation) -> tuple[Session, Problem | None]:
    """The same for a single operation."""
    return Judge().tried(session, operation)


def flaws(draft: Draft) -> list[Problem]:
    """What is wrong with the draft, apart from what is only missing. A schema counts even while it is not used."""
    found = [flaw for flaw in check(as_config(draft)) if not flaw.code.startswith("missing_")]
    hidden = draft.value("return_type") == "unstructured" and "schema_definition" in draft
    return [*found, *(schema_problems(draft.value("schema_definition")) if hidden else ())]


def _mark(flaw: Problem) -> Mark:
    return flaw.code, flaw.field


def _invented_tool(operation: Operation) -> str:
    """The first tool that is not in the registry; "" when all are."""
    if operation.field != "tools" or operation.action in ("remove", "unset"):
        return ""
    wanted: Sequence[Any] = operation.value if isinstance(operation.value, list) else [operation.value]
    names = [_tool_name(tool) for tool in wanted]
    return next((name for name in names if name not in TOOLS), "")


def _tool_name(tool: Any) -> str:
    found = tool.get("name") if isinstance(tool, Mapping) else tool
    return (found if isinstance(found, str) and found.strip() else "?")[:60]
