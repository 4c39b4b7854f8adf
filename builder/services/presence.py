"""Who is at a session now: comes, gives signs of life, goes, and is taken for gone when the signs stay away.

Each process knows its own visitors and tells the others of them, again and again: the visitors of a process that died
are gone when its signs of life stay away.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain, islice
from uuid import uuid4

from builder.services.broadcast import PULSE, Broadcast
from builder.services.updates import Present, Visiting, Visitor

PATIENCE = 50.0  # seconds without a sign of life
PULSES = 3.5  # signs of life of another process that may be missing before its visitors are taken for gone
MOST_NAMED = 20  # of those at one session

Place = tuple[str, str]  # owner and session id


@dataclass(slots=True)
class _Visit:
    visitor: Visitor
    seen: float


@dataclass(frozen=True, slots=True)
class _Far:
    """Those who are at a session by way of another process."""

    visitors: tuple[Visitor, ...]
    count: int
    seen: float


class Presence:
    """Every coming, going and change is told to all at the session. `clock` counts seconds."""

    def __init__(
        self,
        broadcast: Broadcast,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
        far_patience: float = PULSES * PULSE,
    ) -> None:
        self._broadcast = broadcast
        self._patience = patience
        self._far_patience = far_patience
        self._clock = clock
        self._process = uuid4().hex
        self._visits: dict[Place, dict[str, _Visit]] = {}
        self._far: dict[Place, dict[str, _Far]] = {}
        self._lock = threading.Lock()
        broadcast.hear_others(self)

    def of(self, owner: str, session_id: str) -> tuple[Visitor, ...]:
        """The first of them, in the order in which they came; those of other processes last."""
        with self._lock:
            return self._at((owner, session_id))

    def sign(self, owner: str, session_id: str, visitor: Visitor) -> None:
        """The visitor is there: it comes, goes on, or does something else now."""
        place = (owner, session_id)
        with self._lock:
            is_first = place not in self._visits
            visits = self._visits.setdefault(place, {})
            known = visits.get(visitor.id)
            visits[visitor.id] = _Visit(visitor, self._clock())
            if known is None or known.visitor != visitor:
                self._tell_all(place, asks=is_first)

    def leave(self, owner: str, session_id: str, visitor_id: str) -> None:
        place = (owner, session_id)
        with self._lock:
            if self._visits.get(place, {}).pop(visitor_id, None) is not None:
                self._tell_all(place)

    def expire(self) -> None:
        """Those who gave no sign for too long are gone."""
        latest, latest_far = self._clock() - self._patience, self._clock() - self._far_patience
        with self._lock:
            for place, visits in list(self._visits.items()):
                silent = [name for name, visit in visits.items() if visit.seen < latest]
                for name in silent:
                    del visits[name]
                if silent:
                    self._tell_all(place)
            for place, processes in list(self._far.items()):
                gone = [name for name, far in processes.items() if far.seen < latest_far]
                for name in gone:
                    self._put_far(place, name, None)
                if gone:
                    self._tell(place)

    # ---- between processes

    def heard(self, word: Visiting) -> None:
        if word.session_id is None or word.process == self._process:
            return
        place = (word.owner, word.session_id)
        far = _Far(word.visitors[:MOST_NAMED], word.count, self._clock()) if word.count > 0 else None
        with self._lock:
            known = self._far.get(place, {}).get(word.process)
            self._put_far(place, word.process, far)
            if _who(known) != _who(far):
                self._tell(place)
            if word.asks and place in self._visits:
                self._tell_others(place)

    def pulse(self, asks: bool) -> None:
        self.expire()
        with self._lock:
            for place in self._visits:
                self._tell_others(place, asks=asks)

    def _put_far(self, place: Place, process: str, far: _Far | None) -> None:
        processes = {name: one for name, one in self._far.pop(place, {}).items() if name != process}
        if far is not None:
            processes[process] = far
        if processes:
            self._far[place] = processes

    # ---- under the lock: what is told last is how it is

    def _at(self, place: Place) -> tuple[Visitor, ...]:
        here = (visit.visitor for visit in self._visits.get(place, {}).values())
        there = (visitor for far in self._far.get(place, {}).values() for visitor in far.visitors)
        return tuple(islice(chain(here, there), MOST_NAMED))

    def _tell_all(self, place: Place, *, asks: bool = False) -> None:
        self._tell(place)
        self._tell_others(place, asks=asks)
        if not self._visits[place]:
            del self._visits[place]

    def _tell(self, place: Place) -> None:
        count = len(self._visits.get(place, ())) + sum(far.count for far in self._far.get(place, {}).values())
        self._broadcast.publish(Present(*place, visitors=self._at(place), count=count))

    def _tell_others(self, place: Place, *, asks: bool = False) -> None:
        visits = self._visits[place]
        named = tuple(visit.visitor for visit in islice(visits.values(), MOST_NAMED))
        word = Visiting(*place, process=self._process, visitors=named, count=len(visits), asks=asks)
        self._broadcast.tell_others(word)


def _who(far: _Far | None) -> tuple[tuple[Visitor, ...], int]:
    return ((), 0) if far is None else (far.visitors, far.count)
