"""The place of bringing in, from top to bottom."""

import streamlit as st

from builder.importers.registry import all_importers
from builder.ui.build import GALLERY
from builder.ui.errors import guarded
from builder.ui.importing import desk as on_desk
from builder.ui.importing import told
from builder.ui.importing.desk import Desk
from builder.ui.importing.giving import give
from builder.ui.importing.pieces import done, piece
from builder.ui.plain import plain
from builder.ui.shelf import forget
from builder.ui.words import Words


def draw(say: Words) -> None:
    desk = on_desk.desk()
    with st.container(key="to_gallery"):
        st.page_link(GALLERY, label=say("import.back"), icon=":material/arrow_back:")
    st.title(say("import.title"), anchor=False)
    st.markdown(say("import.lead"))
    if desk.done:
        with st.container(border=True, gap="xsmall", key="import_done"):
            done(desk, say)
            if not desk.open:
                _clear(desk, say)
    give(desk, say)
    _refused(desk, say)
    if desk.open:
        st.subheader(say.count("import.found", len(desk.open)), anchor=False)
        for one in desk.open:
            piece(one, say)
        _bar(desk, say)
        _clear(desk, say)
    elif not desk.pieces:
        _kinds(say)


def _clear(desk: Desk, say: Words) -> None:
    st.button(
        say("import.clear"),
        key="import_clear",
        type="tertiary",
        icon=":material/clear_all:",
        on_click=on_desk.clear,
        args=(desk,),
    )


def _kinds(say: Words) -> None:
    titles = sorted({importer.title for importer in all_importers()}, key=str.casefold)
    with st.expander(say("import.kinds"), key="import_kinds"):
        st.markdown("\n".join(f"- {plain(title)}" for title in titles))
        st.markdown(say("import.kinds.more"))


def _refused(desk: Desk, say: Words) -> None:
    if desk.refused:
        head = say.count("import.refused", len(desk.refused))
        told.card(head, (told.refusal(found, say) for found in desk.refused), key="import_refused")


def _bar(desk: Desk, say: Words) -> None:
    """What is ticked, with one press."""
    many = len(desk.chosen)
    with st.container(key="import_bar"):
        st.button(
            say.count("import.bring", many) if many else say("import.bring.none"),
            key="import_bring",
            type="primary",
            icon=":material/download_done:",
            disabled=not many,
            on_click=_bring,
            args=(desk,),
        )
        if not many and any(one.is_ready for one in desk.open):
            st.caption(say("import.bring.left"))


@guarded
def _bring(desk: Desk) -> None:
    try:
        on_desk.bring(desk)
    finally:
        forget()
