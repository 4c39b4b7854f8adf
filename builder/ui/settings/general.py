"""Settings of the pages themselves: language, light or dark, where the data lies, version."""

from pathlib import Path

import streamlit as st

import builder
from builder.ui import bridge, state
from builder.ui.errors import guarded
from builder.ui.words import LANGUAGES, Words

_UNITS = ("B", "KB", "MB", "GB", "TB")


def language(say: Words) -> None:
    st.selectbox(
        say("settings.language"),
        list(LANGUAGES),
        index=list(LANGUAGES).index(say.language),
        format_func=LANGUAGES.__getitem__,
        key="settings_language",
        help=say("settings.language.help"),
        on_change=choose_language,
    )


@guarded
def choose_language() -> None:
    chosen = state.get("settings_language")
    bridge.run(bridge.app().preferences.put("language", chosen))
    state.put(state.LANGUAGE, chosen)


def look(say: Words) -> None:
    st.subheader(say("settings.look"), anchor=False)
    st.markdown(say("settings.look.text"))


def data(say: Words) -> None:
    """Where the database is and how much it holds; an address with a password is never shown."""
    st.subheader(say("settings.data"), anchor=False)
    place = bridge.app().place
    path = Path(place)
    here = path.is_file()
    st.markdown(say("settings.data.text" if here else "settings.data.server"))
    st.caption(say("settings.data.path"))
    st.code(place, language=None, wrap_lines=True)
    if here:
        st.caption(f"{say('settings.data.size')}: {size(path, say)}")


def size(path: Path, say: Words) -> str:
    """The database with its side files, in the largest unit that fits."""
    files = [
        file
        for file in path.parent.glob(f"{path.name}*")
        if file.is_file() and file.name in (path.name, f"{path.name}-wal")
    ]
    amount, unit = float(sum(file.stat().st_size for file in files)), 0
    while amount >= 1024 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1024, unit + 1
    figure = f"{amount:.0f}" if unit == 0 else f"{amount:.1f}".replace(".", say("settings.data.decimal"))
    return f"{figure} {_UNITS[unit]}"


def version(say: Words) -> None:
    st.caption(f"{say('settings.version')} {builder.__version__}")
