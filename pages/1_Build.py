"""Build: the talk beside the agent that takes shape."""

import streamlit as st

from builder.ui import build, style
from builder.ui.chat import chat
from builder.ui.panel import draw
from builder.ui.shell import open_page

with open_page("build", wide=True) as page:
    view = build.view_in_address(page.words)
    if view is None:
        st.stop()
    style.build(build.shown_side(page.words))
    talk, agent = st.columns([5, 6], gap="medium")
    with talk, st.container(key="chat_side"):
        now = view.session
        chat(
            now.id,
            language=page.words.language,
            key=f"chat@{now.id}",
            revision=now.revision,
            access=build.access(now.id),
            waiting=now.proposals,
        )
    with agent, st.container(key="agent_side"):
        draw.draw(view)
