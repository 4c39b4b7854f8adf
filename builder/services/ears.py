"""Which channels of Redis are heard: by this server, and by any other."""

import logging
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redis.asyncio import Redis

log = logging.getLogger(__name__)


class Ears:
    """Of one connection. Redis counts listeners; ours is one of them once it has answered all that we asked."""

    def __init__(self) -> None:
        self._open: frozenset[str] = frozenset()
        self._asked: Counter[str] = Counter()
        self._counts = True

    def turn_to(self, wanted: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
        """The channels to be subscribed and those to be left; Redis will answer for each of them."""
        fresh, old = wanted - self._open, self._open - wanted
        self._open = wanted
        self._asked.update(fresh | old)
        return fresh, old

    def answered(self, channel: str) -> None:
        self._asked[channel] -= 1
        if self._asked[channel] <= 0:
            del self._asked[channel]

    async def heard_elsewhere(self, redis: "Redis", channels: set[str]) -> set[str]:
        """Those of the channels that somebody else listens to, or may listen to. Asked each time, for all at once:
        whoever subscribed before this hears what comes after it."""
        from redis.exceptions import ResponseError

        if not self._counts or not channels:
            return channels
        surely = {channel for channel in channels if channel in self._open and not self._asked[channel]}
        try:
            counted = await redis.pubsub_numsub(*(asked := list(channels)))
        except ResponseError as error:
            log.info("Redis does not tell who listens (%s): everything is sent.", error)
            self._counts = False
            return channels
        return {channel for channel, (_, count) in zip(asked, counted, strict=True) if count > (channel in surely)}
