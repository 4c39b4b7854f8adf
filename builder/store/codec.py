"""Values of `core` as JSON text and back: the one place that knows their written form.

Reading is forgiving: keys that a newer program wrote are skipped, what is missing takes its default.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast, get_args

from builder.core.check_schema import deeper_than
from builder.core.draft import FIELDS, Change, Draft, Entry, Proposal
from builder.core.errors import Invalid
from builder.core.operation import Source
from builder.core.problem import Problem
from builder.core.session import Role, State
from builder.core.stages import Stage
from builder.core.usage import Usage

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

DEEPEST = 100
_NONE = "[]"  # most messages change nothing: then there is nothing to read
_STATES, _SOURCES = frozenset(get_args(State)), frozenset(get_args(Source))
_USAGE = frozenset(item.name for item in fields(Usage))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def moment(micros: int) -> datetime:
    return _EPOCH + micros * _MICROSECOND


def dumps(value: Any) -> str:
    """ASCII only: neither database trips over a NUL or half a surrogate pair.

    TypeError for what is not JSON, Invalid for what is nested so deep that reading it again could fail.
    """
    if value and deeper_than(value, DEEPEST):
        raise Invalid(f"A value is nested more than {DEEPEST} levels deep.", next_step="Make it flatter.")
    return _ENCODER.encode(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


_ENCODER = json.JSONEncoder(default=_plain, separators=(",", ":"))


def loads(text: str) -> Any:
    return json.loads(text)


def draft_to(draft: Draft) -> str:
    entries = {name: {"value": e.value, "source": e.source, "locked": e.locked} for name, e in draft.entries.items()}
    return dumps({"entries": entries})


def draft_from(text: str) -> Draft:
    found = loads(text).get("entries", {})
    return Draft({name: _entry(written) for name, written in found.items() if name in FIELDS})


def _entry(written: Mapping[str, Any]) -> Entry:
    source = written.get("source")
    known = cast(Source, source) if source in _SOURCES else "user"
    return Entry(written.get("value"), known, bool(written.get("locked", False)))


def changes_to(changes: Iterable[Change]) -> str:
    return dumps([_fields(change) for change in changes])


def changes_from(text: str) -> tuple[Change, ...]:
    if text == _NONE:
        return ()
    return tuple(Change(c["field"], c.get("before"), c.get("after"), c.get("key")) for c in loads(text))


def proposals_to(proposals: Iterable[Proposal]) -> str:
    return dumps([_fields(proposal) for proposal in proposals])


def proposals_from(text: str) -> tuple[Proposal, ...]:
    if text == _NONE:
        return ()
    found = loads(text)
    return tuple(Proposal(p["field"], p.get("before"), p.get("after"), tuple(p.get("reasons", ()))) for p in found)


def dropped_to(problems: Iterable[Problem]) -> str:
    return dumps([problem.to_json() for problem in problems])


def dropped_from(text: str) -> tuple[Problem, ...]:
    if text == _NONE:
        return ()
    return tuple(
        Problem(p["code"], p["field"], p["reason"], p["next_step"], p.get("params", {})) for p in loads(text)
    )


def usage_to(usage: Usage) -> str:
    return dumps(_fields(usage))


def _fields(value: "DataclassInstance") -> dict[str, Any]:
    """As they are, not copied: they are written at once."""
    return {item.name: getattr(value, item.name) for item in fields(value)}


@lru_cache(maxsize=4_096)
def usage_from(text: str) -> Usage:
    return Usage(**{name: value for name, value in loads(text).items() if name in _USAGE})


def stage_from(name: str | None) -> Stage | None:
    return Stage.__members__.get(name or "")


def role_from(name: str) -> Role:
    return "user" if name == "user" else "model"


def state_from(name: str) -> State:
    return cast(State, name) if name in _STATES else "done"
