"""Which interviewers there are, which of them are ready for a person, and which one begins."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from builder.core.errors import Invalid
from builder.core.observing import UNSEEN, Observer
from builder.core.problem import Problem
from builder.interviewers.base import Interviewer
from builder.services.models import Models
from builder.store import Store

PREFERENCE = "engine"


@dataclass(frozen=True, slots=True)
class Choice:
    """`ready`: it can speak now; otherwise its provider is not set up yet."""

    name: str
    title: str
    ready: bool


class Engines:
    """`offline` is the one that needs nothing; `leader`, when there is one, goes before all that nobody preferred."""

    def __init__(
        self,
        interviewers: Iterable[Interviewer],
        models: Models,
        store: Store,
        offline: str,
        leader: str | None = None,
        observer: Observer = UNSEEN,
    ) -> None:
        """`observer` is told of all that interviewers are asked."""
        self.observer = observer
        self._all = {interviewer.name: interviewer for interviewer in interviewers}
        self._models = models
        self._store = store
        self._fallback = leader or offline
        self._leader = leader
        self._rank = {provider.name: rank for rank, provider in enumerate(models.providers)}

    @property
    def all(self) -> list[Interviewer]:
        return list(self._all.values())

    def of(self, name: str) -> Interviewer:
        """The interviewer of that name; the one that needs nothing when it is not there any more."""
        return self._all.get(name) or self._all[self._fallback]

    def known(self, name: str) -> str:
        """The name. Invalid when there is none."""
        if name not in self._all:
            names = ", ".join(self._all)
            raise Invalid(f"There is no interviewer “{name}”.", next_step=f"Choose one of: {names}.")
        return name

    async def choices(self, owner: str = "local") -> tuple[Choice, ...]:
        """All of them, those that are ready first, and of these the best first."""
        ready = await self._models.ready(owner)
        made = [Choice(one.name, one.title, one.provider is None or one.provider in ready) for one in self._ranked()]
        return tuple(sorted(made, key=lambda choice: not choice.ready))

    async def first(self, owner: str = "local") -> str:
        """Who begins: the preferred one if it is ready, else the best that is."""
        ready = [choice.name for choice in await self.choices(owner) if choice.ready]
        preferred = (await asyncio.to_thread(self._store.preferences.all, owner)).get(PREFERENCE)
        return preferred if preferred in ready else ready[0]

    async def usable(self, name: str, owner: str = "local") -> str:
        """The name. Invalid when there is no such interviewer, or it is not ready."""
        engine = self._all[self.known(name)]
        if engine.provider is not None and engine.provider not in await self._models.ready(owner):
            reason = f"{engine.title} is not set up yet."
            step = "Open Settings and enter its key and model there, or go on with another interviewer."
            raise Invalid(reason, [Problem("engine_not_ready", "engine", reason, step, {"engine": engine.title})], step)
        return name

    def _ranked(self) -> list[Interviewer]:
        """The leader, models by their providers' rank, the one that needs nothing, the rest."""

        def rank(one: Interviewer) -> tuple[bool, float, bool]:
            provided = self._rank.get(one.provider, 0) if one.provider else float("inf")
            return one.name != self._leader, provided, one.name != self._fallback

        return sorted(self._all.values(), key=rank)
