"""The saved agents as services change them: each write leaves the loop by a thread, and who listens hears of it."""

import asyncio
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Literal

from builder.core.errors import BuilderError
from builder.core.saved import Agent, Outcome, Version
from builder.core.session import Session
from builder.services.broadcast import Broadcast
from builder.services.record import tell_change
from builder.services.updates import AgentEvent, SessionEvent, acting
from builder.store import Store
from builder.store.agents import Arrival, Renewal
from builder.store.quotas import Toll

What = Literal["saved", "renamed", "deleted", "restored"]
_WRITTEN: tuple[Outcome, ...] = ("created", "version", "copied")


class AgentRecord:
    """Methods as those of the store's agents, raising what these raise."""

    def __init__(self, store: Store, broadcast: Broadcast) -> None:
        self._store = store
        self._broadcast = broadcast

    async def save(self, owner: str, session: Session, config: Mapping[str, Any], note: str, toll: Toll) -> Version:
        version = await asyncio.to_thread(self._store.agents.save, owner, session, config, note, toll)
        self._tell(owner, version.agent_id, "saved", str(config["name"]), version.number)
        await self._tell_session(session)
        return version

    async def bring(self, owner: str, config: Mapping[str, Any], note: str, toll: Toll) -> tuple[Agent, bool]:
        agent, is_new = await asyncio.to_thread(self._store.agents.bring, owner, config, note, toll)
        if is_new:
            self._tell(owner, agent.id, "saved", agent.name, agent.version)
        return agent, is_new

    async def arrive(self, owner: str, arrival: Arrival, toll: Toll) -> tuple[Outcome, Agent]:
        followed: list[Session] = []

        def follow(session: Session, agent: Agent, version: Version) -> Session:
            followed.append(session)
            return arrival.follow(session, agent, version)

        heard = replace(arrival, follow=follow)
        outcome, agent = await asyncio.to_thread(self._store.agents.arrive, owner, heard, toll)
        if outcome in _WRITTEN:
            self._tell(owner, agent.id, "saved", agent.name, agent.version)
        for session in followed:
            await self._tell_session(session)
        return outcome, agent

    async def renew(
        self, owner: str, agent_id: str, renewal: Renewal, numbers: Collection[int] | None = None
    ) -> Agent:
        names: list[str] = []
        followed: list[Session] = []

        def config(agent: Agent) -> Mapping[str, Any]:
            names.append(agent.name)
            return renewal.config(agent)

        def follow(session: Session, agent: Agent, version: Version) -> Session:
            followed.append(session)
            return renewal.follow(session, agent, version)

        heard = replace(renewal, config=config, follow=follow)
        agent = await asyncio.to_thread(self._store.agents.renew, owner, agent_id, heard, numbers)
        what: What = "saved" if names[-1:] == [agent.name] else "renamed"
        self._tell(owner, agent.id, what, agent.name, agent.version)
        for session in followed:
            await self._tell_session(session)
        return agent

    async def session(self, owner: str, agent_id: str, fresh: Session) -> Session:
        session = await asyncio.to_thread(self._store.agents.session, owner, agent_id, fresh)
        if session.id == fresh.id:
            self._broadcast.publish(SessionEvent(owner, session.id, what="begun", by=acting()))
        return session

    async def mark_deleted(self, owner: str, agent_id: str, deleted: bool, toll: Toll | None = None) -> None:
        await asyncio.to_thread(self._store.agents.mark_deleted, owner, agent_id, deleted, toll)
        self._tell(owner, agent_id, "deleted" if deleted else "restored")

    async def _tell_session(self, before: Session) -> None:
        with suppress(BuilderError):  # it is saved; only the telling fails
            after = await asyncio.to_thread(self._store.sessions.load, before.owner, before.id)
            tell_change(self._broadcast, before, after, acting())

    def _tell(self, owner: str, agent_id: str, what: What, name: str | None = None, version: int | None = None) -> None:
        self._broadcast.publish(
            AgentEvent(owner, what=what, agent_id=agent_id, agent_name=name, version=version, by=acting())
        )
