"""Agents and their versions as rows: found, read, and what lists show of them."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, select, update

from builder.core.errors import NotFound
from builder.core.name import numbered, stem_of
from builder.core.saved import Agent, Version
from builder.store import codec, rows, search
from builder.store.tables import AGENTS, VERSIONS

Config = Mapping[str, Any]
_A = AGENTS.c
_V = VERSIONS.c
_MOST_NAMED = 500  # names in one statement


def not_there() -> NotFound:
    return NotFound("This agent is not there.", "Look for it in the gallery.", what="agent")


def find(connection: Connection, owner: str, agent_id: str, *, lock: bool = False) -> Row[Any] | None:
    """The agent, also when it is deleted."""
    wanted = select(AGENTS).where(_A.id == rows.known_form(agent_id), _A.owner == owner)
    return connection.execute(wanted.with_for_update() if lock else wanted).first()


def read(connection: Connection, owner: str, agent_id: str, number: int | None, *, lock: bool = False) -> Agent:
    agent = find(connection, owner, agent_id, lock=lock)
    if agent is None or agent.deleted is not None:
        raise not_there()
    wanted = agent.version if number is None else min(number, 2**31 - 1)
    version = connection.execute(select(VERSIONS).where(_V.agent == agent.number, _V.number == wanted)).first()
    if version is None:
        raise NotFound(f"There is no version {number} of this agent.", "Choose one of its versions.", what="version")
    return agent_of(agent, version.number, version.config)


def called(connection: Connection, owner: str, names: Iterable[str]) -> defaultdict[str, list[Agent]]:
    """For each of these names all agents that have it, the one that was changed last first."""
    found = defaultdict[str, list[Agent]](list)
    left = iter(dict.fromkeys(names))
    while some := list(itertools.islice(left, _MOST_NAMED)):
        wanted = search.agents_with_configs().where(_A.owner == owner, _A.name.in_(some), _A.deleted.is_(None))
        for row in connection.execute(wanted.order_by(_A.updated.desc(), _A.number.desc())):
            found[row.name].append(agent_of(row, row.version, row.config))
    return found


def names(connection: Connection, owner: str, beginning: str) -> set[str]:
    """Names in use that begin so."""
    wanted = select(_A.name).where(
        _A.owner == owner, _A.deleted.is_(None), _A.name.startswith(beginning, autoescape=True)
    )
    return set(connection.execute(wanted).scalars())


def copy_of(connection: Connection, owner: str, config: Config) -> tuple[str, Agent | None]:
    """The first of the names Name2, Name3 ... that is free, and the copy that is there already before it."""
    taken = names(connection, owner, stem_of(config["name"]))
    free = next(name for name in numbered(config["name"]) if name not in taken)
    before = list(itertools.takewhile(lambda name: name != free, numbered(config["name"])))
    there = called(connection, owner, before)
    copies = (agent for name in before for agent in there[name] if agent.config == {**config, "name": name})
    return free, next(copies, None)


def version_at(connection: Connection, agent: Row[Any], number: int) -> Version:
    return version_of(
        agent, connection.execute(select(VERSIONS).where(_V.agent == agent.number, _V.number == number)).one()
    )


def version_of(agent: Row[Any], row: Row[Any]) -> Version:
    return Version(
        agent.id, row.number, codec.loads(row.config), row.note, row.author, row.hash, codec.moment(row.created)
    )


def agent_of(row: Row[Any], number: int, written: str) -> Agent:
    """The agent at one version; what is shown comes from that version's configuration."""
    config = codec.loads(written)
    names = tuple(codec.loads(shown(config)["placeholders"]))
    times = codec.moment(row.created), codec.moment(row.updated)
    return Agent(row.id, config["name"], config["description"], config["return_type"], names, config, number, *times)


def shown(config: Config) -> dict[str, Any]:
    """What lists show and sort by."""
    names = dict.fromkeys(name for prompt in config["prompts"] for name in prompt["placeholders"])
    return {
        "name": config["name"],
        "name_key": config["name"].casefold(),
        "description": config["description"].replace("\0", ""),
        "return_type": config["return_type"],
        "placeholders": codec.dumps(list(names)),
    }


def show_again(connection: Connection, agent: Row[Any]) -> None:
    """Saving an agent that was deleted takes it back into the gallery."""
    if agent.deleted is not None:
        connection.execute(update(AGENTS).where(_A.number == agent.number).values(deleted=None))
