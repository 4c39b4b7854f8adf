"""Three ways to give something: files, a text, an address."""

import streamlit as st

from builder.core.errors import Invalid
from builder.ui import bridge, state, style
from builder.ui.errors import guarded
from builder.ui.importing import told
from builder.ui.importing.desk import Desk, look
from builder.ui.words import Words

LONGEST_ADDRESS = 2_000


def give(desk: Desk, say: Words) -> None:
    key = f"import_give_{'more' if desk.pieces else 'first'}_{desk.round}"  # one of its own, so that it folds by itself
    with st.expander(say("import.give"), expanded=not desk.pieces, key=key):
        files, paste, address = st.tabs([say(f"import.{way}") for way in ("files", "paste", "address")])
        with files, st.form("import_files", border=False):
            _files(desk, say)
        with paste, st.form("import_paste", border=False):
            _paste(desk, say)
        with address, st.form("import_address", border=False):
            _address(desk, say)
        if desk.not_opened:
            told.card(say("import.refused.address"), [told.not_opened(*desk.not_opened, say)], key="import_not_opened")


def _read(name: str, desk: Desk, say: Words) -> None:
    st.form_submit_button(
        say("import.read"),
        key=f"import_read_{name}",
        icon=":material/search:",
        type="primary",
        on_click=_READ[name],
        args=(desk,),
    )


def _files(desk: Desk, say: Words) -> None:
    most = st.get_option("server.maxUploadSize")
    style.uploader(say("import.files.browse"), say("import.files.drop", size=f"{most} MB"))
    st.file_uploader(say("import.files.label"), accept_multiple_files=True, key=_box(state.GIVEN_FILES, desk))
    _read("files", desk, say)


def _paste(desk: Desk, say: Words) -> None:
    st.text_area(
        say("import.paste.label"),
        placeholder=say("import.paste.hint"),
        height=180,
        key=_box(state.GIVEN_TEXT, desk),
        persist_state="session",
    )
    _read("paste", desk, say)


def _address(desk: Desk, say: Words) -> None:
    st.text_input(
        say("import.address.label"),
        placeholder="https://",
        max_chars=LONGEST_ADDRESS,
        key=_box(state.GIVEN_ADDRESS, desk),
        persist_state="session",
    )
    _read("address", desk, say)


def _box(name: str, desk: Desk) -> str:
    return f"{name}{desk.round}"


@guarded
def _read_files(desk: Desk) -> None:
    from builder.importers.intake import Upload

    given = state.get(_box(state.GIVEN_FILES, desk)) or []
    if given:
        look(desk, [Upload(file.name, file.getvalue()) for file in given])


@guarded
def _read_text(desk: Desk) -> None:
    from builder.importers.intake import Upload

    text = str(state.get(_box(state.GIVEN_TEXT, desk)) or "")
    if text.strip():
        look(desk, [Upload("", text.encode("utf-8", "replace"))])


@guarded
def _read_address(desk: Desk) -> None:
    """An address that leads nowhere is told beside its box."""
    typed = str(state.get(_box(state.GIVEN_ADDRESS, desk)) or "")
    if typed.strip():
        try:
            look(desk, [bridge.run(bridge.app().imports.fetch(typed))])
        except Invalid as error:
            if not error.problems:
                raise
            desk.refused, desk.not_opened = (), (typed.strip(), error.problems[0])


_READ = {"files": _read_files, "paste": _read_text, "address": _read_address}
