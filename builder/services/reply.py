"""One reply, from its first word to its place in the database."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

from builder.core.errors import BuilderError, NotFound, StorageError
from builder.core.events import (
    DraftChanged,
    Event,
    Failed,
    Finished,
    Outcome,
    StageChanged,
    Started,
    Suggested,
    TextDelta,
)
from builder.core.observing import UNSEEN, Observer
from builder.core.session import Session
from builder.services import loops
from builder.services.conduct import Told
from builder.services.turns import Turn
from builder.services.watching import Watch
from builder.services.words import sentence
from builder.store import Store
from builder.store.turns import Answer, Asked

KEPT_EVERY = 0.4  # seconds; what was shown longer ago than that is in the database
BREATH = 2.0  # seconds that an interviewer waits at the most while many others are being let in
SIGN_OF_LIFE = 10.0  # seconds; so often a silent reply is touched, so that no other process takes it for dead
T = TypeVar("T")
log = logging.getLogger(__name__)


class Speech(Protocol):
    def __call__(self, session: Session, message: str, /) -> AsyncIterator[Event]: ...


def replay(asked: Asked) -> list[Event]:
    """The events of a turn that was finished before."""
    reply = asked.reply
    outcome: Outcome = "done" if reply.state == "done" else "failed" if reply.state == "failed" else "stopped"
    return [
        Started(asked.question.id, reply.id, again=True),
        *([TextDelta(reply.text)] if reply.text else []),
        *(DraftChanged(change) for change in reply.changes),
        *([Suggested(reply.suggestions)] if reply.suggestions else []),
        *([Failed(reply.reason, "")] if reply.reason else []),
        Finished(outcome, asked.session.revision),
    ]


class Reply:
    """The reply to one stored question, told to the readers of a turn."""

    def __init__(
        self,
        store: Store,
        asked: Asked,
        turn: Turn,
        observer: Observer = UNSEEN,
        sign_of_life: float = SIGN_OF_LIFE,
        stored: Callable[[Answer], None] | None = None,
    ) -> None:
        """`stored` is called when the turn's end is in the database, before the readers hear of it."""
        self._when_stored = stored
        self._sign_of_life = sign_of_life
        self._watch = Watch(observer, "message", asked.session, asked.reply.engine, asked.question.text)
        self._store = store
        self._asked = asked
        self._turn = turn
        self._told = Told(asked.session, asked.session)
        self._unkept = asyncio.Event()

    async def run(self, speech: Speech) -> None:
        with self._watch as watch:
            watch.id, watch.messages = self._asked.reply.id, self._asked.reply.seq
            watch.status = await self._run(speech)

    async def _run(self, speech: Speech) -> Outcome:
        self._turn.found, self._turn.onto = self._asked.session, self._onto
        self._turn.tell(Started(self._asked.question.id, self._asked.reply.id, self._asked.again))
        keeping = asyncio.create_task(self._keep())
        try:
            whole = await self._turn.speak(self._speak(speech))
        finally:
            keeping.cancel()
            await asyncio.wait([keeping])
        outcome: Outcome = "failed" if self._told.failed else "done" if whole else "stopped"
        return await self._conclude(outcome)

    def _onto(self, session: Session) -> Session:
        """The session with what this turn did so far."""
        return self._told.anew(session).session

    async def _speak(self, speech: Speech) -> None:
        await loops.calm(BREATH)
        said = speech(self._asked.session, self._asked.question.text)
        try:
            async for event in said:
                self._hear(event)
                if self._told.failed:
                    break
        except BuilderError as error:
            log.warning("A turn failed: %s", error, exc_info=True)
            self._hear(Failed(error.message, error.advice))
        except Exception:  # an interviewer may be anything: the log keeps the cause, the person gets words
            log.exception("An interviewer broke off")
            self._hear(self._broken())
        finally:
            await _closed(said)

    def _broken(self) -> Failed:
        language = self._asked.session.language
        return Failed(sentence("failed", language), sentence("failed_step", language))

    def _hear(self, event: Event) -> None:
        self._watch.hear(event)
        self._told, happened = self._told.hear(event)
        self._unkept.set()
        self._turn.tell(*happened)

    async def _keep(self) -> None:
        """Stores the text as it grows. What the database does not take now it is offered again."""
        session, reply = self._asked.session.id, self._asked.reply.id
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._sign_of_life):
                    await self._unkept.wait()
                await asyncio.sleep(KEPT_EVERY)
            self._unkept.clear()
            try:
                await written(self._store.turns.keeping(session, reply, self._told.text))
            except BuilderError as error:
                log.warning("A part of a reply is not stored yet: %s", error)
                self._unkept.set()

    async def _conclude(self, outcome: Outcome) -> Outcome:
        try:
            end = await self._stored(outcome)
        except (StorageError, NotFound) as error:
            log.warning("The end of a turn was not stored: %s", error)
            self._turn.tell(Failed(error.message, error.advice), Finished("failed", self._asked.session.revision))
            return "failed"
        except Exception:  # what it said cannot be written down: then the turn has failed, as a whole
            log.exception("What an interviewer said could not be stored")
            self._hear(self._broken())
            outcome, end = "failed", await self._stored("failed")
        if self._when_stored is not None:
            self._when_stored(end)
        before, after = self._asked.session, end.session
        if (before.stage, before.progress) != (after.stage, after.progress):
            self._turn.tell(StageChanged(after.stage, after.progress))
        self._turn.tell(Finished(outcome, after.revision))
        return outcome

    async def _stored(self, outcome: Outcome) -> Answer:
        def answer(told: Told) -> Answer:
            return Answer(told.session, told.reply(self._asked.reply, outcome))

        def anew(now: Session) -> Answer:
            return answer(self._told.anew(now))

        session = self._asked.session
        told, toll, conclude = answer(self._told.staged()), self._asked.toll, self._store.turns.concluding
        return await written(conclude(session.owner, session.id, session.revision, told, anew, toll))


async def written(writing: "Future[T]") -> T:
    """What came of a write in another thread. A caller that is cancelled still waits: no write is left behind."""
    done = asyncio.wrap_future(writing)
    try:
        return await asyncio.shield(done)
    except asyncio.CancelledError:
        await asyncio.wait([done])
        if not done.cancelled():
            done.exception()  # noted: who is cancelled wants no answer, and asyncio warns of errors nobody looked at
        raise


async def _closed(said: AsyncIterator[Event]) -> None:
    close = getattr(said, "aclose", None)
    if close is not None:
        await close()
