"""The part "Take it elsewhere": the list of targets, or one of them, as the address says."""

import streamlit as st

from builder.core.errors import NotFound
from builder.snippets.base import AgentHere, SessionHere
from builder.ui import bridge
from builder.ui.build import unknown
from builder.ui.exporting import address, target, targets
from builder.ui.exporting.taken import incomplete, taken
from builder.ui.words import Words


def draw(here: AgentHere | SessionHere, say: Words) -> None:
    try:
        what = taken(here)
    except NotFound:  # deleted in this very moment
        unknown(say)
        return
    if what is None:
        incomplete(here.id, say)
        return
    wanted = address.wanted()
    found = next((one for one in bridge.app().exports.targets if one.name == wanted), None)
    with st.container(key="connect_elsewhere"):
        if found is not None:
            target.draw(found, what, say)
        else:
            targets.draw(what, say, missing=wanted != address.ALL)
