"""Gallery: find, open, copy, rename, download and delete saved agents; with an agent in the address, its own page."""

import streamlit as st

from builder.ui import gallery
from builder.ui.history import address
from builder.ui.history.page import draw
from builder.ui.shelf import shelf
from builder.ui.shell import open_page

with open_page("gallery", wide=True) as page:
    say = page.words
    wanted = address.asked()
    if wanted is not None:
        draw(wanted, say)
        st.stop()
    st.title(say("gallery.title"), anchor=False)
    gallery.deleted_bar(say)
    query = gallery.ask(say)
    gallery.picking_bar(say)
    found = shelf(query)
    if found.agents:
        gallery.cards(found, say)
    else:
        gallery.empty(query, say)
