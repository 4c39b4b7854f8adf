"""What is used of what, where the server sets limits: one line for each kind."""

import streamlit as st

from builder.core.quota import Used
from builder.ui import bridge, errors
from builder.ui.words import Words


def usage(say: Words) -> None:
    """Nothing where there are no limits."""
    quotas = bridge.app().quotas
    if not quotas.are_set:
        return
    st.subheader(say("settings.usage"), anchor=False)
    with errors.boundary(say):
        found = bridge.run(quotas.use())
        st.markdown(say("settings.usage.messages", figures=_figures(found.messages, say)))
        if found.pages.used:  # who never reads web pages need not wonder about them
            st.markdown(say("settings.usage.pages", figures=_figures(found.pages, say)))
        st.markdown(say("settings.usage.agents", figures=_figures(found.agents, say)))
        st.caption(say("settings.usage.resets", date=f"{found.resets:%Y-%m-%d}"))


def _figures(found: Used, say: Words) -> str:
    if found.limit is None:
        return say("settings.usage.unlimited", used=found.used)
    return say("settings.usage.of", used=found.used, limit=found.limit)
