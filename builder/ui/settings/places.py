"""Parts of the page that are drawn anew on their own, so that the rest of it and the cursor stay as they are."""

from typing import NoReturn

import streamlit as st

BEGIN = "begin"


def card(provider: str) -> str:
    return f"card_{provider}"


def refresh(provider: str) -> NoReturn:
    """In a callback: draws the provider's card again, and the list of those who may begin."""
    st.rerun([card(provider), BEGIN])
