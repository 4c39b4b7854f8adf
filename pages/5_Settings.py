"""Settings: language, who asks the questions, where everything is kept."""

import streamlit as st

from builder.ui import settings
from builder.ui.shell import open_page

with open_page("settings", looks=True) as page:
    say = page.words
    st.title(say("settings.title"), anchor=False)
    settings.language(say)
    settings.interviewer(say)
    settings.look(say)
    settings.data(say)
    settings.version(say)
