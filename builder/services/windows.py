"""Moving windows in which several names are counted together: all of them, or none."""

import threading
import time

from limits import RateLimitItem
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

PATIENCE = 0.5  # seconds for one word with Redis
# The same lists as those of `limits`, which reads them: the newest first, no more than the rule allows.
_HIT_ALL = b"""
for _, key in ipairs(KEYS) do
    local oldest = redis.call('lindex', key, ARGV[2] - 1)
    if oldest and tonumber(oldest) >= ARGV[1] - ARGV[3] then return 0 end
end
for _, key in ipairs(KEYS) do
    redis.call('lpush', key, ARGV[1])
    redis.call('ltrim', key, 0, ARGV[2] - 1)
    redis.call('expire', key, ARGV[3])
end
return 1
"""


class Window(MovingWindowRateLimiter):
    """In this process."""

    def __init__(self) -> None:
        super().__init__(MemoryStorage())
        self._lock = threading.Lock()

    def hit_all(self, rule: RateLimitItem, who: tuple[str, ...]) -> bool:
        """False: one of them has no room, and none was counted."""
        with self._lock:
            return all(self.test(rule, one) for one in who) and all(self.hit(rule, one) for one in who)


class SharedWindow(MovingWindowRateLimiter):
    """In Redis, where no other server counts in between. Every method raises StorageError while Redis is away."""

    def __init__(self, url: str) -> None:
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        patience = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
        once = Retry(NoBackoff(), 0)
        self._redis = RedisStorage(url, wrap_exceptions=True, retry=once, **patience)  # type: ignore[arg-type]
        super().__init__(self._redis)
        self._hit_all = self._redis.get_connection().register_script(_HIT_ALL)

    def hit_all(self, rule: RateLimitItem, who: tuple[str, ...]) -> bool:
        """False: one of them has no room, and none was counted."""
        keys = [self._redis.prefixed_key(rule.key_for(one)) for one in who]
        try:
            return bool(self._hit_all(keys, [time.time(), rule.amount, rule.get_expiry()]))
        except self._redis.base_exceptions as error:
            raise StorageError(error) from error
