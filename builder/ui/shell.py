"""The beginning of every page: set-up, language, menu, and a net under everything that follows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from builder.ui import bridge, errors, state, style
from builder.ui.words import Words, words

PAGES = {
    "home": ("Home.py", ":material/home:"),
    "build": ("pages/1_Build.py", ":material/forum:"),
    "gallery": ("pages/2_Gallery.py", ":material/grid_view:"),
    "connect": ("pages/4_Connect.py", ":material/cable:"),
    "settings": ("pages/5_Settings.py", ":material/settings:"),
}


# A file of our own: an icon by name would be fetched from another host.
ICON = Path(__file__).with_name("icon.png")


@dataclass(frozen=True)
class Page:
    name: str
    words: Words


@contextmanager
def open_page(name: str, *, wide: bool = False, looks: bool = False) -> Iterator[Page]:
    """Everything a page draws stands inside: `with open_page("home") as page:`.

    `looks` shows Streamlit's own menu, which switches between light and dark.
    """
    page = Page(name, words(state.get(state.LANGUAGE) or browser_language()))
    st.set_page_config(page_title=page.words(f"{name}.tab"), page_icon=ICON, layout="wide" if wide else "centered")
    st.set_page_config(menu_items={"About": page.words("settings.about") if looks else None})
    state.enter(name)
    style.everywhere()
    bar = st.container()
    opened = False
    with errors.boundary(page.words):
        page = Page(name, words(language()))
        opened = True
    with bar:
        menu(name, page.words)
    if not opened:
        st.button(page.words("again"), icon=":material/refresh:")
        st.stop()
    with errors.boundary(page.words):
        errors.show_notice()
        yield page


def language() -> str:
    """The language chosen in the settings, else the browser's; asked for once a tab."""
    chosen = state.get(state.LANGUAGE)
    if chosen is None:
        chosen = bridge.run(bridge.app().preferences.all()).get("language") or browser_language()
        state.put(state.LANGUAGE, chosen)
    return str(chosen)


def browser_language() -> str:
    return words(st.context.locale or "en").language


def menu(current: str, say: Words) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False, key="menu"):
        with st.container(key="brand", width="content"):
            st.markdown(say("menu.brand"), width="content")
        for name, (path, icon) in PAGES.items():
            st.page_link(path, label=say(f"menu.{name}"), icon=icon, query_params=_address(name))


def _address(name: str) -> dict[str, str] | None:
    """The menu leads back to the agent that this tab is building."""
    current = state.get(state.CURRENT)
    return {"session": current} if name == "build" and current else None
