"""States of a session to return to: a tree in which each state knows the one it grew from.

A state whose fields say the same as its parent's (only the interviewer's notes moved on) is silent: steps back and
forth pass over it. Nothing is ever cut off: going back and then on another way leaves the old way in reach.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from builder.core.draft import Draft
from builder.core.session import Session
from builder.store import codec
from builder.store.rows import now
from builder.store.tables import CHECKPOINTS

_C = CHECKPOINTS.c
_UNDO_TO = select(_C.undo_to).where(_C.session_id == bindparam("session"), _C.number == bindparam("place"))


def same_state(one: Session, other: Session) -> bool:
    return _state(one) == _state(other)


def _state(session: Session) -> tuple[Any, ...]:
    return session.draft, session.proposals, session.notes, session.planned, session.agreed


def _values(draft: Draft) -> Mapping[str, Any]:
    return {name: entry.value for name, entry in draft.entries.items()}


def plant(connection: Connection, session_id: str, session: Session) -> None:
    """The first state of a session."""
    _insert(connection, session_id, 0, session, None, None)


def grow(connection: Connection, row: Row[Any], before: Session, after: Session) -> dict[str, int]:
    """A new state after the one in force, if anything moved on; gives the counters to write."""
    if same_state(before, after):
        return {}
    silent = codec.dumps(_values(before.draft)) == codec.dumps(_values(after.draft))
    number = row.checkpoints + 1
    undo_to = _undo_to(connection, row.id, row.cursor) if silent else row.cursor
    _insert(connection, row.id, number, after, row.cursor, undo_to)
    return {"cursor": number, "checkpoints": number}


def _insert(
    connection: Connection, session_id: str, number: int, session: Session, parent: int | None, undo_to: int | None
) -> None:
    state = {
        "draft": codec.draft_to(session.draft),
        "proposals": codec.proposals_to(session.proposals.values()),
        "notes": codec.dumps(session.notes),
        "planned": session.planned,
        "agreed": session.agreed,
    }
    place = {"session_id": session_id, "number": number, "parent": parent, "undo_to": undo_to, "created": now()}
    connection.execute(insert(CHECKPOINTS), place | state)


def restored(connection: Connection, session: Session, number: int) -> Session:
    """The session with the state that the checkpoint kept."""
    kept = connection.execute(select(CHECKPOINTS).where(_C.session_id == session.id, _C.number == number)).one()
    return replace(
        session,
        draft=codec.draft_from(kept.draft),
        proposals={proposal.field: proposal for proposal in codec.proposals_from(kept.proposals)},
        notes=codec.loads(kept.notes),
        planned=kept.planned,
        agreed=kept.agreed,
    )


def back(connection: Connection, row: Row[Any]) -> int | None:
    """Where a step back leads; None at the beginning."""
    return _undo_to(connection, row.id, row.cursor)


def last_step(connection: Connection, row: Row[Any]) -> int | None:
    """The checkpoint that a step back takes away: the one in force, or the one before its silent ones."""
    place: int | None = row.cursor
    while place is not None:
        this = select(_C.parent, _C.undo_to).where(_C.session_id == row.id, _C.number == place)
        kept = connection.execute(this).one()
        if kept.parent is not None and kept.undo_to == kept.parent:
            return place
        place = kept.parent
    return None


def forth(connection: Connection, row: Row[Any]) -> int | None:
    """Where a step forward leads (the latest way taken from here); None at the end."""
    place: int | None = row.cursor
    while place is not None:
        number = _child(connection, row.id, place, silent=False)
        if number is not None:
            return _calm(connection, row.id, number)
        place = _child(connection, row.id, place, silent=True)
    return None


def _calm(connection: Connection, session_id: str, number: int) -> int:
    """From there along the silent states, to where the talk had come before the next change."""
    while (following := _child(connection, session_id, number, silent=True)) is not None:
        number = following
    return number


def _child(connection: Connection, session_id: str, parent: int, *, silent: bool) -> int | None:
    kind = _C.undo_to.is_distinct_from(_C.parent) if silent else _C.undo_to == _C.parent
    children = select(_C.number).where(_C.session_id == session_id, _C.parent == parent, kind)
    return connection.execute(children.order_by(_C.number.desc()).limit(1)).scalar()


def _undo_to(connection: Connection, session_id: str, number: int) -> int | None:
    return connection.execute(_UNDO_TO, {"session": session_id, "place": number}).scalar()
