"""An answer read while it streams: its words as they grow, each change as soon as it is whole."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json

from builder.core.readable import readable
from builder.interviewers.expert.answer import Answer, Heard, heard_of, operations, taps, text

LONGEST = 400_000  # characters; what is longer is read when it is whole
_SMALL = 16_000  # characters up to which every piece is looked at
_GROWN = 64  # beyond: only when a 64th has come on top, so that the work stays in proportion to the length


@dataclass(frozen=True, slots=True)
class Words:
    """More of the reply."""

    text: str


@dataclass(frozen=True, slots=True)
class Taps:
    replies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Understood:
    """How the model understood the person. It comes before any operation."""

    heard: Heard


@dataclass(frozen=True, slots=True)
class Wanted:
    """One operation as the model wrote it, of any shape."""

    raw: Any


@dataclass(frozen=True, slots=True)
class Void:
    """What was read so far is not what was meant: everything follows anew."""


Part = Words | Taps | Understood | Wanted | Void


class Reader:
    """`feed` gives what a piece of JSON text makes certain, `end` the rest once the answer is whole.

    However the text is cut: what was given after the last Void is exactly what the whole answer says.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = self._looked_at = 0
        self._given = Given()

    def feed(self, piece: str) -> Iterator[Part]:
        self._pieces.append(piece)
        self._length += len(piece)
        if self._length > LONGEST:
            self._pieces.clear()
            return
        if self._length > _SMALL and self._length - self._looked_at < self._looked_at // _GROWN:
            return
        self._looked_at = self._length
        self._pieces = ["".join(self._pieces)]
        yield from self._look(readable(self._pieces[0]))

    def end(self, answer: Answer) -> Iterator[Part]:
        """What the whole answer says beyond what was given."""
        if not self._given.begins(answer):
            self._given = Given()
            yield Void()
        yield from self._given.words(answer.reply)
        yield from self._given.tapped(answer.suggestions)
        yield from self._given.understood(answer.heard)
        yield from self._given.wanted(answer.operations)

    def _look(self, so_far: str) -> Iterator[Part]:
        so_far = so_far[max(so_far.find("{"), 0) :]
        found = _read(so_far)
        if found is None:
            return
        yield from self._given.words(text(found.get("reply")))
        complete = list(found)[:-1]  # the last key may still grow
        if "suggestions" in complete:
            yield from self._given.tapped(taps(found["suggestions"]))
        if "heard" in complete:
            yield from self._given.understood(heard := heard_of(found["heard"]))
            if heard != "question":
                yield from self._given.wanted(_whole(found, so_far))


@dataclass(slots=True)
class Given:
    """What was given of an answer so far."""

    reply: str = ""
    taps: tuple[str, ...] = ()
    heard: Heard | None = None
    operations: list[Any] = field(default_factory=list)

    def begins(self, answer: Answer) -> bool:
        """Is it the beginning of this answer?"""
        same = repr(self.operations) == repr(list(answer.operations[: len(self.operations)]))
        return same and answer.reply.startswith(self.reply) and self.heard in (None, answer.heard)

    def words(self, reply: str) -> Iterator[Part]:
        if len(reply) > len(self.reply) and reply.startswith(self.reply):
            more, self.reply = reply[len(self.reply) :], reply
            yield Words(more)

    def tapped(self, replies: tuple[str, ...]) -> Iterator[Part]:
        if replies != self.taps:
            self.taps = replies
            yield Taps(replies)

    def understood(self, heard: Heard) -> Iterator[Part]:
        if self.heard is None:
            self.heard = heard
            yield Understood(heard)

    def wanted(self, operations: Sequence[Any]) -> Iterator[Part]:
        for raw in operations[len(self.operations) :]:
            self.operations.append(raw)
            yield Wanted(raw)


def _whole(found: Mapping[str, Any], so_far: str) -> Sequence[Any]:
    """The operations that nothing can be added to any more."""
    begun = operations(found)
    if list(found)[-1] != "operations":
        return begun
    closed = _read(f"{so_far[: so_far.rfind('}') + 1]}]}}", partial=False)
    return begun[:-1] if closed is None else operations(closed)


def _read(so_far: str, *, partial: bool = True) -> Mapping[str, Any] | None:
    """The object as far as it has come; None while there is none, or when it is no JSON."""
    try:
        found = from_json(so_far, allow_partial="trailing-strings" if partial else False)
    except ValueError:
        return None
    return found if isinstance(found, Mapping) else None
