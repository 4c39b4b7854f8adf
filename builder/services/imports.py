"""Bringing in what others made: read first, shown with what became of it, and saved where a person says so."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from builder.core.check import check
from builder.core.convert import to_agent
from builder.core.errors import BuilderError, Invalid, NotFound, TooManyAgents
from builder.core.name import numbered, stem_of
from builder.core.problem import Problem, problem
from builder.core.saved import Agent
from builder.services.fetching import Door
from builder.services.gallery import Gallery
from builder.store import Store

if TYPE_CHECKING:
    from builder.importers.intake import Item, Upload
    from builder.importers.refusals import Refused

Standing = Literal["new", "same", "conflict", "incomplete"]
OnConflict = Literal["version", "copy", "skip"]
Outcome = Literal["created", "same", "version", "copied", "skipped", "refused"]
PATIENCE = 30  # seconds


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
        self._reading = ThreadPoolExecutor(1, "import")  # one at a time: each may take its share of memory

    async def preview(self, uploads: "Sequence[Upload]", owner: str = "local") -> Preview:
        """What could be brought in, what could not, and why. It never raises because of what was uploaded."""
        from builder.importers.intake import intake  # finds the importers; only an import needs them

        found = await asyncio.get_running_loop().run_in_executor(self._reading, intake, uploads)
        return Preview(tuple([await self.candidate(item, owner) for item in found.items]), found.refused)

    async def fetch(self, address: str, owner: str = "local") -> "Upload":
        """The file at an address. Invalid: no address, not reached, too large, a private place. Busy: too many now."""
        from builder.importers.intake import Upload

        found = await self._door.fetch(address)
        return Upload(found.name, found.content)

    async def bring(self, choices: Sequence[Choice], owner: str = "local") -> list[Brought]:
        """One after the other, so that a later one sees what an earlier one made; what can be used is brought in.

        The same choices again change nothing.
        """
        return [await self._brought(choice, owner) for choice in choices]

    async def candidate(self, item: "Item", owner: str = "local") -> Candidate:
        """How an item stands now: anew after it was mended, or after others saved something."""
        if item.problems:
            return Candidate(item, "incomplete")
        return Candidate(item, *await self._standing(to_agent(item.values).to_json(), owner))

    async def _standing(self, config: Mapping[str, Any], owner: str) -> tuple[Standing, Agent | None]:
        there = await asyncio.to_thread(self._store.agents.called, owner, config["name"])
        same = next((agent for agent in there if agent.config == config), None)
        if same is not None:
            return "same", same
        return ("conflict", there[0]) if there else ("new", None)

    async def _brought(self, choice: Choice, owner: str) -> Brought:
        problems = await asyncio.to_thread(check, choice.config)
        if problems:
            return _refused(problems)
        config = to_agent(choice.config).to_json()
        note = f"Imported from {choice.source}" if choice.source else "Imported"
        try:
            try:
                return await self._saved(config, choice.on_conflict, note, owner)
            except NotFound:  # deleted in this very moment
                return await self._saved(config, choice.on_conflict, note, owner)
        except TooManyAgents as error:
            return Brought("refused", error=error)

    async def _saved(self, config: dict[str, Any], on_conflict: OnConflict | None, note: str, owner: str) -> Brought:
        standing, there = await self._standing(config, owner)
        if there is None or standing == "same":
            agent, is_new = await self._gallery.bring(config, note=note, owner=owner)
            return Brought("created" if is_new else "same", agent)
        match on_conflict:
            case "version":
                return Brought("version", await self._gallery.renew(there.id, config, note=note, owner=owner))
            case "copy":
                return await self._copied(config, note, owner)
            case "skip":
                return Brought("skipped", there)
            case None:
                return _refused([problem("name_taken", "name", None, name=there.name)], there)

    async def _copied(self, config: dict[str, Any], note: str, owner: str) -> Brought:
        """Under the first of the names Name2, Name3 ... that is free, or that of a copy which is there already."""
        taken = await asyncio.to_thread(self._store.agents.names, owner, stem_of(config["name"]))
        for name in numbered(config["name"]):
            copy = {**config, "name": name}
            if name not in taken or (await self._standing(copy, owner))[0] == "same":
                agent, is_new = await self._gallery.bring(copy, note=note, owner=owner)
                return Brought("copied" if is_new else "same", agent)
        raise AssertionError("unreachable: there is no end of names")


def _refused(problems: Sequence[Problem], there: Agent | None = None) -> Brought:
    first = problems[0]
    return Brought("refused", there, tuple(problems), Invalid(first.reason, problems, first.next_step))
