"""The only place that names keys of Streamlit's session state.

Nothing here must last: the database has it all. A tab keeps what it shows, so that only what changed is overwritten.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar, cast
from uuid import uuid4

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from builder.core.operation import Operation
from builder.core.problem import Problem

T = TypeVar("T")

LANGUAGE = "language"
NOTICE = "notice"
WISH = "wish"
ALL_TALKS = "all_talks"
SIDE, VIEW, CURRENT, PAGE = "side", "view", "current", "page"
SEARCH, KIND, SORT = "search", "kind", "sort"
LISTED, PICKED, PICKING, DELETED = "listed", "picked", "picking", "deleted"
NEW_NAME, REFUSED = "new_name", "refused"
HISTORY, EARLIER, LATER, RESTORING = "history", "earlier", "later", "restoring"
ASKED = "asked"
DESK = "desk"
MADE = "made"
CONNECTED, SNIPPET, WAY = "connected", "snippet", "way"
TARGET_SEARCH, TARGET_SHELF = "target_search", "target_shelf"
PICKING_TARGETS, PICKED_TARGETS = "picking_targets", "picked_targets"
IMPORTING = "importing"
GIVEN_FILES, GIVEN_TEXT, GIVEN_ADDRESS = "given_files", "given_text", "given_address"
CLIENT = "client"
_TAB = "tab"


@dataclass(frozen=True)
class _Remembered:
    mark: object
    value: object


class Tab:
    """What this browser tab shows of one session, kept between reruns."""

    def __init__(self, session_id: str) -> None:
        self.session_id = session_id
        self.shown: dict[str, Any] = {}
        self._given: dict[str, Any] = {}  # by this run; only when it comes to its end the browser gets all of it
        self._replaced: dict[str, tuple[Any, float]] = {}  # what stood there before, and since when it does not
        self.refused: dict[str, Problem] = {}
        self.kept: dict[str, Any] = {}
        self.unsaved: dict[str, tuple[tuple[Operation, ...], dict[str, Any]]] = {}
        self.improving: tuple[str, str | None] | None = None  # the field that was asked for, and by whom
        self.improved: dict[str, Any] = {}
        self.just_refused = False  # the database took nothing a moment ago: the same run need not ask again

    def remember(self, name: str, mark: object, make: Callable[[], T]) -> T:
        """What `make` gave for this mark; asked again only for another mark."""
        found = self.kept.get(name)
        if not isinstance(found, _Remembered) or found.mark != mark:
            found = self.kept[name] = _Remembered(mark, make())
        return cast(T, found.value)

    def forget(self, name: str) -> None:
        self.kept.pop(name, None)

    def key(self, name: str) -> str:
        """The session-state key of a widget of this tab."""
        return f"{name}@{self.session_id}"

    def widget(self, name: str) -> Any:
        return st.session_state.get(self.key(name))

    def show(self, name: str, value: Any, text: Any) -> None:
        """Gives a widget its text when the value behind it changed since it was shown; else what is typed stays."""
        if name not in self.shown or self.shown[name] != value or self.key(name) not in st.session_state:
            st.session_state[self.key(name)] = text
            self._given[name] = value

    def begin(self) -> None:
        """A run starts. What one that broke off gave to its widgets may never have reached the browser, and the
        browser's old text must not be taken for an edit then."""
        self._given.clear()

    def end(self) -> None:
        """A run has drawn everything."""
        now = monotonic()
        self._replaced |= {name: (self.shown[name], now) for name in self._given if name in self.shown}
        self.shown |= self._given

    def is_echo(self, name: str, value: Any, within: float) -> bool:
        """Did the browser send this before it had what the widget was given less than `within` seconds ago?

        With each click anywhere it sends what all widgets hold; so it must not undo what was written a moment before.
        """
        before, since = self._replaced.get(name, (None, -within))
        return (before or None) == (value or None) and monotonic() - since < within

    def give_again(self, name: str) -> None:
        self.shown.pop(name, None)

    def took(self, name: str, value: Any) -> None:
        """What the person did is in the draft, so the browser had what they changed."""
        self.shown[name] = value
        self._replaced.pop(name, None)


def tab(session_id: str) -> Tab:
    """The tab's state of a session; another session in the same tab begins anew."""
    found = st.session_state.get(_TAB)
    if not isinstance(found, Tab) or found.session_id != session_id:
        found = st.session_state[_TAB] = Tab(session_id)
    return found


def doubt() -> None:
    """After a run that broke off: what its widgets hold is not trusted, the draft fills them again."""
    found = st.session_state.get(_TAB)
    if isinstance(found, Tab):
        found.shown.clear()


def get(key: str, default: Any = None) -> Any:
    return st.session_state.get(key, default)


def put(key: str, value: Any) -> None:
    st.session_state[key] = value


def take(key: str, default: Any = None) -> Any:
    """The value, once: it is gone afterwards."""
    return st.session_state.pop(key, default)


def client() -> str:
    """What this tab calls itself, so that its chat knows the page's own changes again; "" outside of a page."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return ""
    return str(st.session_state.setdefault(CLIENT, uuid4().hex))


def enter(page: str) -> None:
    """Coming from another page, lists are read again, and a token that was shown there is forgotten."""
    if st.session_state.get(PAGE) != page:
        st.session_state[PAGE] = page
        take(LISTED)
        take(MADE)
        take(HISTORY)
        take(ASKED)
