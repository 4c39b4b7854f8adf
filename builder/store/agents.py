"""Saved agents and their versions. A version is written once; an agent that is deleted is only hidden."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, select, update

from builder.core.errors import Conflict, NotFound
from builder.core.saved import Agent, Page, Sort, Version
from builder.core.session import Session
from builder.store import codec, rows, search
from builder.store.database import Database
from builder.store.quotas import Toll, admit_agent
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
            agent = _find(connection, owner, row.agent_id) if row.agent_id else None
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
            same = search.agents_with_configs().where(
                _A.owner == owner, _A.name == config["name"], _A.deleted.is_(None)
            )
            for row in connection.execute(same):
                if codec.loads(row.config) == config:
                    return _agent(row, row.version, row.config), False
            admit_agent(connection, toll)
            version = self._add(connection, owner, None, config, note)
            return _read(connection, owner, version.agent_id, None), True

    def renew(self, owner: str, agent_id: str, renewal: "Renewal", numbers: Collection[int] | None = None) -> Agent:
        """The next version; none when the last one says the same. The session that the agent is worked on in follows.

        Conflict when the agent is at none of the version `numbers`.
        """
        with self._database.write() as connection:
            agent = _read(connection, owner, agent_id, None, lock=True)
            config = renewal.config(agent)
            if numbers is not None and agent.version not in numbers:
                raise _newer(agent, config)
            version = self._add(connection, owner, _find(connection, owner, agent_id), config, renewal.note)
            row = connection.execute(of_agent(owner, agent_id).with_for_update()).first()
            if row is not None:
                before = rows.silent(row)
                after = renewal.follow(before, agent, version)
                if after != before:
                    write_session(connection, row, before, after)
            return _read(connection, owner, agent_id, None)

    def _add(self, connection: Connection, owner: str, agent: Row[Any] | None, config: Config, note: str) -> Version:
        """A new version of the agent (of a new one when None), unless its last one says the same."""
        written = codec.dumps(config)
        mark = hashlib.sha256(written.encode()).hexdigest()
        last = _version(connection, agent, agent.version) if agent is not None else None
        if agent is not None and last is not None and last.hash == mark:
            _show(connection, agent)
            return last
        at = rows.now()
        shown = _shown(config) | {"updated": at, "deleted": None, "version": last.number + 1 if last else 1}
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
        return Page(tuple(_agent(row, row.version, row.config) for row in found[:limit]), following)

    def get(self, owner: str, agent_id: str, number: int | None = None) -> Agent:
        with self._database.read() as connection:
            return _read(connection, owner, agent_id, number)

    def versions(
        self, owner: str, agent_id: str, before: int | None = None, limit: int | None = None
    ) -> list[Version]:
        """Latest first, from the one `before` a number on."""
        with self._database.read() as connection:
            agent = _find(connection, owner, agent_id)
            if agent is None or agent.deleted is not None:
                raise _not_there()
            wanted = select(VERSIONS).where(_V.agent == agent.number).order_by(_V.number.desc()).limit(limit)
            kept = connection.execute(wanted if before is None else wanted.where(_V.number < before))
            return [_version_of(agent, row) for row in kept]

    def is_deleted(self, owner: str, agent_id: str) -> bool:
        """Whether the agent is there and only hidden."""
        with self._database.read() as connection:
            agent = _find(connection, owner, agent_id)
            return agent is not None and agent.deleted is not None

    def worked_on(self, owner: str, agent_id: str) -> Session | None:
        """The session in which the agent was last worked on."""
        with self._database.read() as connection:
            row = connection.execute(of_agent(owner, agent_id)).first()
            return None if row is None else rows.session_of(connection, row)

    def names(self, owner: str, beginning: str) -> set[str]:
        """Names in use that begin so."""
        wanted = select(_A.name).where(
            _A.owner == owner, _A.deleted.is_(None), _A.name.startswith(beginning, autoescape=True)
        )
        with self._database.read() as connection:
            return set(connection.execute(wanted).scalars())

    def called(self, owner: str, name: str) -> list[Agent]:
        """All of this very name, the one that was changed last first."""
        wanted = search.agents_with_configs().where(_A.owner == owner, _A.name == name, _A.deleted.is_(None))
        with self._database.read() as connection:
            found = connection.execute(wanted.order_by(_A.updated.desc(), _A.number.desc()))
            return [_agent(row, row.version, row.config) for row in found]

    def mark_deleted(self, owner: str, agent_id: str, deleted: bool, toll: Toll | None = None) -> None:
        with self._database.write() as connection:
            agent = _find(connection, owner, agent_id)
            if agent is None:
                raise _not_there()
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


def _newer(agent: Agent, wanted: Config) -> Conflict:
    now = agent.config
    theirs = {key: now.get(key) for key in (*now, *wanted) if now.get(key) != wanted.get(key)}
    return Conflict(f"The agent is at version {agent.version} by now.", theirs, revision=agent.version)


def _not_there() -> NotFound:
    return NotFound("This agent is not there.", "Look for it in the gallery.", what="agent")


def _find(connection: Connection, owner: str, agent_id: str, *, lock: bool = False) -> Row[Any] | None:
    """The agent, also when it is deleted."""
    wanted = select(AGENTS).where(_A.id == rows.known_form(agent_id), _A.owner == owner)
    return connection.execute(wanted.with_for_update() if lock else wanted).first()


def _read(connection: Connection, owner: str, agent_id: str, number: int | None, *, lock: bool = False) -> Agent:
    agent = _find(connection, owner, agent_id, lock=lock)
    if agent is None or agent.deleted is not None:
        raise _not_there()
    wanted = agent.version if number is None else min(number, 2**31 - 1)
    version = connection.execute(select(VERSIONS).where(_V.agent == agent.number, _V.number == wanted)).first()
    if version is None:
        raise NotFound(f"There is no version {number} of this agent.", "Choose one of its versions.", what="version")
    return _agent(agent, version.number, version.config)


def _version(connection: Connection, agent: Row[Any], number: int) -> Version:
    return _version_of(
        agent, connection.execute(select(VERSIONS).where(_V.agent == agent.number, _V.number == number)).one()
    )


def _version_of(agent: Row[Any], row: Row[Any]) -> Version:
    return Version(
        agent.id, row.number, codec.loads(row.config), row.note, row.author, row.hash, codec.moment(row.created)
    )


def _agent(row: Row[Any], number: int, written: str) -> Agent:
    """The agent at one version; what is shown comes from that version's configuration."""
    config = codec.loads(written)
    names = tuple(codec.loads(_shown(config)["placeholders"]))
    times = codec.moment(row.created), codec.moment(row.updated)
    return Agent(row.id, config["name"], config["description"], config["return_type"], names, config, number, *times)


def _shown(config: Config) -> dict[str, Any]:
    """What lists show and sort by."""
    names = dict.fromkeys(name for prompt in config["prompts"] for name in prompt["placeholders"])
    return {
        "name": config["name"],
        "name_key": config["name"].casefold(),
        "description": config["description"].replace("\0", ""),
        "return_type": config["return_type"],
        "placeholders": codec.dumps(list(names)),
    }


def _show(connection: Connection, agent: Row[Any]) -> None:
    """Saving an agent that was deleted takes it back into the gallery."""
    if agent.deleted is not None:
        connection.execute(update(AGENTS).where(_A.number == agent.number).values(deleted=None))
