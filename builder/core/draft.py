"""The draft: what is known of an agent so far. Each field has a value, a source and perhaps a lock.

The draft is the truth, the talk is not. Anybody changes it by operations; code applies them, and the changes that
come back are what really changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from builder.core import output, placeholders
from builder.core.operation import Author, Operation, Source
from builder.core.problem import Problem, problem

TEXTS = ("name", "description", "return_type", "system_prompt", "user_prompt", "tone", "language", "first_message")
LISTS = ("goals", "conversation_starters", "guardrails", "tools", "test_cases")
MAPPINGS = ("placeholders", "schema_definition", "memory", "workflow", "voice", "model", "metadata")
FIELDS = (*TEXTS[:5], "placeholders", "schema_definition", *LISTS[:1], *TEXTS[5:], *LISTS[1:], *MAPPINGS[2:])
PROMPTS = ("system_prompt", "user_prompt")


@dataclass(frozen=True, slots=True)
class Entry:
    value: Any
    source: Source = "user"
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after; None means empty. `key` names the output or placeholder when only that changed."""

    field: str
    before: Any
    after: Any
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that waits for the person's yes: of a locked field, or a better text that was asked for (then with
    `reasons`). There is at most one for a field."""

    field: str
    before: Any
    after: Any
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of one operation: the draft after it, and exactly one of change, proposal, problem (or nothing)."""

    draft: "Draft"
    change: Change | None = None
    proposal: Proposal | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    entries: Mapping[str, Entry] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.entries

    def value(self, name: str, default: Any = None) -> Any:
        entry = self.entries.get(name)
        return default if entry is None else entry.value

    def text(self, name: str) -> str:
        value = self.value(name, "")
        return value if isinstance(value, str) else ""

    def source(self, name: str) -> Source | None:
        entry = self.entries.get(name)
        return None if entry is None else entry.source

    def locked(self, name: str) -> bool:
        entry = self.entries.get(name)
        return entry is not None and entry.locked

    @property
    def assumed(self) -> list[str]:
        """Fields that the interviewer decided and nobody said."""
        return [name for name in FIELDS if self.source(name) == "assumed"]

    def with_entry(self, name: str, entry: Entry | None) -> "Draft":
        left = {key: value for key, value in self.entries.items() if key != name}
        return Draft(left if entry is None else left | {name: entry})

    def unlock(self, name: str) -> "Draft":
        """The field may be changed by the interviewer again."""
        entry = self.entries.get(name)
        return self if entry is None else self.with_entry(name, replace(entry, locked=False))

    def apply(self, operation: Operation, by: Author = "interviewer", pending: Proposal | None = None) -> Applied:
        """The draft after one operation. Never raises: what cannot be applied comes back as a problem.

        A person's change locks the field. An interviewer's change of a locked field becomes a proposal, built on
        `pending`, the proposal for that field that still waits.
        """
        if operation.field not in FIELDS:
            return Applied(self, problem=problem("unknown_field", operation.field, name=operation.field))
        before = self.value(operation.field)
        blocked = by == "interviewer" and self.locked(operation.field)
        start = pending.after if blocked and pending else before
        after, refused = _result(operation, start)
        if refused:
            return Applied(self, problem=refused)
        if blocked:
            return Applied(self, proposal=None if after == start else Proposal(operation.field, before, after))
        if after == before:
            return Applied(self._confirmed(operation))
        person = by == "person"
        entry = None if after is None else Entry(after, "edited" if person else operation.source, locked=person)
        key = operation.key if operation.action in ("put", "drop", "rename") else None
        return Applied(self.with_entry(operation.field, entry), Change(operation.field, before, after, key))

    def _confirmed(self, operation: Operation) -> "Draft":
        """The same value said by the person is no longer assumed."""
        entry = self.entries.get(operation.field)
        if entry is None or entry.source != "assumed" or operation.source == "assumed":
            return self
        return self.with_entry(operation.field, replace(entry, source=operation.source))


def _result(operation: Operation, before: Any) -> tuple[Any, Problem | None]:
    """The field's value after the operation (None: empty), or why it cannot be."""
    kind = list if operation.field in LISTS else dict if operation.field in MAPPINGS else str
    if before is not None and not isinstance(before, kind):
        before = None
    match operation.action, kind:
        case "unset", _:
            return None, None
        case "set", _ if isinstance(operation.value, kind):
            return _emptied(_tidy(operation)), None
        case "add" | "remove", _ if kind is list:
            left = [item for item in before or [] if item != operation.value]
            if operation.action == "remove":
                return _emptied(left), None
            return (before if len(left) < len(before or []) else [*left, operation.value]), None
        case "put" | "drop" | "rename", _ if kind is dict and operation.key:
            return _mapped(operation, before or {})
    return before, problem("bad_operation", operation.field, action=operation.action, name=operation.field)


def _tidy(operation: Operation) -> Any:
    value = operation.value
    return value.strip() if isinstance(value, str) and operation.field not in PROMPTS else value


def _emptied(value: Any) -> Any:
    return None if value in ("", [], {}) or (isinstance(value, str) and not value.strip()) else value


def _mapped(operation: Operation, before: Mapping[str, Any]) -> tuple[Any, Problem | None]:
    key, value = str(operation.key), operation.value
    outputs = operation.field == "schema_definition"
    present = key in (output.properties(before) if outputs else before)
    if operation.action != "put" and not present:
        return before, problem("unknown_entry", f"{operation.field}.{key}", name=key)
    if operation.action == "rename":
        return (output.rename(before, key, str(value)) if outputs else _renamed(before, key, str(value))), None
    if operation.action == "drop":
        left = output.drop(before, key) if outputs else {k: v for k, v in before.items() if k != key}
        return (None if outputs and not output.properties(left) else _emptied(left)), None
    if outputs:
        if not isinstance(value, Mapping):
            return before, problem("bad_output", f"{operation.field}.{key}")
        return output.put(before or output.EMPTY, key, value), None
    return {**before, key: value}, None


def _renamed(mapping: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    return {new if key == old else key: value for key, value in mapping.items() if key != new}


def gaps(draft: Draft) -> list[str]:
    """Names of all placeholders used in the two prompts, each once."""
    return list(dict.fromkeys(name for prompt in PROMPTS for name in placeholders.used(draft.text(prompt))))
