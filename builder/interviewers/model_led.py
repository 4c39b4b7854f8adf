"""The interviewer that a language model leads: the model talks and proposes, code checks and decides."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Literal, TypeVar

from builder.core.events import Event, Failed, Proposed, TextDelta
from builder.core.operation import Operation, Source
from builder.core.session import Session
from builder.interviewers.base import Interviewer
from builder.interviewers.expert import improving, sending, specifying
from builder.interviewers.expert.answer import Answer, operations
from builder.interviewers.expert.calling import Calls, Spent
from builder.interviewers.expert.ending import asked_again, ended
from builder.interviewers.expert.judging import tried
from builder.interviewers.expert.memory import recall
from builder.interviewers.expert.repairing import repair
from builder.interviewers.expert.taking import taken
from builder.interviewers.expert.turn import Turn, may_be_mended
from builder.interviewers.expert.words import Unable, unable
from builder.interviewers.offline.pack import FALLBACK, Pack, pack_for
from builder.interviewers.offline.reading.language import detect
from builder.llm.ask import Again, Question, Text, Whole
from builder.llm.base import Provider
from builder.llm.faults import ModelFailed
from builder.llm.reach import Reach

T = TypeVar("T")
Cause = Literal["engine", "text"]
LONGEST_REPAIR = 20.0  # seconds
SHORT = 1_000  # characters; what may be pasted in so few is looked at in a moment


class ModelLed(Interviewer):
    """Leads the talk with the model of one provider: one call a turn, and at most one more to repair."""

    name = "model_led"

    def __init__(self, provider: Provider, reach: Reach) -> None:
        self.name, self.title, self.provider = provider.name, provider.title, provider.name
        self._provider, self._reach = provider, reach

    @classmethod
    def each(cls, providers: Iterable[Provider], reach: Reach) -> list[Interviewer]:
        return [cls(provider, reach) for provider in providers]

    def opening(self, language: str) -> tuple[str, tuple[str, ...]]:
        pack = pack_for(language)
        return pack.text("say.opening"), pack.list("tap.opening")

    def open_question(self, session: Session) -> str:
        return asked_again(session)

    async def reply(self, session: Session, message: str) -> AsyncGenerator[Event, None]:
        before = recall(session)
        memory = replace(before, language=_language(message, before.language, session))
        turn = await _begun(session, message, pack_for(memory.language))

        def asked() -> Question:
            return sending.question(turn.ahead, memory, turn.taken)

        async with aclosing(self._answered(turn, asked)) as events:
            async for event in events:
                yield event
        if turn.is_whole:
            for event in await _worked(turn, partial(list, ended(turn, memory, message))):
                yield event

    async def specify(self, session: Session, text: str) -> AsyncGenerator[Event, None]:
        pack = pack_for(_language(text, "", session))
        turn = await _begun(session, text, pack, at_once=True)

        def asked() -> Question:
            return sending.specification(turn.session, turn.taken)

        async with aclosing(self._answered(turn, asked)) as events:
            async for event in events:
                yield event
        if turn.is_whole:
            for event in await _worked(turn, partial(list, specifying.finished(turn, text, pack))):
                yield event

    async def improve(self, session: Session, field: str) -> AsyncGenerator[Event, None]:
        if not session.draft.text(field).strip():
            yield _told("nothing_to_improve", session, cause="text")
            return
        calls = Calls(self._provider, session)
        async with aclosing(calls.accounted(self._improved(calls, session, field))) as events:
            async for event in events:
                yield event

    async def _improved(self, calls: Calls, session: Session, field: str) -> AsyncGenerator[Event, None]:
        try:
            await calls.begin(self._reach)
            async with aclosing(_better(calls, session, field)) as events:
                async for event in events:
                    yield event
        except (ModelFailed, Spent) as error:
            for event in calls.failure(error):
                yield event

    def _answered(self, turn: Turn, asked: Callable[[], Question]) -> AsyncGenerator[Event, None]:
        """The model's part of a turn. Afterwards `turn.is_whole`, unless it failed."""
        calls = Calls(self._provider, turn.start)
        return calls.accounted(self._called(calls, turn, asked))

    async def _called(self, calls: Calls, turn: Turn, asked: Callable[[], Question]) -> AsyncGenerator[Event, None]:
        try:
            await calls.begin(self._reach)
            for event in turn.begin():
                yield event
            question = await _worked(turn, asked)
            async with aclosing(_heard(calls, turn, question)) as events:
                async for event in events:
                    yield event
        except (ModelFailed, Spent) as error:
            for event in (*turn.void(), *calls.failure(error)):
                yield event
            return
        async with aclosing(_repaired(calls, turn)) as events:
            async for event in events:
                yield event


