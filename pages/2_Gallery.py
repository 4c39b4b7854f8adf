"""Gallery: find, open, copy, rename, download and delete saved agents; by their addresses an agent, and bringing in."""

import streamlit as st

from builder.ui import gallery
from builder.ui.history import address
from builder.ui.history.page import draw
from builder.ui.importing import address as bring
from builder.ui.importing import page as importing
from builder.ui.shelf import shelf
from builder.ui.shell import open_page

with open_page("gallery", wide=True) as page:
    say = page.words
    wanted = address.asked()
    if wanted is not None:
        draw(wanted, say)
        st.stop()
    if bring.is_asked():
        importing.draw(say)
        st.stop()
    gallery.head(say)
    gallery.deleted_bar(say)
    query = gallery.ask(say)
    gallery.picking_bar(say)
    found = shelf(query)
    if found.agents:
        gallery.cards(found, say)
    else:
        gallery.empty(query, say)
