"""A line to Redis: updates go out in order, frames of the wanted channels come in. It comes back when it was broken.

What no other server listens for is not sent, and words of one reply go together: each update costs a server's time.

It lives in a thread with a loop of its own: so it serves every loop and holds up none.
"""

import asyncio
import logging
import random
import threading
from collections import Counter, deque
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from builder.core.errors import StorageError
from builder.services.broadcast import PULSE
from builder.services.ears import Ears
from builder.services.joining import is_words, joined
from builder.services.loops import on
from builder.services.updates import Missed, Update

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.client import PubSub

log = logging.getLogger(__name__)
MOST_WAITING = 10_000  # updates
AT_ONCE = 1_000  # updates, before they are joined
MOST_LOST = 1_000  # owners who are told one by one that they missed something
EVERYBODY = ""  # in the place of an owner
FAREWELL = 1.5  # seconds for what still waits when the line is closed


@dataclass(frozen=True, slots=True)
class Pace:
    """In seconds: for one word with Redis; before a broken line is tried again; between two signs of life; that words
    of a reply may wait for more of them."""

    patience: float = 2.0
    again: float = 1.0
    pulse: float = PULSE
    words: float = 0.05


class End(Protocol):
    """What stands at our end; all is called in the line's thread, and nothing may wait there."""

    def prepare(self) -> None:
        """Before each try. StorageError when what it needs cannot be read."""

    def wanted(self) -> frozenset[str]:
        """The channels to be heard, at least one."""

    def channel_of(self, update: Update) -> str: ...

    def pack(self, update: Update) -> bytes | None:
        """Its frame; None when it cannot be sent."""

    def opened(self, channel: str) -> None:
        """Everything on the channel is heard from now on."""

    def take(self, channel: str, frame: bytes) -> None: ...

    def broken(self) -> None:
        """Nothing is heard until `opened` comes again."""

    def pulse(self, first: bool) -> None:
        """A sign of life is due. `first`: since the line is there."""


