"""What the panel shows of one session in one run: read once, judged once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from builder.core import convert
from builder.core.check import check
from builder.core.draft import FIELDS, Draft
from builder.core.problem import Problem
from builder.core.session import Session
from builder.ui import bridge
from builder.ui.panel import scratch
from builder.ui.panel.scratch import Scratch
from builder.ui.state import Tab
from builder.ui.words import Words

Standing = Literal["draft", "mend", "ready", "saved", "changed"]


@dataclass(frozen=True)
class View:
    """The draft with its problems, and what this tab keeps beside it.

    While a turn runs, the draft is as the turn would leave it if it ended now; `writing` names the fields in which that
    is not stored yet. They are shown, and edited by hand only when the turn is over.
    """

    session: Session
    tab: Tab
    say: Words
    config: Mapping[str, Any]
    problems: tuple[Problem, ...]
    scratch: Scratch
    can_undo: bool = False
    can_redo: bool = False
    writing: frozenset[str] = frozenset()
    running: bool = False

    @property
    def draft(self) -> Draft:
        return self.session.draft

    @property
    def wrong(self) -> list[Problem]:
        """Problems that are more than something not said yet."""
        return [problem for problem in self.problems if not problem.code.startswith("missing_")]

    @property
    def valid(self) -> bool:
        return not self.problems

    @property
    def standing(self) -> Standing:
        if self.problems:
            return "mend" if not self.session.missing else "draft"
        if self.session.saved_version is None:
            return "ready"
        return "saved" if _same(self.config, _saved(self.session, self.tab)) else "changed"

    def problems_of(self, name: str) -> list[Problem]:
        return [problem for problem in self.wrong if problem.field.split(".")[0] == name]


def load(session_id: str, tab: Tab, say: Words) -> View:
    """Raises NotFound and StorageError."""
    tab.begin()
    interviews = bridge.app().interviews
    talk = bridge.run(interviews.talk(session_id, limit=1))
    session = _ahead(talk.session, interviews.ahead(talk.session))
    writing = frozenset(name for name in FIELDS if session.draft.value(name) != talk.session.draft.value(name))
    config, problems = _judged(session.draft, tab)
    running = talk.running is not None
    return View(session, tab, say, config, problems, scratch.of(tab), talk.can_undo, talk.can_redo, writing, running)


def _ahead(stored: Session, coming: Session) -> Session:
    """What a running turn proposes for locked fields waits until it is stored: before, nobody can accept it."""
    return replace(coming, proposals=stored.proposals)


def _judged(draft: Draft, tab: Tab) -> tuple[Mapping[str, Any], tuple[Problem, ...]]:
    """The configuration and its problems; looked at again only when the draft is another one."""

    def judge() -> tuple[Mapping[str, Any], tuple[Problem, ...]]:
        config = convert.as_config(draft)
        return config, tuple(check(config))

    return tab.remember("judged", draft, judge)


def _saved(session: Session, tab: Tab) -> Mapping[str, Any]:
    """The saved version's content, read once a tab and version."""
    number, agent_id = session.saved_version, str(session.agent_id)
    return tab.remember(
        "saved", (agent_id, number), lambda: bridge.run(bridge.app().gallery.get(agent_id, number)).config
    )


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """The same agent: what the product notes about itself does not count."""
    return _bare(one) == _bare(other)


def _bare(config: Mapping[str, Any]) -> dict[str, Any]:
    metadata = {key: value for key, value in (config.get("metadata") or {}).items() if key != "assumed"}
    bare = {key: value for key, value in config.items() if key != "metadata"}
    return bare | ({"metadata": metadata} if metadata else {})
