"""Quotas of owners by their tier: looked at before something is done, counted after it succeeded.

Messages of a talk: both happen in the transactions of the turn itself (`toll`), and replies that are being written
count as used, so that of two messages at once for the last place one is refused, whatever process it came to. Agents
are those that there are (`room`). For everything else `spend`, or `check` before and `count` after.
"""

import asyncio
import math
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from builder.core.errors import QuotaReached, TooManyAgents
from builder.core.quota import Kind, Limits, Tier, Use, Used, month_end, month_of
from builder.store import Store
from builder.store.quotas import NO_MONTH, Toll

T = TypeVar("T")
Clock = Callable[[], datetime]
_FREE = Tier("")


class Quotas:
    """`limits` None: everything is counted and nothing is limited."""

    def __init__(self, store: Store, limits: Limits | None = None, clock: Clock = lambda: datetime.now(UTC)) -> None:
        self._store = store
        self._limits = limits
        self._clock = clock
        self._under_way: Counter[tuple[str, Kind]] = Counter()
        self._lock = threading.Lock()

    @property
    def are_set(self) -> bool:
        return self._limits is not None

    def rate(self, owner: str) -> str | None:
        """How often programs of the owner may send messages, where the owner's tier says it."""
        return self._tier(owner).rate

    def toll(self, owner: str, kind: Kind = "messages") -> Toll:
        """What one message or page takes this month."""
        now, most = self._clock(), self._tier(owner).most(kind)

        def refusal() -> QuotaReached:
            seconds = math.ceil((month_end(now) - now).total_seconds())
            day = f"{month_end(now):%Y-%m-%d}"
            step = f"There is room again from {day} (UTC) on. Whoever runs this server can give more."
            return QuotaReached(f"This month's {kind} are used up: {most} of {most}.", step, max(1, seconds))

        return Toll(owner, kind, month_of(now), most, refusal)

    def room(self, owner: str) -> Toll:
        """What one more agent takes."""
        most = self._tier(owner).agents

        def refusal() -> QuotaReached:
            return TooManyAgents(f"As many agents as are allowed are there already: {most}.")

        return Toll(owner, "agents", NO_MONTH, most, refusal)

    async def check(self, owner: str, kind: Kind) -> None:
        """QuotaReached when none is left of a month's kind."""
        await self._check(owner, kind, self._under_way[owner, kind])

    async def count(self, owner: str, kind: Kind, event_id: str) -> None:
        """One was used. The same `event_id` again counts nothing."""
        toll = replace(self.toll(owner, kind), event=event_id)
        await asyncio.to_thread(self._store.quotas.count, toll)

    async def spend(self, owner: str, kind: Kind, event_id: str, work: Callable[[], Awaitable[T]]) -> T:
        """What comes of the work, counted when it succeeded. QuotaReached before it begins when none is left and the
        event was not counted before.

        Work of this kind that is under way in this process counts as used; in two processes at once both may pass for
        the last place, and both are counted.
        """
        with self._place(owner, kind) as before:
            await self._check(owner, kind, before, event_id)
            came = await work()
            await self.count(owner, kind, event_id)
        return came

    async def use(self, owner: str = "local") -> Use:
        """What is used of what."""
        now, tier = self._clock(), self._tier(owner)
        month = month_of(now)

        def read() -> tuple[Used, Used, Used]:
            used = self._store.quotas.used
            messages, pages = used(owner, "messages", month), used(owner, "pages", month)
            agents = self._store.quotas.agents(owner)
            return Used(messages, tier.messages), Used(pages, tier.pages), Used(agents, tier.agents)

        return Use(tier.name or None, month, month_end(now), *await asyncio.to_thread(read))

    async def forget(self) -> int:
        """Drops what is only needed to count the events of earlier months once; how many."""
        return await asyncio.to_thread(self._store.quotas.forget, month_of(self._clock()))

    async def _check(self, owner: str, kind: Kind, beside: int, event_id: str = "") -> None:
        toll = replace(self.toll(owner, kind), event=event_id)
        if toll.most is not None:
            await asyncio.to_thread(self._store.quotas.check, toll, beside)

    def _tier(self, owner: str) -> Tier:
        return self._limits.of(owner) if self._limits is not None else _FREE

    @contextmanager
    def _place(self, owner: str, kind: Kind) -> Iterator[int]:
        """One is under way; how many others were before it."""
        with self._lock:
            before = self._under_way[owner, kind]
            self._under_way[owner, kind] += 1
        try:
            yield before
        finally:
            with self._lock:
                self._under_way[owner, kind] -= 1
                if not self._under_way[owner, kind]:
                    del self._under_way[owner, kind]
