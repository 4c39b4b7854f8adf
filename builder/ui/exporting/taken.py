"""What is taken elsewhere, an agent or a talk, and the services that write it in another form."""

from dataclasses import dataclass

import streamlit as st

from builder.core.agent import AgentConfig
from builder.core.convert import to_agent
from builder.exporters.base import Export
from builder.snippets.base import AgentHere, SessionHere
from builder.ui import bridge
from builder.ui.build import PAGE as BUILD
from builder.ui.words import Words


@dataclass(frozen=True, slots=True)
class Taken:
    """`config` is whole and valid."""

    here: AgentHere | SessionHere
    config: AgentConfig

    @property
    def key(self) -> str:
        """Of this content, for widgets that must not outlive it."""
        version = self.here.version if isinstance(self.here, AgentHere) else 0
        return f"{self.here.id}.{version}"

    def export(self, target: str) -> Export:
        exports = bridge.app().exports
        if isinstance(self.here, AgentHere):
            return bridge.run(exports.of_agent(self.here.id, target, self.here.version))
        return bridge.run(exports.of_session(self.here.id, target))

    def zipped(self, targets: tuple[str, ...]) -> bytes:
        exports = bridge.app().exports
        if isinstance(self.here, AgentHere):
            return bridge.run(exports.zip_of(self.here.id, targets, self.here.version))[1]
        return bridge.run(exports.zip_of_session(self.here.id, targets))[1]


def taken(here: AgentHere | SessionHere) -> Taken | None:
    """None for a talk that is not complete yet. NotFound for what went meanwhile."""
    app = bridge.app()
    if isinstance(here, AgentHere):
        return Taken(here, to_agent(bridge.run(app.gallery.get(here.id, here.version)).config))
    config = bridge.run(app.interviews.configuration(here.id))
    return None if config is None else Taken(here, to_agent(config))


def incomplete(session_id: str, say: Words) -> None:
    """A talk that is still going on: said kindly, with the way back to it."""
    with st.container(border=True, gap="small", key="export_incomplete"):
        st.subheader(say("export.incomplete.title"), anchor=False)
        st.markdown(say("export.incomplete.advice"))
        st.page_link(
            BUILD, label=say("export.incomplete.link"), icon=":material/forum:", query_params={"session": session_id}
        )
