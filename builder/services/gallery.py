"""The gallery: saving agents as versions, finding, opening, copying, renaming, deleting and downloading them."""

import asyncio
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args
from uuid import uuid4

from builder.core.agent import ReturnType
from builder.core.artifact import written
from builder.core.check import bad_name, check
from builder.core.convert import as_config, as_draft, changes, operations, to_agent
from builder.core.difference.compare import Comparison, compare
from builder.core.draft import Change
from builder.core.errors import Conflict, Invalid
from builder.core.name import is_agent_name, is_reserved, numbered, stem_of
from builder.core.operation import Operation
from builder.core.readable import readable
from builder.core.saved import Agent, OnConflict, Outcome, Page, Sort, Version
from builder.core.session import BEGUN_WITH, Session
from builder.core.zipped import zipped
from builder.services.agent_record import AgentRecord
from builder.services.broadcast import Broadcast, Here
from builder.services.engines import Engines
from builder.services.quotas import Quotas
from builder.store import Store
from builder.store.agents import Arrival, Renewal

__all__ = ["Agent", "Gallery", "Page", "Sort", "Version"]

MOST_LISTED = 200
MOST_ZIPPED = 1000


class Gallery:
    """Saved agents of an owner. Every method raises NotFound for what is not the owner's, and TooManyAgents where one
    more is not allowed."""

    def __init__(
        self, store: Store, engines: Engines, broadcast: Broadcast | None = None, quotas: Quotas | None = None
    ) -> None:
        self._store = store
        self._record = AgentRecord(store, Here() if broadcast is None else broadcast)
        self._engines = engines
        self._quotas = quotas or Quotas(store)

    async def save(self, session_id: str, *, note: str = "", owner: str = "local") -> Version:
        """The session's draft as the next version of its agent; same content as the last = that version.

        Invalid with all problems when the draft is not a valid configuration.
        """
        for attempt in itertools.count(1):
            session = await asyncio.to_thread(self._store.sessions.load, owner, session_id)
            config = _valid(as_config(session.draft))
            try:
                return await self._record.save(owner, session, config, readable(note), self._quotas.room(owner))
            except Conflict:  # edited in this very moment: save what it is now
                if attempt == 5:
                    raise
        raise AssertionError("unreachable")

    async def search(
        self,
        text: str = "",
        *,
        kind: ReturnType | None = None,
        sort: Sort = "newest",
        after: str | None = None,
        limit: int = 24,
        owner: str = "local",
    ) -> Page:
        """Agents that hold all words of the text (the last one may be half typed). Any text is allowed."""
        if sort not in get_args(Sort):
            raise Invalid(f"There is no order “{sort}”.", next_step="Choose newest, oldest or name.")
        if kind is not None and kind not in get_args(ReturnType):
            raise Invalid(f"There is no kind “{kind}”.", next_step="Choose structured or unstructured.")
        most = max(1, min(limit, MOST_LISTED))
        return await asyncio.to_thread(self._store.agents.search, owner, text, kind, sort, after, most)

    async def get(self, agent_id: str, version: int | None = None, owner: str = "local") -> Agent:
        return await asyncio.to_thread(self._store.agents.get, owner, agent_id, version)

    async def open(self, agent_id: str, owner: str = "local") -> Session:
        """The session in which the agent was made, or a new one with its draft."""
        agent = await self.get(agent_id, owner=owner)
        fresh = Session(
            str(uuid4()),
            owner,
            engine=await self._engines.first(owner),
            language=str(agent.config.get("language", "en"))[:2],
            draft=as_draft(agent.config),
            notes={BEGUN_WITH: agent.name},
            planned=True,
            agreed=True,
            agent_id=agent.id,
            saved_version=agent.version,
        )
        return await self._record.session(owner, agent_id, fresh.staged())

    async def create(self, config: Mapping[str, Any], *, note: str = "", owner: str = "local") -> Agent:
        """A configuration from outside as a new agent; same name and content as one that is there = that agent."""
        return (await self.bring(config, note=note, owner=owner))[0]

    async def bring(self, config: Mapping[str, Any], *, note: str = "", owner: str = "local") -> tuple[Agent, bool]:
        """As `create`, and whether the agent is a new one."""
        return await self._record.bring(owner, _valid(config), readable(note), self._quotas.room(owner))

    async def arrive(
        self, config: Mapping[str, Any], on_conflict: OnConflict | None, *, note: str = "", owner: str = "local"
    ) -> tuple[Outcome, Agent]:
        """What becomes of a configuration from outside, and the agent that it made or that was there.

        `on_conflict`: what to do when one of its name is there with other content; None: it is refused.
        """
        wanted = await asyncio.to_thread(_valid, config)
        arrival = Arrival(wanted, on_conflict, _followed, readable(note))
        return await self._record.arrive(owner, arrival, self._quotas.room(owner))

    async def renew(
        self,
        agent_id: str,
        config: Mapping[str, Any],
        *,
        note: str = "",
        numbers: Collection[int] | None = None,
        owner: str = "local",
    ) -> Agent:
        """A configuration from outside as the next version; same content as the last = that version.

        The session in which the agent is worked on follows, unless it holds changes that are not saved.
        Conflict when the agent is at none of the version `numbers` (`.theirs`: key -> present value).
        """
        wanted = _valid(config)
        renewal = Renewal(lambda agent: wanted, _followed, readable(note))
        return await self._record.renew(owner, agent_id, renewal, numbers)

    async def reinstate(
        self,
        agent_id: str,
        version: int,
        *,
        note: str | None = None,
        numbers: Collection[int] | None = None,
        owner: str = "local",
    ) -> Agent:
        """What an earlier version said, as the next version; otherwise as `renew`."""
        earlier = await self.get(agent_id, version, owner)
        note = f"Version {version} again" if note is None else note
        return await self.renew(agent_id, earlier.config, note=note, numbers=numbers, owner=owner)

    async def difference(self, agent_id: str, start: int, end: int | None = None, owner: str = "local") -> list[Change]:
        """What changed from one version to another (the last when None), field by field."""
        before, after = await self.get(agent_id, start, owner), await self.get(agent_id, end, owner)
        return changes(before.config, after.config)

    async def compare(self, agent_id: str, start: int, end: int | None = None, owner: str = "local") -> Comparison:
        """As `difference`, with facts that a person reads, and whether outputs of the one still fit the other."""
        before, after = await self.get(agent_id, start, owner), await self.get(agent_id, end, owner)
        return await asyncio.to_thread(compare, before.config, after.config)

    async def unsaved(self, agent_id: str, owner: str = "local") -> bool:
        """Whether the session in which the agent is worked on holds changes that no version has."""
        agent = await self.get(agent_id, owner=owner)
        session = await asyncio.to_thread(self._store.agents.worked_on, owner, agent.id)
        return session is not None and as_config(session.draft) != agent.config

    async def is_deleted(self, agent_id: str, owner: str = "local") -> bool:
        """Whether `restore` would take it back."""
        return await asyncio.to_thread(self._store.agents.is_deleted, owner, agent_id)

    async def duplicate(self, agent_id: str, owner: str = "local") -> Agent:
        """A copy called Name2, Name3 ..."""
        agent = await self.get(agent_id, owner=owner)
        taken = await asyncio.to_thread(self._store.agents.names, owner, stem_of(agent.name))
        name = next(name for name in numbered(agent.name) if name not in taken)
        return await self.create({**agent.config, "name": name}, note=f"Copy of {agent.name}", owner=owner)

    async def rename(
        self, agent_id: str, name: str, owner: str = "local", *, numbers: Collection[int] | None = None
    ) -> Agent:
        """A new version with another name. Invalid (with a mended name) when it breaks the rule."""
        if not is_agent_name(name):
            problem = bad_name(name)
            raise Invalid(problem.reason, [problem], problem.next_step)

        def follow(session: Session, agent: Agent, version: Version) -> Session:
            if session.draft.text("name") == agent.name:
                session = session.operate(Operation("set", "name", name), "person")[0]
            return replace(session, saved_version=version.number)

        note = f"Was {(await self.get(agent_id, owner=owner)).name}"
        renewal = Renewal(lambda agent: {**agent.config, "name": name}, follow, note)
        return await self._record.renew(owner, agent_id, renewal, numbers)

    async def delete(self, agent_id: str, owner: str = "local") -> None:
        """Out of the gallery; `restore` takes it back."""
        await self._record.mark_deleted(owner, agent_id, True)

    async def restore(self, agent_id: str, owner: str = "local") -> None:
        """Undo of `delete`."""
        await self._record.mark_deleted(owner, agent_id, False, self._quotas.room(owner))

    async def versions(
        self, agent_id: str, owner: str = "local", *, before: int | None = None, limit: int | None = None
    ) -> list[Version]:
        """Latest first, from the one `before` a number on."""
        return await asyncio.to_thread(self._store.agents.versions, owner, agent_id, before, limit)

    async def file(self, agent_id: str, version: int | None = None, owner: str = "local") -> tuple[str, bytes]:
        """File name and content (JSON, UTF-8)."""
        agent = await self.get(agent_id, version, owner)
        return f"{agent.name}.json", written(agent.config)

    async def archive_of(self, agent_ids: Iterable[str], owner: str = "local") -> tuple[str, bytes]:
        """File name and content of a zip with one JSON file an agent."""
        wanted = list(dict.fromkeys(agent_ids))
        if not 1 <= len(wanted) <= MOST_ZIPPED:
            raise Invalid(f"{len(wanted)} agents were chosen.", next_step=f"Choose 1 to {MOST_ZIPPED} agents.")
        agents = [await self.get(agent_id, owner=owner) for agent_id in wanted]
        return "agents.zip", await asyncio.to_thread(lambda: zipped(_files(agents)))


def _followed(session: Session, agent: Agent, version: Version) -> Session:
    """The session with the new version's content; one with changes that are not saved stays as it is."""
    if as_config(session.draft) != agent.config:
        return session
    for operation in operations(session.draft, version.config):
        session, _ = session.operate(operation, "person")
    return replace(session.staged(), saved_version=version.number)


def _valid(config: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration as it is written to a file. Invalid with all its problems."""
    problems = check(config)
    if problems:
        count = len(problems)
        first = f"{count} things are" if count > 1 else "One thing is"
        raise Invalid(f"{first} not right yet: {problems[0].reason}", problems, problems[0].next_step)
    return to_agent(config).to_json()


def _files(agents: Iterable[Agent]) -> Iterator[tuple[str, bytes]]:
    names = set[str]()
    for agent in agents:
        stem = f"{agent.name}_" if is_reserved(agent.name) else agent.name
        tries = (f"{stem}{f'-{number}' if number > 1 else ''}.json" for number in itertools.count(1))
        name = next(tried for tried in tries if tried.casefold() not in names)  # some disks ignore case
        names.add(name.casefold())
        yield name, written(agent.config)
