"""How often one address may send messages to the plain chat endpoints."""

import math
import time

from fastapi import Request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.exceptions import HTTPException

OFF = "off"


class ChatLimit:
    """Counts messages by address in this process. `rule` is written like "10/minute"; "off" counts nothing."""

    def __init__(self, rule: str) -> None:
        self.rule: RateLimitItem | None = None if rule.strip().lower() == OFF else parse(rule)
        self.counter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, address: str) -> None:
        """Raises 429 with Retry-After when the address has sent too much."""
        if self.rule is None or self.counter.hit(self.rule, address):
            return
        reset = self.counter.get_window_stats(self.rule, address).reset_time
        seconds = max(1, math.ceil(reset - time.time()))
        raise HTTPException(429, f"Too many messages: {self.rule} are allowed.", {"Retry-After": str(seconds)})


async def counted(request: Request) -> None:
    """Dependency of the endpoints that are limited."""
    limit: ChatLimit = request.app.state.chat_limit
    limit.count(request.client.host if request.client else "")
