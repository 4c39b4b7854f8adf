"""Who is at a session now: comes, gives signs of life, goes, and is taken for gone when the signs stay away."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from builder.services.broadcast import Broadcast
from builder.services.updates import Present, Visitor

PATIENCE = 50.0  # seconds without a sign of life
MOST_NAMED = 20  # of those at one session

Place = tuple[str, str]  # owner and session id


@dataclass(slots=True)
class _Visit:
    visitor: Visitor
    seen: float


class Presence:
    """Every coming, going and change is told to all at the session. `clock` counts seconds."""

    def __init__(
        self, broadcast: Broadcast, patience: float = PATIENCE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._broadcast = broadcast
        self._patience = patience
        self._clock = clock
        self._visits: dict[Place, dict[str, _Visit]] = {}
        self._lock = threading.Lock()

    def of(self, owner: str, session_id: str) -> tuple[Visitor, ...]:
        """The first of them, in the order in which they came."""
        with self._lock:
            return self._at((owner, session_id))

    def sign(self, owner: str, session_id: str, visitor: Visitor) -> None:
        """The visitor is there: it comes, goes on, or does something else now."""
        place = (owner, session_id)
        with self._lock:
            visits = self._visits.setdefault(place, {})
            known = visits.get(visitor.id)
            visits[visitor.id] = _Visit(visitor, self._clock())
            if known is not None and known.visitor == visitor:
                return
            self._tell(place)

    def leave(self, owner: str, session_id: str, visitor_id: str) -> None:
        place = (owner, session_id)
        with self._lock:
            if self._visits.get(place, {}).pop(visitor_id, None) is not None:
                self._tell(place)
                self._forget_if_empty(place)

    def expire(self) -> None:
        """Those who gave no sign for too long are gone."""
        latest = self._clock() - self._patience
        with self._lock:
            for place, visits in list(self._visits.items()):
                silent = [name for name, visit in visits.items() if visit.seen < latest]
                for name in silent:
                    del visits[name]
                if silent:
                    self._tell(place)
                    self._forget_if_empty(place)

    def _at(self, place: Place) -> tuple[Visitor, ...]:
        visits = islice(self._visits.get(place, {}).values(), MOST_NAMED)
        return tuple(visit.visitor for visit in visits)

    def _tell(self, place: Place) -> None:
        """Under the lock: what is told last is how it is."""
        count = len(self._visits[place])
        self._broadcast.publish(Present(*place, visitors=self._at(place), count=count))

    def _forget_if_empty(self, place: Place) -> None:
        if not self._visits[place]:
            del self._visits[place]
