"""Whose hand a field is in: chosen by the interviewer, or edited by the person and locked."""

import streamlit as st

from builder.ui.panel import edits
from builder.ui.panel.view import View
from builder.ui.plain import plain


def label(view: View, name: str) -> str:
    """The field's name, and in whose hand it is."""
    entry = view.draft.entries.get(name)
    text = plain(view.say.field(name))
    if entry is not None and entry.locked:
        return f"{text} :gray-badge[{view.say('panel.edited')}]"
    if entry is not None and entry.source == "assumed":
        return f"{text} :blue-badge[{view.say('panel.assumed')}]"
    return text


def unlock_button(view: View, name: str) -> None:
    st.button(
        f":material/lock: {view.say('panel.unlock')}",
        key=view.tab.key(f"unlock_{name}"),
        type="tertiary",
        help=view.say("panel.unlock.help", field=plain(view.say.field(name))),
        on_click=edits.unlock,
        args=(view.tab, name),
    )
