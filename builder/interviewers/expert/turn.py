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
from builder.interviewers.expert.judging import Judge
from builder.interviewers.expert.mending import mended
from builder.interviewers.expert.reading import Part, Reader, Taps, Understood, Void, Wanted, Words
from builder.interviewers.expert.sending import compact
from builder.interviewers.expert.taking import Taken
from builder.interviewers.expert.wording import worded

HEAVY = 6_000  # characters of schemas and of the answer; what is less is looked at in some milliseconds


@dataclass(frozen=True, slots=True)
class Bad:
    """An operation that cannot be done, as the model wrote it and as it was understood, and why."""

    raw: Any
    operation: Operation
    problem: Problem


class Turn:
    """`session` is the session as the service has it by now. `begin` comes first, also after `void`.

    What was pasted is stored when the model has understood that the person did not only ask about it; with `at_once`
    there is nobody who asks.
    """

    def __init__(self, session: Session, taken: Taken, *, at_once: bool = False) -> None:
        self.start = session
        self.taken = taken
        self._judge = Judge()
        self._size = sum(len(compact(schema)) for schema in _schemas(session, taken))
        self._at_once = at_once or taken.alone
        self._clear()

    def _clear(self) -> None:
        self.session = self.start
        self._weight = self._size
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
    def is_heavy(self) -> bool:
        """Is there so much to look at that the others would have to wait?"""
        return self._weight > HEAVY

    @property
    def ahead(self) -> Session:
        """The session with what was pasted, as it will be unless the person only asks about it."""
        session = self.session
        for operation in self.taken.operations:
            session, _ = session.operate(operation, "interviewer")
        return session

    @property
    def changed(self) -> bool:
        return self.session.draft != self.start.draft or self.session.proposals != self.start.proposals

    def begin(self) -> Iterator[Event]:
        """What code says by itself before the model speaks."""
        if self.taken.told:
            yield from self.say(f"{self.taken.told}\n\n")
        if self._at_once:
            yield from self._take()

    def _take(self) -> Iterator[Event]:
        self.session = self.ahead
        yield from map(Proposed, self.taken.operations)

    def hear(self, piece: str) -> Iterator[Event]:
        self._weight += len(piece)
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
            self.session, flaw = self._judge.tried(self.session, operation)
            if flaw is None:
                yield Proposed(operation)

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
            case Understood(heard):
                if heard != "question" and not self._at_once:
                    yield from self._take()
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
            after, refused = (self.session, flaw) if flaw else self._judge.tried(self.session, step)
            if refused:
                self.bad.append(Bad(raw, step, refused))
                return
            self.session = after
            yield Proposed(step)


def _schemas(session: Session, taken: Taken) -> list[Any]:
    """What takes long to check."""
    pasted = [step.value for step in taken.operations if step.field == "schema_definition"]
    return [session.draft.value("schema_definition"), *pasted]


def may_be_mended(bad: Bad) -> bool:
    """Could the model do better? A tool that does not exist stays so, and what is not there need not go."""
    gone = bad.problem.code == "unknown_entry" and bad.operation.action == "drop"
    return not gone and bad.problem.code not in ("unknown_tool", "too_many")


def _too_many(raw: Any) -> Bad:
    return Bad(raw, worded(raw)[0], problem("too_many", "", most=MOST_OPERATIONS))