class Line:
    """`send` and `look` are for every thread, return at once and never fail. The line begins with the first of them.

    What does not reach the others is made up for: once they can be reached, they get Missed in its place.
    """

    def __init__(self, url: str, end: End, pace: Pace) -> None:
        self._url = url
        self._end = end
        self._pace = pace
        self._lock = threading.Lock()
        self._waiting: deque[Update] = deque()
        self._lost: Counter[str] = Counter()
        self._fresh = asyncio.Event()
        self._due = asyncio.Event()  # more than words waits
        self._ears = Ears()
        self._closing = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self.away = False

    def send(self, update: Update) -> None:
        with self._lock:
            if self._closing:
                return
            if self.away or len(self._waiting) >= MOST_WAITING:
                self._lose([*self._waiting, update])
                self._waiting.clear()
            else:
                self._waiting.append(update)
        if not is_words(update):
            self.look()
        elif not self._fresh.is_set():
            self._wake(self._fresh)

    def look(self) -> None:
        """There is something to be sent at once, or other channels are wanted."""
        if not self._due.is_set() and not self._closing:
            self._wake(self._due, self._fresh)

    def close(self) -> None:
        """Sends what waits, for a moment, and ends."""
        with self._lock:
            self._closing = True
        if self._thread is not None and self._thread.is_alive():
            self._wake(self._due, self._fresh)
            self._thread.join(FAREWELL + self._pace.patience)

    def _wake(self, *events: asyncio.Event) -> None:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._run, name="builder-line", daemon=True)
                self._thread.start()
        for event in events:
            on(self._loop, event.set)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=self._own_loop) as runner:
            runner.run(self._live())

    def _own_loop(self) -> asyncio.AbstractEventLoop:
        assert self._loop is not None
        return self._loop

    # ---- in the line's thread

    async def _live(self) -> None:
        from redis.exceptions import RedisError

        while True:  # once at least: something may wait already when the line is closed
            try:
                self._end.prepare()
                await self._connected()
            except (RedisError, OSError, StorageError, ValueError) as error:
                self._went_away(error)
            except Exception as error:  # a mistake of ours: the log keeps it, and the line is tried again
                log.exception("The line to the other servers broke off")
                self._went_away(error)
            await self._pause()
            if self._closing:
                return

    async def _pause(self) -> None:
        """Several servers do not come back in the same moment. What wakes us meanwhile is lost or comes later."""
        left = self._pace.again * random.uniform(0.5, 1.0)
        step = min(0.1, left)
        while left > 0 and not self._closing:
            await asyncio.sleep(step)
            left -= step

    async def _connected(self) -> None:
        """Until the line breaks (raises) or is closed."""
        async with _client(self._url, self._pace.patience) as redis, redis.pubsub() as heard:
            self._ears = Ears()
            await self._follow(heard)
            self._is_there()
            works = (self._write(redis, heard), self._read(heard), self._beat())
            try:
                await _first_of(works)
            finally:
                self._end.broken()

    async def _write(self, redis: "Redis", heard: "PubSub") -> None:
        while not self._closing:
            self._fresh.clear()
            self._due.clear()
            await self._follow(heard)
            while len(batch := self._next()) >= AT_ONCE:
                await self._publish(redis, batch)
            await self._publish(redis, batch)
            await self._fresh.wait()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pace.words):
                    await self._due.wait()
        async with asyncio.timeout(FAREWELL):
            while batch := self._next():
                await self._publish(redis, batch)

    async def _follow(self, heard: "PubSub") -> None:
        fresh, old = self._ears.turn_to(self._end.wanted())
        if fresh:
            await heard.subscribe(*fresh)
        if old:
            await heard.unsubscribe(*old)

    def _next(self) -> list[Update]:
        """What is due, and word of what was lost before it."""
        with self._lock:
            lost: list[Update] = [Missed(owner, count=count) for owner, count in self._lost.items()]
            self._lost.clear()
            return lost + [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]

    async def _publish(self, redis: "Redis", batch: list[Update]) -> None:
        """Who begins to listen while this runs hears what comes after it, as with Redis itself."""
        if not batch:
            return
        pipe = redis.pipeline(transaction=False)
        try:
            by_channel = [(self._end.channel_of(update), update) for update in joined(batch)]
            heard = await self._ears.heard_elsewhere(redis, {channel for channel, _ in by_channel})
            for channel, update in by_channel:
                if channel not in heard:
                    continue
                if (frame := self._end.pack(update)) is not None:
                    pipe.publish(channel, frame)
                else:
                    with self._lock:
                        self._lose([update])
                    self.look()
            await pipe.execute()
        except BaseException:  # nobody knows which of them arrived
            with self._lock:
                self._lose(batch)
            raise

    async def _read(self, heard: "PubSub") -> None:
        silent = False
        while True:
            message = await heard.get_message(timeout=self._pace.patience)
            if message is None:
                if silent:
                    raise TimeoutError("it does not answer")
                silent = True
                await heard.ping()
                continue
            silent = False
            if message["type"] == "message":
                self._end.take(message["channel"].decode(), message["data"])
            elif message["type"] == "subscribe":
                self._ears.answered(message["channel"].decode())
                self._end.opened(message["channel"].decode())
            elif message["type"] == "unsubscribe":
                self._ears.answered(message["channel"].decode())
            await asyncio.sleep(0)  # else nothing is sent while much comes in

    async def _beat(self) -> None:
        self._end.pulse(True)
        while True:
            await asyncio.sleep(self._pace.pulse)
            self._end.pulse(False)

    def _is_there(self) -> None:
        if self.away:
            log.warning("Redis is back; other servers hear of everything again.")
        self.away = False

    def _went_away(self, error: Exception) -> None:
        if not self.away:
            kind = type(error).__name__
            log.warning("Redis is away (%s); other servers hear later that they missed something.", kind)
        with self._lock:
            self.away = True
            self._lose(self._waiting)
            self._waiting.clear()

    def _lose(self, updates: Iterable[Update]) -> None:
        """Under the lock."""
        self._lost.update(one.owner for one in updates if one.travels)
        if len(self._lost) > MOST_LOST or EVERYBODY in self._lost:
            self._lost = Counter({EVERYBODY: 1})


def _client(url: str, patience: float) -> "Redis":
    from redis.asyncio import Redis
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff

    once = Retry(NoBackoff(), 0)
    client: Redis = Redis.from_url(url, retry=once, socket_timeout=patience, socket_connect_timeout=patience)
    return client


async def _first_of(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Ends all when one ends; raises what that one raised."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
