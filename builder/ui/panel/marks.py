"""Whose hand a field is in: being written, chosen by the interviewer, or edited by the person and locked."""

import streamlit as st

from builder.ui.panel import edits, improving
from builder.ui.panel.view import View
from builder.ui.plain import plain


def draw(view: View, name: str) -> None:
    """A line below the field where there is something to say. A screen reader reads the field's name without it."""
    if name in view.writing:
        st.badge(view.say("panel.writing"), color="green")
        return
    entry = view.draft.entries.get(name)
    if entry is None or not (entry.locked or entry.source == "assumed" or improving.offered(view, name)):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if improving.offered(view, name):
            improving.button(view, name)
        if entry.locked:
            st.badge(view.say("panel.edited"), color="gray")
            _unlock(view, name)
        elif entry.source == "assumed":
            st.badge(view.say("panel.assumed"), color="blue")


def _unlock(view: View, name: str) -> None:
    st.button(
        f":material/lock_open: {view.say('panel.unlock')}",
        key=view.tab.key(f"unlock_{name}"),
        type="tertiary",
        help=view.say("panel.unlock.help", field=plain(view.say.field(name))),
        on_click=edits.unlock,
        args=(view.tab, name),
    )
