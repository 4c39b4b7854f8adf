"""Everything that happens in a turn, as one stream of frozen events.

An interviewer turns (session, message) into events; the service applies each to the session and passes it on; a page
draws it, an API writes it. Who has read this file and `session.py` knows the product.

An interviewer yields TextDelta, TextTakenBack, Proposed, Dropped, Suggested, Remembered, Planned, Agreed, ToolCalled,
Retrying, Used, Failed.
The service adds Started, DraftChanged, ProposalMade, Dropped, StageChanged, Finished: they say what really happened.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from builder.core.draft import Change, Proposal
from builder.core.operation import Operation
from builder.core.problem import Problem
from builder.core.stages import Stage
from builder.core.usage import Usage

Outcome = Literal["done", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events; `kind` is its name on every wire."""

    kind: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.kind = cls.__name__


@dataclass(frozen=True, slots=True)
class Started(Event):
    """The person's message is stored; a reply with this id begins. `again`: the message was sent before."""

    message_id: str
    reply_id: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class TextDelta(Event):
    """More text of the reply, to be added to what came before."""

    text: str


@dataclass(frozen=True, slots=True)
class TextTakenBack(Event):
    """Everything so far was only half an answer: forget its text, suggestions and changes. It begins anew or fails."""


@dataclass(frozen=True, slots=True)
class Proposed(Event):
    """An interviewer wants this change; code decides what becomes of it."""

    operation: Operation


@dataclass(frozen=True, slots=True)
class DraftChanged(Event):
    change: Change


@dataclass(frozen=True, slots=True)
class ProposalMade(Event):
    """A locked field stays as it is; the person may accept this change."""

    proposal: Proposal


@dataclass(frozen=True, slots=True)
class Dropped(Event):
    """An operation could not be applied and was left out; the rest of the turn goes on."""

    operation: Operation
    problem: Problem


@dataclass(frozen=True, slots=True)
class Suggested(Event):
    """Short answers to tap; they replace the earlier ones."""

    replies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remembered(Event):
    """What an interviewer wants to find in `session.notes` at the next turn (JSON)."""

    notes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Planned(Event):
    """The plan was shown and a yes was asked for."""


@dataclass(frozen=True, slots=True)
class Agreed(Event):
    """The person said yes to the plan (or, with False, took it back)."""

    yes: bool = True


@dataclass(frozen=True, slots=True)
class ToolCalled(Event):
    name: str
    arguments: Mapping[str, Any]
    result: str | None = None


@dataclass(frozen=True, slots=True)
class Retrying(Event):
    """The model's end failed, `reason` says how in words; the next try starts in `seconds`."""

    attempt: int
    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class Used(Event):
    """What a call of a model took; those of one turn add up, also those of tries that failed."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class Failed(Event):
    """The turn ends without a whole answer; the draft is as before the turn.

    `cause` is "text" when nothing is broken, only what the person wrote cannot be used.
    """

    reason: str
    next_step: str
    cause: Literal["engine", "text"] = "engine"


@dataclass(frozen=True, slots=True)
class StageChanged(Event):
    stage: Stage
    progress: int


@dataclass(frozen=True, slots=True)
class Finished(Event):
    """The last event of every turn; the session is stored at this revision."""

    outcome: Outcome
    revision: int
