"""Connect: an agent or a talk, used by programs from here or taken elsewhere as files."""

import streamlit as st

from builder.ui import connect
from builder.ui.exporting import elsewhere
from builder.ui.shell import open_page

with open_page("connect", wide=True) as page:
    say = page.words
    st.title(say("connect.title"), anchor=False)
    st.markdown(say("connect.lead"))
    listed = connect.choices(say)
    if not listed:
        connect.reach(say)
        connect.nothing(say)
        st.stop()
    choice = connect.chosen(listed, say)
    if connect.way(say) == "program":
        connect.reach(say)
        if choice:
            connect.snippets(connect.place_of(choice), say)
    elif choice:
        elsewhere.draw(choice.here, say)
