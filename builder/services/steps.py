"""What a person does to a session by hand, each as a pure step from one session to the next."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from builder.core.errors import Conflict, NotFound
from builder.core.events import DraftChanged, Dropped, Event
from builder.core.operation import Operation
from builder.core.session import Session
from builder.services.talk import Edited

Revisions = Collection[int] | None  # of which the session must be at one; None: any will do


def edited(
    session: Session, operations: Iterable[Operation], seen: Mapping[str, Any], revisions: Revisions = None
) -> Edited:
    """After the operations. Conflict when a field is not as the person saw it, or the session at another revision."""
    operations = list(operations)
    if revisions is not None and session.revision not in revisions:
        now = {each.field: session.draft.value(each.field) for each in operations}
        reason = f"The session is at revision {session.revision} by now."
        raise Conflict(reason, now, revision=session.revision)
    theirs = {name: now for name, value in seen.items() if (now := session.draft.value(name)) != value}
    if theirs:
        raise Conflict(f"Changed elsewhere meanwhile: {', '.join(theirs)}.", theirs, revision=session.revision)
    came: list[Event] = []
    for operation in operations:
        session, event = session.operate(operation, "person")
        came.extend([event] if event else [])
    changes = tuple(event.change for event in came if isinstance(event, DraftChanged))
    return Edited(_staged(session), changes, tuple(event.problem for event in came if isinstance(event, Dropped)))


def accepted(session: Session, field: str) -> Session:
    return _staged(_waiting(session, field).accept(field)[0].without_proposal(field))


def refused(session: Session, field: str) -> Session:
    return _waiting(session, field).without_proposal(field)


def unlocked(session: Session, field: str) -> Session:
    return replace(session, draft=session.draft.unlock(field))


def _waiting(session: Session, field: str) -> Session:
    if field not in session.proposals:
        raise NotFound("This proposal is not waiting any more.", "Look at the field as it is now.")
    return session


def _staged(session: Session) -> Session:
    return session.staged(spoken=bool(session.messages))
