"""The place of bringing in has an address of its own in the gallery: `bring=in`."""

import streamlit as st

HERE = {"bring": "in"}


def is_asked() -> bool:
    return st.query_params.get("bring") is not None


def go() -> None:
    st.query_params.from_dict(HERE)
