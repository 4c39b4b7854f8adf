"""Agents and finished talks as the files of other platforms: one to look at, or several as a zip."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from builder.core.check import check
from builder.core.convert import as_config, to_agent
from builder.core.errors import Invalid
from builder.core.saved import Agent
from builder.core.session import Session
from builder.core.zipped import zipped
from builder.exporters.base import Export, Exporter
from builder.exporters.bundle import bundle
from builder.exporters.registry import all_exporters, find
from builder.services.gallery import Gallery
from builder.services.interview import Interviews


class Exports:
    """Every method raises NotFound for a target that is not known, and for what is not the owner's."""

    def __init__(self, gallery: Gallery, interviews: Interviews) -> None:
        self._gallery = gallery
        self._interviews = interviews

    @property
    def targets(self) -> tuple[Exporter, ...]:
        """All of them, by rank."""
        return all_exporters()

    async def of_agent(
        self, agent_id: str, target: str, version: int | None = None, owner: str = "local"
    ) -> Export:
        """The files of an agent (of its last version when None), and what is not in them as it says it."""
        return await self.of(await self._gallery.get(agent_id, version, owner), target)

    async def of(self, saved: Agent | Session, target: str) -> Export:
        """The same of what was read already; of a talk it is Invalid, with what is open, while its configuration is
        not complete."""
        exporter = find(target)
        config = saved.config if isinstance(saved, Agent) else await _finished(saved)
        return await asyncio.to_thread(exporter.export, to_agent(config))

    async def of_session(self, session_id: str, target: str, owner: str = "local") -> Export:
        """The same of a talk."""
        return await self.of(await self._interviews.get(session_id, owner), target)

    async def zip_of(
        self, agent_id: str, targets: Iterable[str], version: int | None = None, owner: str = "local"
    ) -> tuple[str, bytes]:
        """File name and content: a folder for each target, and a README with places and losses.

        The same agent and targets, in any order, give the same bytes. Invalid when no target is named.
        """
        chosen = _chosen(targets)
        agent = await self._gallery.get(agent_id, version, owner)
        return await _zip(chosen, agent.config)

    async def zip_of_session(
        self, session_id: str, targets: Iterable[str], owner: str = "local"
    ) -> tuple[str, bytes]:
        """The same of a talk."""
        chosen = _chosen(targets)
        return await _zip(chosen, await _finished(await self._interviews.get(session_id, owner)))


async def _finished(session: Session) -> Mapping[str, Any]:
    """The draft, as soon as it could be saved."""
    config = as_config(session.draft)
    problems = await asyncio.to_thread(check, config)
    if problems:
        raise Invalid("This configuration is not complete yet.", problems, problems[0].next_step)
    return config


async def _zip(chosen: tuple[Exporter, ...], config: Mapping[str, Any]) -> tuple[str, bytes]:
    what = chosen[0].name if len(chosen) == 1 else "exports"

    def made() -> bytes:
        return zipped((file.path, file.content) for file in bundle(to_agent(config), chosen))

    return f"{config['name']}-{what}.zip", await asyncio.to_thread(made)


def _chosen(targets: Iterable[str]) -> tuple[Exporter, ...]:
    """Each once, by rank."""
    found = {find(name) for name in targets}
    if not found:
        raise Invalid("No target is named.", next_step="Name one or more of the list of targets.")
    return tuple(exporter for exporter in all_exporters() if exporter in found)
