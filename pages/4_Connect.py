"""Connect: where programs reach an agent or a talk, and snippets that they can begin with."""

import streamlit as st

from builder.ui import connect
from builder.ui.shell import open_page

with open_page("connect", wide=True) as page:
    say = page.words
    st.title(say("connect.title"), anchor=False)
    st.markdown(say("connect.lead"))
    connect.reach(say)
    listed = connect.choices(say)
    choice = connect.chosen(listed, say) if listed else connect.nothing(say)
    if choice:
        connect.snippets(connect.place_of(choice), say)
