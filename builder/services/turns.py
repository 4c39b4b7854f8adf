"""Running turns: each is a task of its own that any number of readers follow, also from other event loops."""

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from builder.core.errors import BuilderError, Busy
from builder.core.events import Event, Retrying
from builder.core.session import Session
from builder.services.broadcast import Broadcast
from builder.services.loops import on
from builder.services.updates import TurnEvent

T = TypeVar("T")
Key = tuple[str, str]  # owner and session id
log = logging.getLogger(__name__)
AT_ONCE = 0.25  # seconds; who reads an event within them was there when it happened
GRACE = 5.0  # seconds that an interviewer has to end when it is told to


@dataclass(eq=False)
class Reader:
    """`needs`: while there is such a reader, the turn goes on."""

    loop: asyncio.AbstractEventLoop
    needs: bool
    fresh: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        on(self.loop, self.fresh.set)


class Turn:
    """What has happened in one turn so far; `message_id` is "" when it answers no message.

    It ends by itself, by `stop`, or when nobody reads it any more.
    """

    def __init__(self, message_id: str, heard: Callable[[Event], None] | None = None) -> None:
        """`heard` gets every event when it happens, and none of a turn that is only told again."""
        self.message_id = message_id
        self._heard = heard
        self.onto: Callable[[Session], Session] | None = None  # a session as this turn would leave it, ended now
        self.found: Session | None = None  # the session as this turn found it
        self._told: list[Event] = []
        self._told_at: list[float] = []
        self._refused: Exception | None = None
        self._over = False
        self._linger = 0.0
        self._loop = asyncio.get_running_loop()
        self._speaking: asyncio.Task[None] | None = None
        self._stopped = False
        self._readers: set[Reader] = set()
        self._lock = threading.Lock()

    def tell(self, *events: Event) -> None:
        if self._heard is not None:
            for event in events:
                self._heard(event)
        self.recall(*events)

    def recall(self, *events: Event) -> None:
        """Tells the readers what happened before."""
        self._told_at.extend(self._loop.time() for _ in events)
        self._told.extend(events)
        self._wake_all()

    def end(self, refused: Exception | None = None) -> None:
        """Nothing more comes; `refused` says why nothing came at all."""
        self._refused = refused
        self._over = True
        self._wake_all()

    def _wake_all(self) -> None:
        with self._lock:
            readers = list(self._readers)
        for reader in readers:
            reader.wake()

    async def speak(self, words: Coroutine[Any, Any, None]) -> bool:
        """Runs what the interviewer does so that `stop` ends it and nothing else; False when it was stopped."""
        if self._stopped:
            words.close()
            return False
        self._speaking = asyncio.create_task(words)
        try:
            await self._speaking
        except asyncio.CancelledError:
            await asyncio.wait([self._speaking], timeout=GRACE)
            return False
        return True

    def stop(self) -> None:
        on(self._loop, self._stop)

    def _stop(self) -> None:
        self._stopped = True
        if self._speaking is not None:
            self._speaking.cancel()

    async def ended(self) -> None:
        """Returns when everything of the turn is stored."""
        reader = self._join(needs=False)
        async for _ in self._events(reader):
            pass
        self._leave(reader)

    async def read(self, linger: float) -> AsyncGenerator[Event]:
        """The events from the first one on, until the turn is over. Raises what the turn was refused with."""
        self._linger = max(self._linger, linger)
        reader = self._join(needs=True)
        try:
            async for event in self._events(reader):
                yield event
        finally:
            self._leave(reader)
        if self._refused:
            raise self._refused

    async def _events(self, reader: Reader) -> AsyncIterator[Event]:
        told = 0
        while True:
            over = self._over
            while told < len(self._told):
                told += 1
                yield self._now(told - 1)
            if over:
                return
            await reader.fresh.wait()
            reader.fresh.clear()

    def _now(self, place: int) -> Event:
        """The event as it is true now: who comes in the middle of a wait waits only for the rest of it."""
        event, waited = self._told[place], self._loop.time() - self._told_at[place]
        if not isinstance(event, Retrying) or waited < AT_ONCE:
            return event
        return replace(event, seconds=max(0.0, event.seconds - waited))

    def _join(self, *, needs: bool) -> Reader:
        reader = Reader(asyncio.get_running_loop(), needs)
        with self._lock:
            self._readers.add(reader)
        return reader

    def _leave(self, reader: Reader) -> None:
        with self._lock:
            self._readers.discard(reader)
        if reader.needs and not self._over:
            on(self._loop, lambda: self._loop.call_later(self._linger, self._stop_unread))

    def _stop_unread(self) -> None:
        with self._lock:
            unread = not any(reader.needs for reader in self._readers)
        if unread:
            self._stop()


Run = Callable[[Turn], Coroutine[Any, Any, None]]


class Running:
    """The turns that run in this process, at most one a session. All their events are published."""

    def __init__(self, broadcast: Broadcast) -> None:
        self._broadcast = broadcast
        self._turns: dict[Key, Turn] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._lock = threading.Lock()

    def of(self, key: Key) -> Turn | None:
        return self._turns.get(key)

    def quiet(self, key: Key) -> None:
        """Busy when the session has a turn."""
        if key in self._turns:
            raise Busy("The last message is still being answered.")

    def start(self, key: Key, message_id: str, run: Run) -> Turn:
        """A new turn, running. Busy when the session has one."""
        with self._lock:
            self.quiet(key)
            turn = self._turns[key] = Turn(message_id, lambda event: self._publish(key, message_id, event))
        task = asyncio.create_task(self._run(key, turn, run))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return turn

    def _publish(self, key: Key, message_id: str, event: Event) -> None:
        self._broadcast.publish(TurnEvent(*key, message_id=message_id, event=event))

    async def alone(self, key: Key, work: Callable[[Turn], Awaitable[T]]) -> T:
        """What comes of work that answers no message but is the session's turn while it lasts. Busy as above."""
        came: list[T] = []

        async def run(turn: Turn) -> None:
            came.append(await work(turn))

        async with aclosing(self.start(key, "", run).read(0.0)) as events:
            async for _ in events:
                pass
        return came[0]

    async def _run(self, key: Key, turn: Turn, run: Run) -> None:
        """Frees the session for the next turn before the readers learn that this one is over."""
        refused: Exception | None = None
        try:
            await run(turn)
        except BuilderError as error:
            refused = error
        except Exception as error:  # a mistake of ours: the reader gets it, and the log in any case
            log.exception("A turn broke off")
            refused = error
        finally:
            with self._lock:
                del self._turns[key]
            turn.end(refused)
