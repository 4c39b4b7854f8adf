"""What others are told of: frozen updates of one owner, about a session, an agent, or everything."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from builder.core.events import Event
from builder.core.session import Message
from builder.core.stages import Stage

Doing = Literal["looks", "edits"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something. `id` is what a page or program calls itself, so that it knows its own doing again."""

    kind: Literal["page", "program", "interviewer"]
    id: str = ""


PAGE, INTERVIEWER = Actor("page"), Actor("interviewer")
_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)


def acting() -> Actor:
    """Who does what happens now: pages, unless somebody said otherwise by `as_actor`."""
    return _acting.get() or PAGE


@contextmanager
def as_actor(actor: Actor) -> Iterator[None]:
    token = _acting.set(actor)
    try:
        yield
    finally:
        _acting.reset(token)


@dataclass(frozen=True, slots=True, eq=False)
class Update:
    """Base of all updates; `name` is what it is called on every wire. Two updates are never the same one.

    `travels`: who listens in other processes is told of it, too.
    """

    name: ClassVar[str]
    travels: ClassVar[bool] = True
    owner: str
    session_id: str | None = None
    moment: float = field(default_factory=time.time, kw_only=True)  # seconds since 1970


@dataclass(frozen=True, slots=True, eq=False)
class TurnEvent(Update):
    """Something happened in the turn that answers the message with this id."""

    name = "turn"
    message_id: str = field(kw_only=True)
    event: Event = field(kw_only=True)


@dataclass(frozen=True, slots=True, eq=False)
class MessageStored(Update):
    """A message of the person, or a whole reply, is in the talk now."""

    name = "message"
    message: Message = field(kw_only=True)


@dataclass(frozen=True, slots=True, eq=False)
class SessionChanged(Update):
    """The session is stored at a new revision. `fields` are those of the draft that are different now.

    Updates of two changes at once may come in any order: the highest revision counts.
    """

    name = "session_changed"
    revision: int = field(kw_only=True)
    stage: Stage = field(kw_only=True)
    progress: int = field(kw_only=True)
    fields: tuple[str, ...] = field(kw_only=True)
    by: Actor = field(kw_only=True)


@dataclass(frozen=True, slots=True, eq=False)
class SessionEvent(Update):
    """The session was begun, emptied, put away or deleted."""

    name = "session"
    what: Literal["begun", "reset", "archived", "deleted"] = field(kw_only=True)
    by: Actor = field(kw_only=True)


@dataclass(frozen=True, slots=True, eq=False)
class AgentEvent(Update):
    """A saved agent. `agent_name` and `version` are those after it; None where it is gone."""

    name = "agent"
    what: Literal["saved", "renamed", "deleted", "restored"] = field(kw_only=True)
    agent_id: str = field(kw_only=True)
    agent_name: str | None = field(kw_only=True)
    version: int | None = field(kw_only=True)
    by: Actor = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at a session or edits it. `browser` is the same in all tabs of one browser, "" when not told."""

    id: str
    kind: Literal["page", "program"]
    doing: Doing = "looks"
    browser: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Present(Update):
    """Who is at the session now: those who came first, and how many there are of all."""

    name = "presence"
    travels = False  # each process counts together what it knows
    visitors: tuple[Visitor, ...] = field(kw_only=True)
    count: int = field(kw_only=True)


@dataclass(frozen=True, slots=True, eq=False)
class Visiting(Update):
    """What processes tell each other, and no reader: who is at the session by way of this one. `asks`: and by yours?"""

    name = "visiting"
    travels = False  # it is said to the others by itself, and again and again
    process: str = field(kw_only=True)
    visitors: tuple[Visitor, ...] = field(kw_only=True)
    count: int = field(kw_only=True)
    asks: bool = field(kw_only=True)


@dataclass(frozen=True, slots=True, eq=False)
class Stopping(Update):
    """What processes tell each other, and no reader: end the session's turn, or only that of this message."""

    name = "stopping"
    travels = False  # who says it sees in the database whether it was heard
    message_id: str | None = field(kw_only=True)


Word = Visiting | Stopping  # between processes


@dataclass(frozen=True, slots=True, eq=False)
class Missed(Update):
    """Some updates did not reach this reader: it was too slow, or they are not told one by one. Read again."""

    name = "missed"
    count: int = field(kw_only=True)
