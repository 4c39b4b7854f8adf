"""The only place that names keys of Streamlit's session state.

Nothing here must last: the database has it all. A tab keeps what it shows, so that only what changed is overwritten.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

LANGUAGE = "language"
NOTICE = "notice"
DESCRIPTION = "home_description"
SEARCH, KIND, SORT, PICKED, SHOWN_PAGES, DELETED = (
    "gallery_search",
    "gallery_kind",
    "gallery_sort",
    "gallery_picked",
    "gallery_pages",
    "gallery_deleted",
)
SIDE, VIEW = "build_side", "build_view"
CURRENT = "build_current"
_TAB = "tab"


class Tab:
    """What this browser tab shows of one session, kept between reruns."""

    def __init__(self, session_id: str) -> None:
        self.session_id = session_id
        self.shown: dict[str, Any] = {}
        self.conflicts: dict[str, tuple[Any, Any]] = {}
        self.refused: dict[str, str] = {}
        self.saved: tuple[str, int, Mapping[str, Any]] | None = None
        self.table: Any = None
        self.json: Any = None
        self.noted: list[str] = []

    def key(self, name: str) -> str:
        """The session-state key of a widget of this tab."""
        return f"{name}@{self.session_id}"

    def widget(self, name: str) -> Any:
        return st.session_state.get(self.key(name))

    def show(self, name: str, value: Any, text: Any) -> None:
        """Gives a widget its text when the value behind it changed since it was last shown; else leaves what is typed."""
        if name not in self.shown or self.shown[name] != value or self.key(name) not in st.session_state:
            st.session_state[self.key(name)] = text
            self.shown[name] = value


def tab(session_id: str) -> Tab:
    """The tab's state of a session; another session in the same tab begins anew."""
    found = st.session_state.get(_TAB)
    if not isinstance(found, Tab) or found.session_id != session_id:
        found = st.session_state[_TAB] = Tab(session_id)
    return found


def get(key: str, default: Any = None) -> Any:
    return st.session_state.get(key, default)


def put(key: str, value: Any) -> None:
    st.session_state[key] = value


def take(key: str, default: Any = None) -> Any:
    """The value, once: it is gone afterwards."""
    return st.session_state.pop(key, default)
