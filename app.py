"""The server: pages at /, API at /api. `python -m builder serve` starts it, slower `streamlit run app.py`."""

from pathlib import Path

import streamlit as st

from builder import server

app = st.App(Path(__file__).parent / "Home.py", **server.pieces())
