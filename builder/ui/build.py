"""Which session the Build page shows: the one in its address, which is all that a reload or a bookmark needs."""

import streamlit as st

from builder.core.errors import NotFound
from builder.ui import bridge, state, style
from builder.ui.panel import edits
from builder.ui.panel.view import View, load
from builder.ui.words import Words

PAGE, HOME, GALLERY, CONNECT = "pages/1_Build.py", "Home.py", "pages/2_Gallery.py", "pages/4_Connect.py"


def view_in_address(say: Words) -> View | None:
    """The session of the address; a new one where it names none; None (and a way on) where it names an unknown."""
    named = st.query_params.get("session")
    if not named:
        named = begin(say.language)
        st.query_params["session"] = named
    tab = state.tab(named)
    edits.save_waiting(tab)
    try:
        view = load(named, tab, say)
    except NotFound:
        unknown(say)
        return None
    state.put(state.CURRENT, named)
    return view


def begin(language: str) -> str:
    """A new session, with the interviewer that the person chose in the settings, if it is ready."""
    return bridge.run(bridge.app().interviews.begin(language=language)).id


def unknown(say: Words) -> None:
    """An address that leads nowhere: said plainly, with two ways on."""
    state.put(state.CURRENT, None)
    with st.container(border=True, gap="small"):
        st.subheader(say("unknown.title"), anchor=False)
        st.markdown(say("unknown.advice"))
        with st.container(horizontal=True):
            st.page_link(HOME, label=say("unknown.new"), icon=":material/add:")
            st.page_link(GALLERY, label=say("unknown.gallery"), icon=":material/grid_view:")


def shown_side(say: Words) -> style.Side:
    """On a phone the talk and the agent take turns; on a wide screen this switch is not there."""
    with st.container(key="side_switch"):
        shown = st.segmented_control(
            say("side.label"),
            ["chat", "agent"],
            format_func=lambda side: say(f"side.{side}"),
            default="chat",
            required=True,
            key=state.SIDE,
            label_visibility="collapsed",
            width="stretch",
        )
    return "agent" if shown == "agent" else "chat"


def access(session_id: str) -> str:
    """What the chat of this page shows to the API."""
    return bridge.app().passes.issue(session_id)
