"""Bringing in what others made: read first, shown with what became of it, and saved where a person says so."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from builder.core.convert import to_agent
from builder.core.errors import BuilderError, Invalid, NotFound, TooManyAgents
from builder.core.problem import Problem, problem
from builder.core.saved import Agent, OnConflict, Outcome
from builder.services.crew import Crew
from builder.services.fetching import Door
from builder.services.gallery import Gallery
from builder.store import Store

if TYPE_CHECKING:
    from builder.importers.intake import Item, Upload
    from builder.importers.refusals import Refused

__all__ = ["Brought", "Candidate", "Choice", "Imports", "OnConflict", "Outcome", "Preview", "Standing"]

Standing = Literal["new", "same", "conflict", "incomplete"]
PATIENCE = 30  # seconds
MOST_WAITING = 8


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that could be brought in. `agent` is the one that is there already: of the same content ("same"), or
    only of the same name ("conflict"); else None."""

    item: "Item"
    standing: Standing
    agent: Agent | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    candidates: tuple[Candidate, ...]
    refused: "tuple[Refused, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """A configuration to bring in. `on_conflict`: what to do when an agent of its name is there with other content;
    None: it is refused then. `source` is told in the note of the version: "Dify"."""

    config: Mapping[str, Any]
    on_conflict: OnConflict | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of a choice. `agent`: the new one, the one that has a new version, or the one that was there.

    `error` says why it was refused; `problems` where, when the configuration is not valid or its name is taken.
    """

    outcome: Outcome
    agent: Agent | None = None
    problems: tuple[Problem, ...] = ()
    error: BuilderError | None = None


class Imports:
    """Nothing that comes is run or expanded; only `bring` writes."""

    def __init__(self, store: Store, gallery: Gallery, door: Door | None = None) -> None:
        """`door`: how files at addresses are reached."""
        self._store = store
        self._gallery = gallery
        self._door = door or Door(PATIENCE)
        self._readers = Crew("import", 1, MOST_WAITING)  # one at a time: each may take its share of memory

    async def preview(self, uploads: "Sequence[Upload]", owner: str = "local") -> Preview:
        """What could be brought in, what could not, and why. Whatever was uploaded, only Crowded is raised."""
        return await self._readers.do(lambda: self._seen(uploads, owner))

    async def fetch(self, address: str) -> "Upload":
        """The file at an address. Invalid: no address, not reached, too large, a private place. Crowded: too many."""
        from builder.importers.intake import Upload

        found = await self._door.fetch(address)
        return Upload(found.name, found.content)

    async def bring(self, choices: Sequence[Choice], owner: str = "local") -> list[Brought]:
        """One after the other, so that a later one sees what an earlier one made; what can be used is brought in.

        No agent is changed twice: a "version" of one that came with these choices already is refused. So the same
        choices again change nothing, unless somebody else changed something meanwhile.
        """
        brought, came = list[Brought](), set[str]()
        for choice in choices:
            one = await self._brought(choice, came, owner)
            if one.agent is not None and one.outcome not in ("skipped", "refused"):
                came.add(one.agent.name)
            brought.append(one)
        return brought

    async def candidate(self, item: "Item", owner: str = "local") -> Candidate:
        """How an item stands now: anew after it was mended, or after others saved something."""
        return (await asyncio.to_thread(self._standing, [item], owner))[0]

    def _seen(self, uploads: "Sequence[Upload]", owner: str) -> Preview:
        from builder.importers.intake import intake  # finds the importers; only an import needs them

        found = intake(uploads)
        return Preview(tuple(self._standing(found.items, owner)), found.refused)

    def _standing(self, items: "Sequence[Item]", owner: str) -> list[Candidate]:
        configs = [None if item.problems else to_agent(item.values).to_json() for item in items]
        there = self._store.agents.called(owner, {config["name"] for config in configs if config is not None})
        return [
            Candidate(item, "incomplete") if config is None else _candidate(item, config, there[config["name"]])
            for item, config in zip(items, configs, strict=True)
        ]

    async def _brought(self, choice: Choice, came: Collection[str], owner: str) -> Brought:
        note = f"Imported from {choice.source}" if choice.source else "Imported"
        is_twice = choice.on_conflict == "version" and str(choice.config.get("name")) in came
        on_conflict = None if is_twice else choice.on_conflict
        try:
            try:
                outcome, agent = await self._gallery.arrive(choice.config, on_conflict, note=note, owner=owner)
            except NotFound:  # deleted in this very moment
                outcome, agent = await self._gallery.arrive(choice.config, on_conflict, note=note, owner=owner)
        except Invalid as error:
            return _refused(error.problems) if error.problems else Brought("refused", error=error)
        except TooManyAgents as error:
            return Brought("refused", error=error)
        if outcome == "refused":
            return _refused([problem("name_twice" if is_twice else "name_taken", "name", None, name=agent.name)], agent)
        return Brought(outcome, agent)


def _candidate(item: "Item", config: Mapping[str, Any], there: Sequence[Agent]) -> Candidate:
    same = next((agent for agent in there if agent.config == config), None)
    if same is not None:
        return Candidate(item, "same", same)
    return Candidate(item, "conflict", there[0]) if there else Candidate(item, "new")


def _refused(problems: Sequence[Problem], there: Agent | None = None) -> Brought:
    first = problems[0]
    return Brought("refused", there, tuple(problems), Invalid(first.reason, problems, first.next_step))
