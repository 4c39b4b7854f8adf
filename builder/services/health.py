"""How the product and what it depends on are doing. A look costs nothing: models are never asked for a word."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from builder.core.errors import BuilderError, StorageError
from builder.core.events import ToolCalled
from builder.core.observing import Answered, Kind, Status
from builder.core.session import Mode
from builder.services.allowance import Allowance
from builder.services.models import Models
from builder.services.setup import Setup
from builder.store import Store

State = Literal["healthy", "degraded", "unhealthy"]
WORST: tuple[State, ...] = ("healthy", "degraded", "unhealthy")
PATIENCE = 5.0  # seconds for the database
A_MOMENT = 3.0  # seconds that a look waits for a list of models; else it tells what was known before
KNOWN_FOR = {True: 300.0, False: 60.0}  # seconds that an answer of a provider counts, and that a failure does
LATELY = timedelta(minutes=15)  # a session in which something happened since then is active


@dataclass(frozen=True, slots=True)
class Check:
    status: State
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    checks: Mapping[str, Check]

    @property
    def status(self) -> State:
        return max((check.status for check in self.checks.values()), key=WORST.index)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a provider's last answer came to; `at` by the steady clock."""

    ok: bool
    at: float
    moment: datetime

    @property
    def fresh(self) -> bool:
        return time.monotonic() - self.at < KNOWN_FOR[self.ok]


class LastCalls:
    """An observer that remembers how the last request to each interviewer ended, and how many run."""

    def __init__(self) -> None:
        self.running = 0
        self.last: dict[str, Heard] = {}

    def asked(self, kind: Kind, text: str) -> None:
        self.running += 1

    def answered(self, answered: Answered) -> None:
        self.running -= 1
        ok: dict[Status, bool] = {"done": True, "failed": False}  # the others say nothing about the provider
        if answered.status in ok:
            self.last[answered.engine] = _heard(ok[answered.status])

    def tool(self, call: ToolCalled, mode: Mode) -> None:
        """Says nothing about an interviewer."""

    def artifact(self, kind: str) -> None:
        """Says nothing about an interviewer."""


class Health:
    """Looks at the database, the models, the cache and the sessions."""

    def __init__(self, store: Store, models: Models, allowance: Allowance, calls: LastCalls) -> None:
        self._store = store
        self._models = models
        self._allowance = allowance
        self._calls = calls
        self._listed: dict[str, Heard] = {}
        self._listing: dict[str, asyncio.Task[None]] = {}

    async def look(self) -> Report:
        database = await self._database()
        if database.status == "unhealthy":
            return Report({"database": database, "sessions": self._sessions(None)})
        checks = {"database": database, "models": await self._providers(), "cache": await self._cache()}
        return Report({**checks, "sessions": self._sessions(await self.active_sessions())})

    async def active_sessions(self) -> int | None:
        """Sessions in which something happened lately; None when the database does not tell."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await asyncio.to_thread(self._store.sessions.active, datetime.now(UTC) - LATELY)
        except (StorageError, TimeoutError):
            return None

    async def _database(self) -> Check:
        began = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                await asyncio.to_thread(self._store.answers_now)
        except StorageError as error:
            return out_of_order(error)
        except TimeoutError:
            return Check("unhealthy", {"reason": f"The database did not answer in {PATIENCE:.0f} seconds."})
        return Check("healthy", {"milliseconds": round((time.perf_counter() - began) * 1000, 2)})

    async def _cache(self) -> Check:
        state = await self._allowance.state()
        if state == "down":
            return Check("degraded", {"reason": "Redis is away. Limits are counted in this process meanwhile."})
        return Check("healthy", {"kind": "redis" if state == "up" else "memory"})

    def _sessions(self, active: int | None) -> Check:
        return Check("healthy", {"active": active, "answering": self._calls.running})

    async def _providers(self) -> Check:
        """Without a provider that is set up all is well: the offline interviewer leads."""
        try:
            ready = [setup for setup in await self._models.setups() if setup.ready]
        except StorageError as error:
            return Check("degraded", {"reason": error.message})
        found = {setup.provider: await self._provider(setup) for setup in ready}
        status: State = "degraded" if any(one["reachable"] is False for one in found.values()) else "healthy"
        return Check(status, {"set_up": bool(ready), "providers": found})

    async def _provider(self, setup: Setup) -> dict[str, Any]:
        """Whether it answers: by the last real call, else by its list of models, which is asked for now and then."""
        called = self._calls.last.get(setup.provider)
        if called is None or not called.fresh:
            await self._list(setup.provider)
        known = [one for one in (called, self._listed.get(setup.provider)) if one is not None]
        latest = max(known, key=lambda one: one.at, default=None)
        return {
            "model": setup.model,
            "reachable": latest.ok if latest else None,
            "last_call": None if called is None else "done" if called.ok else "failed",
            "checked": latest.moment if latest else None,
        }

    async def _list(self, provider: str) -> None:
        known, task = self._listed.get(provider), self._listing.get(provider)
        if known is not None and known.fresh:
            return
        if task is None or task.done():
            task = self._listing[provider] = asyncio.create_task(self._listed_now(provider))
        await asyncio.wait([task], timeout=A_MOMENT)

    async def _listed_now(self, provider: str) -> None:
        try:
            await self._models.names(provider)
        except BuilderError:
            self._listed[provider] = _heard(False)
        else:
            self._listed[provider] = _heard(True)


def out_of_order(error: StorageError) -> Check:
    """Why the database cannot be used; where it lies is no business of a stranger's."""
    return Check("unhealthy", {"reason": error.message, "next_step": error.advice})


def _heard(ok: bool) -> Heard:
    return Heard(ok, time.monotonic(), datetime.now(UTC))
