"""Broadcast between processes: listeners of this one hear at once, those of the others by way of Redis.

Each owner has a channel, subscribed while somebody here listens. Its name is made of the database's own, so that two
installations on one Redis hear nothing of each other.
"""

import asyncio
import hashlib
import hmac
import logging
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import count
from uuid import uuid4

from builder.services import written
from builder.services.broadcast import Here, Listener, Neighbour
from builder.services.line import EVERYBODY, Line, Pace
from builder.services.updates import Missed, Stopping, Update, Visiting, Word

log = logging.getLogger(__name__)
SETTLING = 0.5  # seconds that a new listener waits for its channel
GATHERING = 0.5  # seconds in which frames that cannot be read are counted before listeners hear of them
MOST_SENDERS = 1_000


@dataclass(eq=False, slots=True)
class _Channel:
    """`behind`: somebody listened before it was open, or while it was broken."""

    open: "Future[None]" = field(default_factory=Future)
    behind: bool = False


class Everywhere(Here):
    """`place` gives the name of the database, the same in all processes; it may block and raise StorageError."""

    def __init__(self, redis_url: str, place: Callable[[], str], pace: Pace | None = None) -> None:
        super().__init__()
        self._place = place
        self._secret = b""
        self._me = uuid4().hex
        self._numbers = count(1)
        self._neighbour: Neighbour | None = None
        self._stop: Callable[[Stopping], None] | None = None
        self._gate = threading.Lock()
        self._channels: dict[str, _Channel] = {}
        self._owner_of: dict[str, str] = {}
        self._last: OrderedDict[str, int] = OrderedDict()
        self._unread: Counter[str] = Counter()
        self._warned = False
        self._line = Line(redis_url, self, pace or Pace())

    # ---- for every thread

    def publish(self, update: Update) -> None:
        super().publish(update)
        if update.travels:
            self._line.send(update)

    def unsettle(self) -> None:
        super().unsettle()
        self._line.send(Missed(EVERYBODY, count=1))

    def tell_others(self, word: Word) -> bool:
        self._line.send(word)
        return not self._line.away

    def hear_others(self, neighbour: Neighbour) -> None:
        self._neighbour = neighbour

    def obey(self, stop: Callable[[Stopping], None]) -> None:
        self._stop = stop

    def join(self, listener: Listener) -> None:
        super().join(listener)
        with self._gate:
            self._channels.setdefault(listener.owner, _Channel())
        self._line.look()

    def leave(self, listener: Listener) -> None:
        super().leave(listener)
        self._line.look()

    async def settled(self, owner: str) -> None:
        with self._gate:
            channel = self._channels.setdefault(owner, _Channel())
            opening = channel.open
        if not opening.done() and not self._line.away:
            await asyncio.wait([asyncio.wrap_future(opening)], timeout=SETTLING)
        with self._gate:
            channel.behind = channel.behind or not channel.open.done()

    def close(self) -> None:
        self._line.close()

    # ---- our end of the line, in its thread

    def prepare(self) -> None:
        self._secret = self._secret or self._place().encode()

    def wanted(self) -> frozenset[str]:
        with self._gate:
            heard = self.owners()
            self._channels = {owner: channel for owner, channel in self._channels.items() if owner in heard}
            owners = (*self._channels, EVERYBODY)
        self._owner_of = {self._name(owner): owner for owner in owners}
        return frozenset(self._owner_of)

    def _name(self, owner: str) -> str:
        """Owners may be called anything, and what they are called is no business of who looks into Redis."""
        named = hmac.new(self._secret, owner.encode("utf-8", "surrogatepass"), hashlib.sha256)
        return f"agent-builder:{named.hexdigest()[:40]}"

    def channel_of(self, update: Update) -> str:
        """All processes hear of turns that shall end: who runs one of an owner may have no listener of it."""
        return self._name(EVERYBODY if isinstance(update, Stopping) else update.owner)

    def pack(self, update: Update) -> bytes | None:
        try:
            return written.write(self._me, next(self._numbers), update)
        except (ValueError, TypeError, RecursionError) as error:
            self._warn("An update for other servers cannot be sent: %s.", error)
            return None

    def opened(self, channel: str) -> None:
        owner = self._owner_of.get(channel, EVERYBODY)
        with self._gate:
            found = self._channels.get(owner)
            if found is None:
                return
            behind, found.behind = found.behind, False
            if not found.open.done():
                found.open.set_result(None)
        if behind:
            self.unsettle_one(owner)

    def broken(self) -> None:
        with self._gate:
            for channel in self._channels.values():
                if not channel.open.done():
                    channel.open.set_result(None)  # who waits goes on
                channel.open, channel.behind = Future(), True

    def take(self, channel: str, frame: bytes) -> None:
        owner = self._owner_of.get(channel)
        if owner is None or written.sender_of(frame) == self._me:
            return
        try:
            found = written.read(frame)
            if found.update.owner != owner and not (owner == EVERYBODY and isinstance(found.update, Stopping)):
                raise written.Unreadable("it is about somebody else")
        except written.Unreadable as error:
            self._warn("Something from another server cannot be read: %s.", error)
            self._count_unread(owner)
            return
        if self._is_late(found):
            return
        match found.update:
            case Visiting() as word:
                if self._neighbour is not None:
                    self._neighbour.heard(word)
            case Stopping() as wish:
                if self._stop is not None:
                    self._stop(wish)
            case Missed() if owner == EVERYBODY:
                super().unsettle()
            case Missed() as missed:
                self.unsettle_one(owner, missed.count)
            case update:
                super().publish(update)

    def pulse(self, first: bool) -> None:
        if self._neighbour is not None:
            self._neighbour.pulse(first)

    def _is_late(self, found: written.Written) -> bool:
        """A frame of a line that was given up meanwhile: Missed has taken its place."""
        late = found.number <= self._last.get(found.sender, 0)
        self._last[found.sender] = max(found.number, self._last.pop(found.sender, 0))
        if len(self._last) > MOST_SENDERS:
            self._last.popitem(last=False)
        return late

    def _count_unread(self, owner: str) -> None:
        """Listeners shall read again, but not for each frame of many."""
        self._unread[owner] += 1
        if self._unread[owner] == 1:
            asyncio.get_running_loop().call_later(GATHERING, self._tell_unread, owner)

    def _tell_unread(self, owner: str) -> None:
        many = self._unread.pop(owner)
        if owner == EVERYBODY:
            super().unsettle()
        else:
            self.unsettle_one(owner, many)

    def _warn(self, said: str, error: Exception) -> None:
        if not self._warned:
            log.warning(said, error)
        self._warned = True
