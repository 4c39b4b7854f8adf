"""Home: say what the agent should do, go on with an earlier one, or start from a template."""

import streamlit as st

from builder.ui import home
from builder.ui.shell import open_page

with open_page("home") as page:
    say = page.words
    st.title(say("home.title"), anchor=False, text_alignment="center")
    st.markdown(say("home.lead"), text_alignment="center")
    home.box(say)
    home.recent(say)
    home.templates(say)
