"""Telling everybody who listens what happens, each in its own time: nobody who writes waits for anybody who reads."""

import asyncio
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Protocol

from builder.services.loops import on
from builder.services.updates import Missed, Present, Stopping, Update, Visiting, Word

MOST_WAITING = 1_000  # updates that one reader may be behind
PULSE = 5.0  # seconds between two signs of life of a process


class Listener:
    """The updates for one reader, on the loop where it was made; closed by leaving its `with`.

    When more than `most` wait, they are dropped and Missed takes their place.
    """

    def __init__(self, broadcast: "Broadcast", owner: str, session_id: str | None, most: int) -> None:
        self.owner = owner
        self.session_id = session_id
        self._broadcast = broadcast
        self._most = most
        self._waiting: deque[Update] = deque()
        self._loop = asyncio.get_running_loop()
        self._fresh = asyncio.Event()
        self._lock = threading.Lock()

    async def settled(self) -> None:
        """Returns when it hears everything, of other processes too, or when it hears of them only later: then it is
        told that it missed something."""
        await self._broadcast.settled(self.owner)

    def put(self, update: Update) -> None:
        """From any thread; never waits for the reader."""
        with self._lock:
            if self._waiting and _replaces(update, self._waiting[-1]):
                self._waiting.pop()
            if len(self._waiting) >= self._most:
                count = sum(one.count if isinstance(one, Missed) else 1 for one in self._waiting)
                self._waiting.clear()
                self._waiting.append(Missed(self.owner, self.session_id, count=count))
            self._waiting.append(update)
            first = len(self._waiting) == 1
        if first or not self._fresh.is_set():
            on(self._loop, self._fresh.set)

    def __aiter__(self) -> "Listener":
        return self

    async def __anext__(self) -> Update:
        while True:
            with self._lock:
                if self._waiting:
                    return self._waiting.popleft()
                self._fresh.clear()
            await self._fresh.wait()

    def __enter__(self) -> "Listener":
        self._broadcast.join(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._broadcast.leave(self)


def _replaces(update: Update, last: Update) -> bool:
    """Who is there now makes who was there a moment ago old news."""
    return isinstance(update, Present) and isinstance(last, Present) and update.session_id == last.session_id


class Neighbour(Protocol):
    """Who hears words of other processes; called from a thread of its own, never at the same time."""

    def heard(self, word: Visiting) -> None: ...

    def pulse(self, asks: bool) -> None:
        """Comes every few seconds while others can be told: a sign of life is due. `asks`: nothing is known of them."""


class Broadcast(ABC):
    """The face of every kind of broadcast. Owners hear nothing of each other."""

    @abstractmethod
    def publish(self, update: Update) -> None:
        """Tells all listeners of the update's owner. From any thread and loop; returns at once, never raises."""

    @abstractmethod
    def unsettle(self) -> None:
        """Tells everybody to read again: much changed at once, of many owners."""

    @abstractmethod
    def tell_others(self, word: Word) -> bool:
        """Tells the other processes, and no reader. As `publish`; False when it cannot reach any."""

    @abstractmethod
    def hear_others(self, neighbour: Neighbour) -> None:
        """Who is there by way of other processes is told to this one from now on."""

    @abstractmethod
    def obey(self, stop: Callable[[Stopping], None]) -> None:
        """Calls this, from a thread of its own, when another process wants a turn to end."""

    @abstractmethod
    async def settled(self, owner: str) -> None:
        """See `Listener.settled`."""

    @abstractmethod
    def close(self) -> None:
        """What was published reaches the others, if that is quickly done; then nothing of it is left. Blocks."""

    @abstractmethod
    def join(self, listener: Listener) -> None: ...

    @abstractmethod
    def leave(self, listener: Listener) -> None: ...

    def listen(self, owner: str, session_id: str | None = None, most: int = MOST_WAITING) -> Listener:
        """All updates of the owner, or those of one session: `with broadcast.listen(...) as updates: async for ...`."""
        return Listener(self, owner, session_id, most)


class Here(Broadcast):
    """Within this process."""

    def __init__(self) -> None:
        self._listeners: dict[str, tuple[Listener, ...]] = {}  # tuples are replaced, so that readers need no lock
        self._lock = threading.Lock()

    def publish(self, update: Update) -> None:
        for listener in self._listeners.get(update.owner, ()):
            if listener.session_id in (None, update.session_id):
                listener.put(update)

    def unsettle(self) -> None:
        for owner in list(self._listeners):
            self.unsettle_one(owner)

    def unsettle_one(self, owner: str, count: int = 1) -> None:
        """So many updates of this owner did not reach us."""
        for listener in self._listeners.get(owner, ()):
            listener.put(Missed(listener.owner, listener.session_id, count=count))

    def tell_others(self, word: Word) -> bool:
        """There are none."""
        return False

    def hear_others(self, neighbour: Neighbour) -> None:
        """Nobody says anything."""

    def obey(self, stop: Callable[[Stopping], None]) -> None:
        """Nobody wants anything."""

    async def settled(self, owner: str) -> None:
        """At once."""

    def close(self) -> None:
        """Nothing is open."""

    def owners(self) -> frozenset[str]:
        """Those of whom somebody wants to hear."""
        with self._lock:
            return frozenset(self._listeners)

    def join(self, listener: Listener) -> None:
        with self._lock:
            self._listeners[listener.owner] = (*self._listeners.get(listener.owner, ()), listener)

    def leave(self, listener: Listener) -> None:
        with self._lock:
            left = tuple(one for one in self._listeners.get(listener.owner, ()) if one is not listener)
            if left:
                self._listeners[listener.owner] = left
            else:
                self._listeners.pop(listener.owner, None)

    def listening(self) -> int:
        return sum(map(len, list(self._listeners.values())))
