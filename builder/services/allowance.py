"""How often somebody may do something: counted in Redis where there is one, in this process while it is away."""

import asyncio
import logging
import math
import time
from typing import Literal

from limits import RateLimitItem
from limits.errors import StorageError

from builder.services.windows import SharedWindow, Window

State = Literal["none", "up", "down"]
AGAIN = 5.0  # seconds after which a Redis that was away is tried again
log = logging.getLogger(__name__)


class Allowance:
    """`redis_url` None: everything is counted in this process. No Redis, no trouble: `take` never fails for it."""

    def __init__(self, redis_url: str | None = None, again: float = AGAIN) -> None:
        self._here = Window()
        self._url = redis_url
        self._again = again
        self._shared: SharedWindow | None = None
        self._away_until = 0.0

    async def take(self, rule: RateLimitItem, *who: str) -> int:
        """Counts one for all of them, or none: then the seconds after which there is room again."""
        if self._url is None:
            return _taken(self._here, rule, who)
        return await asyncio.to_thread(self._take_shared, rule, who)

    async def state(self) -> State:
        """Is Redis there? "none" where none is set up."""
        return "none" if self._url is None else await asyncio.to_thread(self._looked)

    def _take_shared(self, rule: RateLimitItem, who: tuple[str, ...]) -> int:
        if time.monotonic() >= self._away_until:
            try:
                taken = _taken(self._redis(), rule, who)
            except StorageError as error:
                self._lost(error)
            else:
                self._found()
                return taken
        return _taken(self._here, rule, who)

    def _looked(self) -> State:
        if time.monotonic() < self._away_until:
            return "down"
        try:
            there = self._redis().storage.check()
        except StorageError as error:
            self._lost(error)
            return "down"
        if not there:
            self._lost(None)
            return "down"
        self._found()
        return "up"

    def _redis(self) -> SharedWindow:
        if self._shared is None:
            self._shared = SharedWindow(self._url or "")
        return self._shared

    def _lost(self, error: StorageError | None) -> None:
        if not self._away_until:
            kind = type(error.storage_error).__name__ if error else "no answer"
            log.warning("Redis is away (%s); limits are counted in this process meanwhile.", kind)
        self._away_until = time.monotonic() + self._again

    def _found(self) -> None:
        if self._away_until:
            log.warning("Redis is back; limits are counted there again.")
        self._away_until = 0.0


def _taken(window: Window | SharedWindow, rule: RateLimitItem, who: tuple[str, ...]) -> int:
    if window.hit_all(rule, who):
        return 0
    ends = [window.get_window_stats(rule, one) for one in who]
    waits = [end.reset_time - time.time() for end in ends if end.remaining <= 0]
    return max(1, math.ceil(max(waits, default=0.0)))
