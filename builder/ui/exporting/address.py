"""What the address says of the targets: `to=all` is the list, `to=google_adk` one of them."""

import streamlit as st

ALL = "all"


def wanted() -> str | None:
    """None: the page is about something else."""
    return st.query_params.get("to")


def go(to: str | None) -> None:
    """Another target, the list, or away from both; what the address says besides stays."""
    rest = {name: value for name, value in st.query_params.to_dict().items() if name != "to"}
    st.query_params.from_dict(rest if to is None else {**rest, "to": to})
