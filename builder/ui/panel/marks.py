"""Whose hand a field is in: chosen by the interviewer, or edited by the person and locked."""

import streamlit as st

from builder.ui.panel import edits
from builder.ui.panel.view import View
from builder.ui.plain import plain


def draw(view: View, name: str) -> None:
    """A line below the field where there is something to say. A screen reader reads the field's name without it."""
    entry = view.draft.entries.get(name)
    if entry is None or not (entry.locked or entry.source == "assumed"):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if entry.locked:
            st.badge(view.say("panel.edited"), color="gray")
            _unlock(view, name)
        else:
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
