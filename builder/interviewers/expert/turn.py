"""One turn of the model-led interview, without the model: parts of an answer in, events out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from builder.core.draft import Draft
from builder.core.events import Dropped, Event, Proposed, Suggested, TextDelta, TextTakenBack
from builder.core.operation import Operation
from builder.core.problem import Problem, problem
from builder.core.session import Session
from builder.interviewers.expert.answer import MOST_OPERATIONS, Answer
from builder.interviewers.expert.judging import tried
from builder.interviewers.expert.mending import mended
from builder.interviewers.expert.reading import Part, Reader, Taps, Void, Wanted, Words
from builder.interviewers.expert.taking import Taken
from builder.interviewers.expert.wording import worded


@dataclass(frozen=True, slots=True)
class Bad:
    """An operation that cannot be done, as the model wrote it and as it was understood, and why."""

    raw: Any
    operation: Operation
    problem: Problem


class Turn:
    """`session` is the session as the service has it by now. `begin` comes first, also after `void`."""

    def __init__(self, session: Session, taken: Taken) -> None:
        self.start = session
        self.taken = taken
        self._clear()

    def _clear(self) -> None:
        self.session = self.start
        self.text = ""
        self.bad: list[Bad] = []
        self.answer = Answer()
        self.is_whole = False
        self._reader = Reader()
        self._seen = 0

    @property
    def draft(self) -> Draft:
        return self.session.draft

    @property
    def changed(self) -> bool:
        return self.session.draft != self.start.draft or self.session.proposals != self.start.proposals

    def begin(self) -> Iterator[Event]:
        """What code says and does by itself before the model speaks."""
        if self.taken.told:
            yield from self.say(f"{self.taken.told}\n\n")
        for operation in self.taken.operations:
            yield from self._do(operation)

    def hear(self, piece: str) -> Iterator[Event]:
        for part in self._reader.feed(piece):
            yield from self._hear(part)

    def whole(self, answer: Answer) -> Iterator[Event]:
        for part in self._reader.end(answer):
            yield from self._hear(part)
        self.answer, self.is_whole = answer, True

    def void(self) -> Iterator[Event]:
        """Everything so far was only half an answer."""
        if self.text or self.changed:
            yield TextTakenBack()
        self._clear()

    def say(self, text: str) -> Iterator[Event]:
        self.text += text
        yield TextDelta(text)

    def operate(self, operations: Sequence[Operation]) -> Iterator[Event]:
        """Operations of code's own making; what does not fit is left out."""
        for operation in operations:
            if tried(self.session, operation)[1] is None:
                yield from self._do(operation)

    def repaired(self, raws: Sequence[Any]) -> Iterator[Event]:
        """Operations in the place of the bad ones."""
        self.bad = [bad for bad in self.bad if not may_be_mended(bad)]
        for raw in raws:
            yield from self._wanted(raw)

    def dropped(self) -> Iterator[Event]:
        """Those that stay undone, with the reason."""
        for bad in self.bad:
            yield Dropped(bad.operation, bad.problem)

    def _hear(self, part: Part) -> Iterator[Event]:
        match part:
            case Words(text):
                yield from self.say(text)
            case Taps(replies):
                yield Suggested(replies)
            case Wanted(raw):
                self._seen += 1
                yield from self._wanted(raw)
            case Void():
                reader = self._reader
                yield from self.void()
                self._reader = reader
                yield from self.begin()

    def _wanted(self, raw: Any) -> Iterator[Event]:
        if self._seen > MOST_OPERATIONS:
            self.bad.append(_too_many(raw))
            return
        operation, flaw = worded(raw)
        for step in [operation] if flaw else mended(operation, self.session.draft):
            flaw = flaw or tried(self.session, step)[1]
            if flaw:
                self.bad.append(Bad(raw, step, flaw))
                return
            yield from self._do(step)

    def _do(self, operation: Operation) -> Iterator[Event]:
        self.session, _ = self.session.operate(operation, "interviewer")
        yield Proposed(operation)


def may_be_mended(bad: Bad) -> bool:
    """Could the model do better? A tool that does not exist stays so, and what is not there need not go."""
    gone = bad.problem.code == "unknown_entry" and bad.operation.action == "drop"
    return not gone and bad.problem.code not in ("unknown_tool", "too_many")


def _too_many(raw: Any) -> Bad:
    return Bad(raw, worded(raw)[0], problem("too_many", "", most=MOST_OPERATIONS))
