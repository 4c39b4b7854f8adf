"""Saved agents and their versions."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from builder_client.answers import ReturnType, Session
from builder_client.answers_agents import Agent, AgentCard, Difference, File, ImportedItem, Version
from builder_client.calls import (
    Answer,
    Call,
    Noun,
    Page,
    Shell,
    as_a,
    as_file,
    as_list,
    as_nothing,
    below,
    given,
    listing,
    operation,
)
from builder_client.sessions import next_key

ROOT = "/v1/agents"
Sort = Literal["newest", "oldest", "name"]
Configuration = Mapping[str, Any]


def path(agent_id: str, *parts: str) -> str:
    return below(ROOT, agent_id, *parts)


class Agents(Noun[Shell]):
    """`client.agents`. With an `AsyncClient` the same methods are awaited.

        for card in client.agents.search("mail"):
            print(card.name, client.agents.get(card.id).configuration["description"])
    """

    @listing
    def search(self, text: str = "", *, kind: ReturnType | None = None, sort: Sort = "newest") -> Call[Page[AgentCard]]:
        """All agents that hold all the words."""
        return _found(given(text=text or None, kind=kind, sort=sort), None)

    @operation
    def get(self, agent_id: str, version: int | None = None) -> Call[Agent]:
        """The last version, or the one with that number, with its configuration."""
        parts = () if version is None else ("versions", str(version))
        return Call("GET", path(agent_id, *parts), as_a(Agent))

    @operation
    def create(self, configuration: Configuration, *, note: str = "") -> Call[Agent]:
        """A new agent; the same name and content again is the same agent."""
        return Call("POST", ROOT, as_a(Agent), given(note=note or None), dict(configuration))

    @operation
    def update(
        self, agent_id: str, configuration: Configuration, *, note: str = "", version: int | None = None
    ) -> Call[Agent]:
        """The next version. With `version` (the one you changed from) Conflict when there is a newer one."""
        query = given(note=note or None)
        return Call("PUT", path(agent_id), as_a(Agent), query, dict(configuration), version)

    @operation
    def versions(self, agent_id: str) -> Call[tuple[Version, ...]]:
        """All versions, the latest first, without their configurations."""
        return Call("GET", path(agent_id, "versions"), as_list("versions", Version))

    @operation
    def diff(self, agent_id: str, start: int, end: int | None = None) -> Call[Difference]:
        """What changed between two versions, in words too; without `end` up to the last one."""
        query = given(**{"from": start, "to": end})
        return Call("GET", path(agent_id, "diff"), as_a(Difference), query)

    @operation
    def restore(self, agent_id: str, version: int, *, expected: int | None = None) -> Call[Agent]:
        """The content of an old version as the next one. `expected`: the last version you know of."""
        body = {"version": version}
        return Call("POST", path(agent_id, "restore"), as_a(Agent), body=body, revision=expected)

    @operation
    def rename(self, agent_id: str, name: str, *, expected: int | None = None) -> Call[Agent]:
        """A new version under another name."""
        body = {"name": name}
        return Call("POST", path(agent_id, "rename"), as_a(Agent), body=body, revision=expected)

    @operation
    def duplicate(self, agent_id: str) -> Call[Agent]:
        """A new agent with the same content."""
        return Call("POST", path(agent_id, "duplicate"), as_a(Agent))

    @operation
    def open(self, agent_id: str) -> Call[Session]:
        """The session in which the agent is worked on."""
        return Call("POST", path(agent_id, "open"), as_a(Session))

    @operation
    def file(self, agent_id: str, version: int | None = None) -> Call[File]:
        """The configuration as a JSON file."""
        return Call("GET", path(agent_id, "file"), as_file, given(version=version))

    @operation
    def export(self, agent_ids: Sequence[str]) -> Call[File]:
        """A zip with a JSON file for each agent."""
        return Call("GET", f"{ROOT}/export", as_file, {"id": list(agent_ids)})

    @operation
    def import_(self, configurations: Sequence[Configuration]) -> Call[tuple[ImportedItem, ...]]:
        """Brings in what can be used, and says of each what became of it."""
        body = [dict(one) for one in configurations]
        return Call("POST", f"{ROOT}/import", as_list("items", ImportedItem), body=body)

    @operation
    def delete(self, agent_id: str, *, expected: int | None = None) -> Call[None]:
        """Out of all lists; `undelete` takes it back."""
        return Call("DELETE", path(agent_id), as_nothing, revision=expected)

    @operation
    def undelete(self, agent_id: str) -> Call[Agent]:
        """A deleted agent again, with all its versions."""
        return Call("POST", path(agent_id, "undelete"), as_a(Agent))


def _found(query: Mapping[str, Any], after: str | None) -> Call[Page[AgentCard]]:
    def page(answer: Answer) -> Page[AgentCard]:
        key = next_key(answer, after)
        return Page(as_list("agents", AgentCard)(answer), _found(query, key) if key else None)

    return Call("GET", ROOT, page, {**query, **given(after=after), "limit": 100})
