"""The list of the gallery as a tab has read it: page by page, each by the key of the one before."""

from dataclasses import dataclass, field

from builder.core.saved import Agent
from builder.ui import bridge, state
from builder.ui.errors import guarded

PER_PAGE = 24


@dataclass(frozen=True)
class Query:
    text: str
    kind: str
    sort: str

    @property
    def narrow(self) -> bool:
        return bool(self.text.strip()) or self.kind != "all"


@dataclass
class Shelf:
    """What was read so far for one query."""

    query: Query
    agents: list[Agent] = field(default_factory=list)
    next: str | None = None


def shelf(query: Query) -> Shelf:
    """The list as this tab has read it; another query, or coming from another page, begins a new one."""
    found = state.get(state.LISTED)
    if not isinstance(found, Shelf) or found.query != query:
        found = Shelf(query)
        more(found)
        state.put(state.LISTED, found)
    return found


def forget() -> None:
    """The list is read again: something in it changed its place."""
    state.take(state.LISTED)


def in_place(agent_id: str, now: Agent | None) -> None:
    """One agent of the list changed or went; the others stay where they are."""
    found = state.get(state.LISTED)
    if isinstance(found, Shelf):
        changed = [now if agent.id == agent_id else agent for agent in found.agents]
        found.agents = [agent for agent in changed if agent is not None]


def more(found: Shelf) -> None:
    query = found.query
    kind = None if query.kind == "all" else query.kind
    search = bridge.app().gallery.search
    page = bridge.run(search(query.text, kind=kind, sort=query.sort, after=found.next, limit=PER_PAGE))  # type: ignore[arg-type]
    found.agents, found.next = [*found.agents, *page.agents], page.next


@guarded
def show_more(found: Shelf) -> None:
    more(found)