async def _begun(session: Session, message: str, pack: Pack, *, at_once: bool = False) -> Turn:
    def begin() -> Turn:
        return Turn(session, taken(message, session, pack), at_once=at_once)

    return await asyncio.to_thread(begin) if len(message) > SHORT else begin()


async def _worked(turn: Turn, work: Callable[[], T]) -> T:
    """What comes of the work. Where there is much to look at, nobody else waits for it."""
    return await asyncio.to_thread(work) if turn.is_heavy else work()


async def _heard(calls: Calls, turn: Turn, question: Question) -> AsyncGenerator[Event, None]:
    """The answer as it comes, turned into events by the turn."""
    async with aclosing(calls.pieces(question)) as pieces:
        async for piece in pieces:
            match piece:
                case Text(text):
                    found = turn.hear(text)
                case Again():
                    for event in turn.void():
                        yield event
                    yield calls.retrying(piece)
                    found = turn.begin()
                case Whole(answer):
                    for event in calls.used():
                        yield event
                    found = turn.whole(Answer.of(answer))
            for event in await _worked(turn, partial(list, found)):
                yield event


async def _repaired(calls: Calls, turn: Turn) -> AsyncGenerator[Event, None]:
    """One more call when operations were refused. If it fails, the rest of the turn stands without them.

    The reply is there already: nobody waits long, or for a second try, for what only puts it right.
    """
    bad = [one for one in turn.bad if may_be_mended(one)]
    question = repair(bad, turn.session)
    if not bad or not calls.allow(question):
        return
    try:
        async with aclosing(calls.answer(question, tries=1, seconds=LONGEST_REPAIR)) as events:
            async for event in events:
                if not isinstance(event, Whole):
                    yield event
                    continue
                repaired = turn.repaired(operations(event.answer))
                for made in await _worked(turn, partial(list[Event], repaired)):
                    yield made
    except ModelFailed:
        for event in calls.used():
            yield event


async def _better(calls: Calls, session: Session, field: str) -> AsyncGenerator[Event, None]:
    """Reasons and the new text; a second call when placeholders got lost in the first."""
    lost: tuple[str, ...] = ()
    for _ in range(2):
        async with aclosing(calls.answer(improving.improvement(session, field, lost))) as events:
            async for event in events:
                if isinstance(event, Whole):
                    found = improving.improved(field, session.draft, event.answer)
                else:
                    yield event
        lost = found.lost
        if not lost:
            break
    if lost:
        yield _told("lost_gaps", session, ", ".join(lost))
        return
    for event in _improvement(session, field, found):
        yield event


def _improvement(session: Session, field: str, found: improving.Improvement) -> Iterator[Event]:
    source: Source = "assumed" if session.draft.source(field) == "assumed" else "user"
    operation = Operation("set", field, found.text, source=source)
    if not found.text or tried(session, operation)[1]:
        yield _told("no_text", session)
        return
    if found.text == session.draft.text(field).strip():
        return
    for reason in found.reasons:
        yield TextDelta(f"{reason}\n")
    yield Proposed(operation)


def _told(name: Unable, session: Session, *gaps: str, cause: Cause = "engine") -> Failed:
    return Failed(*unable(name, session.language, *gaps), cause)


def _language(text: str, before: str, session: Session) -> str:
    """The language of the talk: that of the last message that shows one."""
    return detect(text, before or session.language[:2] or FALLBACK)
