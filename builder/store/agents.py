"""Saved agents and their versions. A version is written once; an agent that is deleted is only hidden."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, select, update

from builder.core.errors import Conflict
from builder.core.saved import Agent, OnConflict, Outcome, Page, Sort, Version
from builder.core.session import Session
from builder.store import agent_rows, codec, rows, search
from builder.store.database import Database
from builder.store.quotas import Toll, admit_agent, hold_agents
from builder.store.sessions import insert_session, of_agent, write_session
from builder.store.tables import AGENTS, VERSIONS

Config = Mapping[str, Any]
_A = AGENTS.c
_V = VERSIONS.c


class Agents:
    """Configurations that come in are valid ones, keys in the contract's order."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, owner: str, session: Session, config: Config, note: str, toll: Toll | None = None) -> Version:
        """The next version of the session's agent. Conflict when the session is not as it was read.

        `toll` of this and other methods is what one more agent takes; its refusal is raised where there would be one.
        """
        with self._database.write() as connection:
            row = rows.fetch(connection, owner, session.id, lock=True)
            if row.revision != session.revision:
                raise Conflict("The session was changed elsewhere.")
            agent = agent_rows.find(connection, owner, row.agent_id) if row.agent_id else None
            if agent is None or agent.deleted is not None:
                admit_agent(connection, toll)
            version = self._add(connection, owner, agent, config, note)
            if (row.agent_id, row.saved_version) != (version.agent_id, version.number):
                rows.write(connection, row, agent_id=version.agent_id, saved_version=version.number)
            return version

    def create(self, owner: str, config: Config, note: str) -> Agent:
        return self.bring(owner, config, note)[0]

    def bring(self, owner: str, config: Config, note: str, toll: Toll | None = None) -> tuple[Agent, bool]:
        """A new agent (True), or the one that has this name and content already (False)."""
        with self._database.write() as connection:
            hold_agents(connection, toll)
            same = _same(agent_rows.called(connection, owner, [config["name"]])[config["name"]], config)
            return (same, False) if same else (self._made(connection, owner, config, note, toll), True)

    def arrive(self, owner: str, arrival: "Arrival", toll: Toll) -> tuple[Outcome, Agent]:
        """What becomes of a configuration from outside, and the agent: the one that it made, or that was there.

        Meanwhile nobody else brings in anything for the owner: a name is looked up and taken in one.
        """
        config, note = arrival.config, arrival.note
        with self._database.write() as connection:
            hold_agents(connection, toll)
            there = agent_rows.called(connection, owner, [config["name"]])[config["name"]]
            if (same := _same(there, config)) is not None:
                return "same", same
            if not there:
                return "created", self._made(connection, owner, config, note, toll)
            match arrival.on_conflict:
                case "version":
                    renewal = Renewal(lambda agent: config, arrival.follow, note)
                    return "version", self._renewed(connection, owner, there[0].id, renewal)
                case "copy":
                    free, copy = agent_rows.copy_of(connection, owner, config)
                    wanted = {**config, "name": free}
                    return ("same", copy) if copy else ("copied", self._made(connection, owner, wanted, note, toll))
                case "skip":
                    return "skipped", there[0]
                case None:
                    return "refused", there[0]

    def _made(self, connection: Connection, owner: str, config: Config, note: str, toll: Toll | None) -> Agent:
        admit_agent(connection, toll)
        version = self._add(connection, owner, None, config, note)
        return agent_rows.read(connection, owner, version.agent_id, None)

    def renew(self, owner: str, agent_id: str, renewal: "Renewal", numbers: Collection[int] | None = None) -> Agent:
        """The next version; none when the last one says the same. The session that the agent is worked on in follows.

        Conflict when the agent is at none of the version `numbers`.
        """
        with self._database.write() as connection:
            return self._renewed(connection, owner, agent_id, renewal, numbers)

    def _renewed(
        self,
        connection: Connection,
        owner: str,
        agent_id: str,
        renewal: "Renewal",
        numbers: Collection[int] | None = None,
    ) -> Agent:
        agent = agent_rows.read(connection, owner, agent_id, None, lock=True)
        config = renewal.config(agent)
        if numbers is not None and agent.version not in numbers:
            raise _newer(agent, config)
        version = self._add(connection, owner, agent_rows.find(connection, owner, agent_id), config, renewal.note)
        row = connection.execute(of_agent(owner, agent_id).with_for_update()).first()
        if row is not None:
            before = rows.silent(row)
            after = renewal.follow(before, agent, version)
            if after != before:
                write_session(connection, row, before, after)
        return agent_rows.read(connection, owner, agent_id, None)

    def _add(self, connection: Connection, owner: str, agent: Row[Any] | None, config: Config, note: str) -> Version:
        """A new version of the agent (of a new one when None), unless its last one says the same."""
        written = codec.dumps(config)
        mark = hashlib.sha256(written.encode()).hexdigest()
        last = agent_rows.version_at(connection, agent, agent.version) if agent is not None else None
        if agent is not None and last is not None and last.hash == mark:
            agent_rows.show_again(connection, agent)
            return last
        at = rows.now()
        shown = agent_rows.shown(config) | {"updated": at, "deleted": None, "version": last.number + 1 if last else 1}
        if agent is None:
            own = {"id": str(uuid4()), "owner": owner, "created": at}
            number = connection.execute(insert(AGENTS).values(shown | own).returning(_A.number)).scalar_one()
            agent_id = own["id"]
        else:
            connection.execute(update(AGENTS).where(_A.number == agent.number).values(shown))
            number, agent_id = agent.number, agent.id
        made = {
            "agent": number,
            "number": shown["version"],
            "config": written,
            "note": note,
            "author": owner,
            "hash": mark,
        }
        connection.execute(insert(VERSIONS).values(made | {"created": at}))
        self._database.dialect.index(connection, number, search.words_in(config))
        return Version(str(agent_id), shown["version"], config, note, owner, mark, codec.moment(at))

    def search(self, owner: str, text: str, kind: str | None, sort: Sort, after: str | None, limit: int) -> Page:
        statement = search.found(self._database.dialect, owner, text, kind, sort, after).limit(limit + 1)
        with self._database.read() as connection:
            found = connection.execute(statement).all()
        following = search.key_of(found[limit - 1], sort) if len(found) > limit else None
        return Page(tuple(agent_rows.agent_of(row, row.version, row.config) for row in found[:limit]), following)

    def get(self, owner: str, agent_id: str, number: int | None = None) -> Agent:
        with self._database.read() as connection:
            return agent_rows.read(connection, owner, agent_id, number)

    def versions(
        self, owner: str, agent_id: str, before: int | None = None, limit: int | None = None
    ) -> list[Version]:
        """Latest first, from the one `before` a number on."""
        with self._database.read() as connection:
            agent = agent_rows.find(connection, owner, agent_id)
            if agent is None or agent.deleted is not None:
                raise agent_rows.not_there()
            wanted = select(VERSIONS).where(_V.agent == agent.number).order_by(_V.number.desc()).limit(limit)
            kept = connection.execute(wanted if before is None else wanted.where(_V.number < before))
            return [agent_rows.version_of(agent, row) for row in kept]

    def is_deleted(self, owner: str, agent_id: str) -> bool:
        """Whether the agent is there and only hidden."""
        with self._database.read() as connection:
            agent = agent_rows.find(connection, owner, agent_id)
            return agent is not None and agent.deleted is not None

    def worked_on(self, owner: str, agent_id: str) -> Session | None:
        """The session in which the agent was last worked on."""
        with self._database.read() as connection:
            row = connection.execute(of_agent(owner, agent_id)).first()
            return None if row is None else rows.session_of(connection, row)

    def names(self, owner: str, beginning: str) -> set[str]:
        """Names in use that begin so."""
        with self._database.read() as connection:
            return agent_rows.names(connection, owner, beginning)

    def called(self, owner: str, names: Collection[str]) -> Mapping[str, list[Agent]]:
        """For each of these names all agents that have it, the one that was changed last first."""
        with self._database.read() as connection:
            return agent_rows.called(connection, owner, names)

    def mark_deleted(self, owner: str, agent_id: str, deleted: bool, toll: Toll | None = None) -> None:
        with self._database.write() as connection:
            agent = agent_rows.find(connection, owner, agent_id)
            if agent is None:
                raise agent_rows.not_there()
            if agent.deleted is not None and not deleted:
                admit_agent(connection, toll)
            gone = rows.now() if deleted else None
            connection.execute(update(AGENTS).where(_A.number == agent.number).values(deleted=gone))

    def session(self, owner: str, agent_id: str, fresh: Session) -> Session:
        """The session the agent is worked on in; else `fresh` becomes that."""
        with self._database.write() as connection:
            row = connection.execute(of_agent(owner, agent_id)).first()
            if row is not None:
                return rows.session_of(connection, row)
            insert_session(connection, fresh)
            return fresh


@dataclass(frozen=True, slots=True)
class Renewal:
    """How an agent becomes its next version, and its session with it; both see the agent as it is then."""

    config: Callable[[Agent], Config]
    follow: Callable[[Session, Agent, Version], Session]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A configuration from outside. `on_conflict`: what to do when an agent of its name is there with other content;
    None: nothing, it is refused. `follow`: as in a Renewal."""

    config: Config
    on_conflict: OnConflict | None
    follow: Callable[[Session, Agent, Version], Session]
    note: str = ""


def _same(there: Iterable[Agent], config: Config) -> Agent | None:
    return next((agent for agent in there if agent.config == config), None)


def _newer(agent: Agent, wanted: Config) -> Conflict:
    now = agent.config
    theirs = {key: now.get(key) for key in (*now, *wanted) if now.get(key) != wanted.get(key)}
    return Conflict(f"The agent is at version {agent.version} by now.", theirs, revision=agent.version)
