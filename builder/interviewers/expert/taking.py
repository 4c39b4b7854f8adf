"""What code takes from a message before any model sees it: pasted schemas, examples and configurations, verbatim."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from builder.core.check import check
from builder.core.convert import fields_of
from builder.core.draft import FIELDS
from builder.core.operation import Operation
from builder.core.problem import Problem
from builder.core.session import Session
from builder.interviewers.expert.judging import Judge
from builder.interviewers.offline.importing import usable_parts
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.pasted import Pasted, find_pasted, inferred, looks_like_properties

_MOST_PROBLEMS = 3
_INTRODUCTION = 12  # words


@dataclass(frozen=True, slots=True)
class Taken:
    """`prose` is the message as it is sent, `operations` what the paste says, `note` tells the model of it, `told`
    tells the person when it cannot be used as it is. `alone`: there is nothing but the paste, so nobody asks about it.
    """

    prose: str
    operations: tuple[Operation, ...] = ()
    note: str = ""
    told: str = ""
    alone: bool = False


def taken(message: str, session: Session, pack: Pack) -> Taken:
    """The message without its JSON, and what becomes of that."""
    pasted = find_pasted(message)
    if pasted is None or (pasted.kind == "example" and not _is_output(pasted, session)):
        return Taken(message)
    if pasted.kind == "broken":
        return _broken(pasted, pack)
    values, problems = _values(pasted)
    good = tuple(_good(values, session))
    words = "\n".join([pack.text("say.bad_config"), *(f"- {p.reason} {p.next_step}" for p in problems)])
    places = ", ".join(step.field for step in good)
    note = f"pasted {pasted.kind}: "
    note += f"stored word for word in {places}, unless heard is question" if places else "stored in no field"
    if problems:
        note += "; the person was told what is wrong with it: " + " ".join(p.reason for p in problems)
    return Taken(_without(pasted), good, note, words if problems else "", alone=not pasted.prose.strip())


def _is_output(pasted: Pasted, session: Session) -> bool:
    """Is an example the output? Where outputs are known or not wanted, only one that stands alone is."""
    draft = session.draft
    is_open = "schema_definition" not in draft and draft.value("return_type") != "unstructured"
    return is_open or len(pasted.prose.split()) <= _INTRODUCTION


def without_paste(message: str) -> str:
    """An earlier message as it is sent again."""
    pasted = find_pasted(message)
    return message if pasted is None else _without(pasted)


def _without(pasted: Pasted) -> str:
    return f"{pasted.before.rstrip()}\n[{pasted.kind} pasted]\n{pasted.after.lstrip()}".strip()


def _broken(pasted: Pasted, pack: Pack) -> Taken:
    reason = pack.table("broken").get(pasted.flaw, pack.text("broken.other"))
    note = f"pasted JSON that cannot be read (line {pasted.line}: {reason}); the person was told so, nothing is stored"
    return Taken(_without(pasted), (), note, pack.text("say.broken", line=pasted.line, reason=reason))


def _values(pasted: Pasted) -> tuple[Mapping[str, Any], list[Problem]]:
    """Draft fields with their values, and what is wrong with a configuration."""
    if pasted.kind == "config":
        problems = check(pasted.value)
        found = usable_parts(pasted.value) if problems else fields_of(pasted.value)
        return found, problems[:_MOST_PROBLEMS]
    value = pasted.value
    if pasted.kind == "schema":
        schema = value if "type" in value else {"type": "object", **value}
    else:
        schema = {"type": "object", "properties": value} if looks_like_properties(value) else inferred(value)
    return {"return_type": "structured", "schema_definition": schema}, []


def _good(values: Mapping[str, Any], session: Session) -> Iterator[Operation]:
    """Those that the draft takes. What the person's configuration names as tools is theirs, not invented."""
    judge = Judge()
    for name in FIELDS:
        if name in values:
            operation = Operation("set", name, values[name], source="user")
            after, flaw = judge.tried(session, operation, theirs=True)
            if flaw is None:
                session = after
                yield operation
