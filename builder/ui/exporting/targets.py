"""All targets, by shelf: found by a word or a shelf, one to look at or several for one zip."""

import re
import unicodedata
from collections.abc import Sequence
from functools import partial
from typing import get_args

import streamlit as st

from builder.exporters.base import Exporter, Shelf
from builder.ui import bridge, state
from builder.ui.exporting import address, told
from builder.ui.exporting.kept import of_app, standing
from builder.ui.exporting.taken import Taken
from builder.ui.plain import plain
from builder.ui.words import Words

SHELVES: tuple[Shelf, ...] = get_args(Shelf)
ALL = "all"


def draw(what: Taken, say: Words, *, missing: bool) -> None:
    """`missing`: the address names a target that there is not."""
    st.markdown(say("export.lead"))
    if missing:
        st.info(say("export.unknown"), icon=":material/info:")
    everything = bridge.app().exports.targets
    found = _narrowed(everything, say)
    _picked_bar(what, everything, say)
    for shelf in SHELVES:
        standing_there = [one for one in found if one.shelf == shelf]
        if standing_there:
            st.markdown(f"**{say(f'shelf.{shelf}')}** :small[:gray[{say(f'shelf.{shelf}.about')}]]")
            with st.grid("auto", min_column_width=260, gap="small"):
                for one in standing_there:
                    _tile(one, say)
    if not found:
        st.info(say("export.none"), icon=":material/info:")


def _narrowed(everything: Sequence[Exporter], say: Words) -> list[Exporter]:
    """Search, shelf, and whether several are wanted; who comes back from a target finds the same list."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="export_search"):
        text = st.text_input(
            say("export.search"),
            type="search",
            live="300ms",
            placeholder=say("export.search.hint"),
            key=state.TARGET_SEARCH,
            persist_state="page",
        )
        shelf = st.selectbox(
            say("export.shelf"),
            [ALL, *SHELVES],
            key=state.TARGET_SHELF,
            persist_state="page",
            format_func=lambda one: say("export.shelf.all") if one == ALL else say(f"shelf.{one}"),
            width=190,
        )
        st.toggle(say("export.pick"), key=state.PICKING_TARGETS, persist_state="page")
    return [one for one in everything if shelf in (ALL, one.shelf) and matches(one, text or "", say)]


def matches(target: Exporter, text: str, say: Words) -> bool:
    """Does the target hold all words of the text, the way it is shown or in English?"""
    parts = (target.title, target.name, told.purpose(target, say), target.purpose, say(f"shelf.{target.shelf}"))
    held = _folded(" ".join(parts))
    return all(word in held for word in _folded(text).split())


def _folded(text: str) -> str:
    """Without case, accents and the signs between words."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return re.sub(r"[\W_]+", " ", bare.casefold())


def _tile(target: Exporter, say: Words) -> None:
    title = plain(target.title)
    with st.container(border=True, height="stretch", gap=None, key=f"tile_{target.name}"):
        if state.get(state.PICKING_TARGETS):
            name = target.name
            picked = name in state.get(state.PICKED_TARGETS, [])
            key = f"take_{name}"
            state.put(key, picked)
            st.checkbox(target.title, key=key, on_change=_tick, args=(name, key))
        else:
            st.button(
                f"**{title}**",
                key=f"to_{target.name}",
                type="tertiary",
                icon=":material/chevron_right:",
                icon_position="right",
                wrap=True,
                on_click=address.go,
                args=(target.name,),
            )
        st.caption(plain(told.purpose(target, say)))


def _tick(name: str, key: str) -> None:
    others = [one for one in state.get(state.PICKED_TARGETS, []) if one != name]
    state.put(state.PICKED_TARGETS, [*others, name] if state.get(key) else others)


def _picked_bar(what: Taken, everything: Sequence[Exporter], say: Words) -> None:
    """While several are picked: what each of them loses, and all of them as one file."""
    if not state.get(state.PICKING_TARGETS):
        return
    names = state.get(state.PICKED_TARGETS, [])
    picked = [one for one in everything if one.name in names]
    with st.container(border=True, gap="small", key="export_bar"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(say.count("export.picked", len(picked)), width="stretch")
            st.download_button(
                say("export.zip"),
                data=partial(what.zipped, tuple(one.name for one in picked)),
                file_name=zip_name(what, picked),
                mime="application/zip",
                key="export_zip",
                icon=":material/folder_zip:",
                type="primary",
                on_click="ignore",
                disabled=not picked,
            )
        if picked:
            st.markdown("\n".join(f"- {_losses(one, what, say)}" for one in picked))


def _losses(target: Exporter, what: Taken, say: Words) -> str:
    """Whole fields by name; where there are none, the places of which something is lost."""
    notes = what.export(target.name).notes
    whole = [say.field(name) for name in standing(what.config, notes).lost]
    parts = [note.field for note in notes if note.kind == "lost" and not of_app(what.config, note)]
    places = list(dict.fromkeys(told.called(field, say) for field in parts))
    if whole:
        said = say("export.losses", fields=", ".join(whole))
    elif places:
        said = say("export.losses.parts", fields=plain(", ".join(places), told.LONGEST))
    else:
        said = say("export.losses.none")
    return f"**{plain(target.title)}**: {said}"


def zip_name(what: Taken, picked: Sequence[Exporter]) -> str:
    return f"{what.config.name}-{picked[0].name if len(picked) == 1 else 'exports'}.zip"
