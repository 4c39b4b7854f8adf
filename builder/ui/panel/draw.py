"""The panel as a whole: its head, and one of three views of the same draft."""

import streamlit as st

from builder.core.diagram import Legend, mermaid
from builder.ui import state
from builder.ui.panel import form, head, json_view, live
from builder.ui.panel.view import View
from builder.ui.plain import plain

VIEWS = {"form": ":material/list_alt:", "json": ":material/data_object:", "diagram": ":material/account_tree:"}


def draw(view: View) -> None:
    head.draw(view)
    shown = st.segmented_control(
        view.say("view.label"),
        list(VIEWS),
        format_func=lambda name: f"{VIEWS[name]} {view.say(f'view.{name}')}",
        default="form",
        required=True,
        key=state.VIEW,
        label_visibility="collapsed",
        persist_state="session",
    )
    if shown == "json":
        json_view.draw(view)
    elif shown == "diagram":
        diagram(view)
    else:
        if view.scratch.text is not None:
            st.caption(f":orange[:material/pending:] {view.say('json.elsewhere')}")
        form.draw(view)
        live.typing("agent_side")
    view.tab.end()


def diagram(view: View) -> None:
    """How an input becomes an output."""
    if not view.config:
        st.caption(view.say("diagram.empty"))
        return
    name = view.draft.text("name") or view.say("panel.title")
    with st.container(key="diagram"):
        drawn = mermaid(view.config, Legend(**view.say.under("diagram.legend")))
        st.mermaid_chart(drawn, alt=view.say("diagram.alt", name=name[:64]))
    st.caption(plain(view.draft.text("description")) or view.say("diagram.help"))
