"""What happens while a message is answered. A kind that this client does not know comes as a plain `Event`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from builder_client.answers import FieldChange, FieldProblem, FieldProposal, Used
from builder_client.reading import Unreadable, read

Outcome = Literal["done", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Event:
    """`kind` is the event's name, `data` all that the server said of it.

    >>> event_of("Sneezed", {"loud": True})
    Event(kind='Sneezed', data={'loud': True})
    """

    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Known(Event):
    kind: str = field(repr=False)
    data: Mapping[str, Any] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Started(_Known):
    """The message is stored and its reply begins. `again`: it was sent before.

    >>> event_of("Started", {"message_id": "m1", "reply_id": "r1", "again": False}).reply_id
    'r1'
    """

    message_id: str
    reply_id: str
    again: bool
    __match_args__: ClassVar[tuple[str, ...]] = ("message_id", "reply_id", "again")


@dataclass(frozen=True, slots=True)
class TextDelta(_Known):
    """More of the reply's text.

    >>> match event_of("TextDelta", {"text": "Good"}):
    ...     case TextDelta(text):
    ...         print(text)
    Good
    """

    text: str
    __match_args__: ClassVar[tuple[str, ...]] = ("text",)


@dataclass(frozen=True, slots=True)
class TextTakenBack(_Known):
    """Forget text, suggestions and changes so far: it begins anew.

    >>> event_of("TextTakenBack", {}).kind
    'TextTakenBack'
    """

    __match_args__: ClassVar[tuple[str, ...]] = ()


@dataclass(frozen=True, slots=True)
class DraftChanged(_Known):
    """A field of the draft has another value now.

    >>> change = {"field": "tone", "before": None, "after": "kind", "key": None, "kind": "added"}
    >>> event_of("DraftChanged", {"change": change}).change.after
    'kind'
    """

    change: FieldChange
    __match_args__: ClassVar[tuple[str, ...]] = ("change",)


@dataclass(frozen=True, slots=True)
class ProposalMade(_Known):
    """A field that was changed by hand stays; this waits for `accept` or `refuse`.

    >>> proposal = {"field": "tone", "before": "kind", "after": "brief", "reasons": []}
    >>> event_of("ProposalMade", {"proposal": proposal}).proposal.after
    'brief'
    """

    proposal: FieldProposal
    __match_args__: ClassVar[tuple[str, ...]] = ("proposal",)


@dataclass(frozen=True, slots=True)
class Dropped(_Known):
    """A change could not be made and was left out.

    >>> problem = {"code": "bad_name", "field": "name", "reason": "No.", "next_step": "Another."}
    >>> event_of("Dropped", {"operation": {}, "problem": problem}).problem.code
    'bad_name'
    """

    operation: Mapping[str, Any]
    problem: FieldProblem
    __match_args__: ClassVar[tuple[str, ...]] = ("operation", "problem")


@dataclass(frozen=True, slots=True)
class Suggested(_Known):
    """Short answers to choose from; they replace earlier ones.

    >>> event_of("Suggested", {"replies": ["Yes", "No"]}).replies
    ('Yes', 'No')
    """

    replies: tuple[str, ...]
    __match_args__: ClassVar[tuple[str, ...]] = ("replies",)


@dataclass(frozen=True, slots=True)
class ToolCalled(_Known):
    """A tool was called for the reply.

    >>> event_of("ToolCalled", {"name": "clock", "arguments": {}, "result": "noon"}).result
    'noon'
    """

    name: str
    arguments: Mapping[str, Any]
    result: str | None
    __match_args__: ClassVar[tuple[str, ...]] = ("name", "arguments", "result")


@dataclass(frozen=True, slots=True)
class Retrying(_Known):
    """The model's end failed; the server tries again in `seconds`.

    >>> event_of("Retrying", {"attempt": 1, "seconds": 2, "reason": "It is busy."}).seconds
    2.0
    """

    attempt: int
    seconds: float
    reason: str
    __match_args__: ClassVar[tuple[str, ...]] = ("attempt", "seconds", "reason")


@dataclass(frozen=True, slots=True)
class TokensUsed(_Known):
    """What a call of a model took (`Used` on the wire).

    >>> usage = {"input": 9, "cached": 0, "thinking": 0, "output": 4, "cost": None, "model": "m"}
    >>> event_of("Used", {"usage": usage}).usage.output
    4
    """

    usage: Used
    __match_args__: ClassVar[tuple[str, ...]] = ("usage",)


@dataclass(frozen=True, slots=True)
class Failed(_Known):
    """The reply could not be made; the draft is as before the message.

    >>> event_of("Failed", {"reason": "It is down.", "next_step": "Later.", "cause": "engine"}).reason
    'It is down.'
    """

    reason: str
    next_step: str
    __match_args__: ClassVar[tuple[str, ...]] = ("reason", "next_step")


@dataclass(frozen=True, slots=True)
class StageChanged(_Known):
    """The interview is at another stage; `progress` is 0-100.

    >>> event_of("StageChanged", {"stage": "COMPLETED", "progress": 100}).progress
    100
    """

    stage: str
    progress: int
    __match_args__: ClassVar[tuple[str, ...]] = ("stage", "progress")


@dataclass(frozen=True, slots=True)
class Finished(_Known):
    """The last event: everything is stored, at this revision of the session.

    >>> event_of("Finished", {"outcome": "done", "revision": 4}).outcome
    'done'
    """

    outcome: Outcome
    revision: int
    __match_args__: ClassVar[tuple[str, ...]] = ("outcome", "revision")


KINDS: Mapping[str, type[_Known]] = {
    **{kind.__name__: kind for kind in (Started, TextDelta, TextTakenBack, DraftChanged, ProposalMade, Dropped)},
    **{kind.__name__: kind for kind in (Suggested, ToolCalled, Retrying, Failed, StageChanged, Finished)},
    "Used": TokensUsed,
}


def event_of(kind: str, data: Mapping[str, Any]) -> Event:
    """The typed event; a plain one for kinds, and shapes of kinds, that are not known here."""
    known = KINDS.get(kind)
    if known is None:
        return Event(kind, data)
    try:
        return read(known, {**data, "kind": kind, "data": data})
    except Unreadable:
        return Event(kind, data)
