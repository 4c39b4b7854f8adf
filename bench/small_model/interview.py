"""One interview of one person: the model leads, every turn that fails is answered by the guide, as on the page."""

import asyncio
import gc
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle
from time import perf_counter
from traceback import format_exception
from uuid import uuid4

from bench.interviews.contract_check import problems
from bench.small_model.rules import faults_of, shown, untold
from bench.small_model.wishes import Wish
from builder.core import events
from builder.core.agent import contract_schema
from builder.core.events import Event
from builder.core.session import Session
from builder.wiring import App

GUIDE = "guided"
MESSAGES = 12  # of the person, while the model leads
LAST_WORDS = 4  # so many of them leave the rest to the other side and say yes
WITH_THE_GUIDE = 6  # more, when it is not finished by then


@dataclass
class Talked:
    """What came of one interview; counts are of the model's turns. `wrong`: what must never happen, in words."""

    turns: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    tried_again: int = 0
    applied: int = 0
    dropped: int = 0
    proposed: int = 0
    broken_drafts: int = 0
    finished_by: str = ""  # the interviewer that spoke last
    tokens: int = 0
    first_text: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    said: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Interview:
    """One person's talk; when it is not finished after MESSAGES, it is ended with the guide."""

    def __init__(self, app: App, engine: str, wish: Wish) -> None:
        self.app, self.engine, self.wish = app, engine, wish
        self.talked = Talked()
        self._untold = dict(wish.answers)
        self._asides = cycle(wish.asides)

    async def run(self) -> None:
        session = await self.app.interviews.begin(engine=self.engine, language=self.wish.language)
        for number in range(MESSAGES):
            session = await self._turn(session, await self._words(session, number))
            if await self._is_finished(session):
                await self._take_home(session)
                return
        session = await self.app.interviews.switch(session.id, engine=GUIDE)
        for text in (self.wish.opening, self.wish.decide, *[self.wish.yes] * (WITH_THE_GUIDE - 2)):
            session = await self._send(session, text, uuid4().hex)
            if await self._is_finished(session):
                await self._take_home(session)
                return
        self.talked.wrong.append(f"not even the guide could finish it: {session.stage}, lacks {session.missing}")

    async def _words(self, session: Session, number: int) -> str:
        """Says it once when a part is missing, taps what is offered now and then, leaves the rest to the other side."""
        if number == 0:
            return self.wish.opening
        if number >= MESSAGES - LAST_WORDS:
            return self.wish.decide if number == MESSAGES - LAST_WORDS else self.wish.yes
        offered = (await self.app.interviews.talk(session.id)).suggestions
        if offered and number % 4 == 3:
            return offered[0]
        asked = next((name for name in session.missing if name in self._untold), next(iter(self._untold), None))
        return self._untold.pop(asked) if asked else next(self._asides)

    async def _turn(self, session: Session, text: str) -> Session:
        """As the page does it: what the model failed to answer the guide answers; then the model leads again."""
        message_id = uuid4().hex
        session = await self._send(session, text, message_id)
        if session.messages[-1].state != "failed":
            return session
        session = await self.app.interviews.switch(session.id, engine=GUIDE)
        session = await self._send(session, text, message_id)
        if session.messages[-1].state == "failed":
            self.talked.wrong.append(f"the guide failed, too: {session.messages[-1].reason}")
        return await self.app.interviews.switch(session.id, engine=self.engine)

    async def _send(self, before: Session, text: str, message_id: str) -> Session:
        happened, started, talked = list[Event](), perf_counter(), self.talked
        first = None
        async for event in self.app.interviews.send(before.id, text, message_id=message_id):
            if first is None and isinstance(event, events.TextDelta):
                first = perf_counter() - started
            happened.append(event)
        after = await self.app.interviews.get(before.id)
        talked.said += [("person", text), (before.engine, shown(happened))]
        talked.wrong += [f"turn {len(talked.said) // 2}: {what}" for what in untold(before, happened, after)]
        talked.broken_drafts += bool(broken := faults_of(after))
        if broken:
            talked.said.append(("draft", "; ".join(broken)))
        if before.engine == self.engine:
            self._count(happened, first, perf_counter() - started)
        return after

    def _count(self, happened: Sequence[Event], first: float | None, seconds: float) -> None:
        kinds, talked = Counter(event.kind for event in happened), self.talked
        talked.turns += 1
        talked.failed.update(event.reason for event in happened if isinstance(event, events.Failed))
        talked.tried_again += kinds["Retrying"]
        talked.applied += kinds["DraftChanged"]
        talked.dropped += kinds["Dropped"]
        talked.proposed += kinds["ProposalMade"]
        talked.tokens += sum(event.usage.tokens for event in happened if isinstance(event, events.Used))
        talked.seconds.append(seconds)
        talked.first_text += [] if first is None else [first]

    async def _is_finished(self, session: Session) -> bool:
        return await self.app.interviews.configuration(session.id) is not None

    async def _take_home(self, session: Session) -> None:
        """Saved, read back and checked from the contract alone."""
        self.talked.finished_by = session.messages[-1].engine
        version = await self.app.gallery.save(session.id)
        self.talked.wrong += [f"the file is not valid: {what}" for what in problems(version.config, contract_schema())]
        talk = await self.app.interviews.talk(session.id, limit=100)
        spoken = Counter(message.role for message in talk.messages)
        if spoken["user"] != spoken["model"] or talk.running or talk.earlier:
            self.talked.wrong.append(f"the stored talk is not whole: {dict(spoken)}")


class ErrorsLogged(logging.Handler):
    """Keeps everything that is logged as an error meanwhile, also by tasks that nobody waits for."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(self.format(record))

    def __enter__(self) -> "ErrorsLogged":
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self)


async def meet(app: App, engine: str, wish: Wish) -> Talked:
    """One interview, with everything that broke during it among what is wrong."""
    interview = Interview(app, engine, wish)
    with ErrorsLogged() as logged:
        ended = (await asyncio.gather(interview.run(), return_exceptions=True))[0]
        gc.collect()  # a task that failed unseen says so when it goes
    if isinstance(ended, BaseException):
        interview.talked.wrong.append("".join(format_exception(ended)))
    interview.talked.wrong += logged.found
    return interview.talked
