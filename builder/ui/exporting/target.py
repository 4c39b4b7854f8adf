"""One target: what it is for, what becomes of the agent there, where to put the files, and the files."""

import re
from functools import partial

import streamlit as st

from builder.exporters.base import Export, Exporter
from builder.exporters.base import File as ExportFile
from builder.ui import filed
from builder.ui.exporting import address, told
from builder.ui.exporting.kept import is_whole, of_app, standing
from builder.ui.exporting.taken import Taken
from builder.ui.exporting.targets import zip_name
from builder.ui.plain import plain
from builder.ui.words import Words

MOST_LOST, MOST_OTHER = 8, 3  # lines that stand open; longer lists are folded


def draw(target: Exporter, what: Taken, say: Words) -> None:
    st.button(
        say("export.back"),
        key="export_back",
        type="tertiary",
        icon=":material/arrow_back:",
        on_click=address.go,
        args=(address.ALL,),
    )
    made = what.export(target.name)
    st.subheader(plain(target.title), anchor=False)
    st.markdown(plain(told.purpose(target, say)))
    with st.container(border=True, gap="small", key="export_becomes"):
        _becomes(made, what, say)
    with st.container(border=True, gap="small", key="export_take"):
        st.markdown(f"**{say('export.place')}**  \n{with_code(told.place(target, say))}")
        _download(target, made, what, say)
        st.caption(say("export.tried", version=plain(target.version)))
    _files(target, made, what, say)


def _becomes(made: Export, what: Taken, say: Words) -> None:
    """Lost first. What is lost as a whole is named once; the lines say why, and what is lost of the rest."""
    found = standing(what.config, made.notes)
    lines = told.lines((note for note in made.notes if not is_whole(note)), say)
    if found.lost:
        _named("lost", "red", found.lost, say)
    elif any(line.kind == "lost" for line in lines):
        st.markdown(f"**{say('export.parts_lost')}**")
    elif not any(of_app(what.config, note) for note in made.notes):
        st.markdown(f":green[:material/check_circle: {say('export.nothing_lost')}]")
    _told("lost", [line.line for line in lines if line.kind == "lost"], MOST_LOST, say)
    if found.other:
        _named("other", "orange", found.other, say)
    _told("other", [line.line for line in lines if line.kind != "lost"], MOST_OTHER, say)
    if found.kept:
        _named("kept", "green", found.kept, say)
    if any(of_app(what.config, note) for note in made.notes):
        st.caption(say("export.notes_lost"))


def _named(what: str, color: str, fields: tuple[str, ...], say: Words) -> None:
    badges = " ".join(f":{color}-badge[{plain(say.field(field))}]" for field in fields)
    st.markdown(f"**{say(f'export.{what}')}:** {badges}")


def _told(what: str, lines: list[str], most: int, say: Words) -> None:
    bullets = "\n".join(f"- {line}" for line in lines)
    if len(lines) > most:
        with st.expander(say(f"export.{what}.more", n=len(lines)), key=f"export_more_{what}"):
            st.markdown(bullets)
    elif lines:
        st.markdown(bullets)


def _download(target: Exporter, made: Export, what: Taken, say: Words) -> None:
    """A file as it is, several as a zip."""
    one = made.files[0] if len(made.files) == 1 else None
    data = one.content if one else partial(what.zipped, (target.name,))
    st.download_button(
        say("export.file", name=plain(_name(one))) if one else say("export.files", n=len(made.files)),
        data=data,
        file_name=_name(one) if one else zip_name(what, [target]),
        mime="text/plain" if one else "application/zip",
        key="export_download",
        icon=":material/download:" if one else ":material/folder_zip:",
        type="primary",
        on_click="ignore",
    )


def _files(target: Exporter, made: Export, what: Taken, say: Words) -> None:
    """The main one open, the others folded. A file that is alone has its button above."""
    st.markdown(f"**{say.count('export.preview', len(made.files))}**")
    alone = len(made.files) == 1
    for number, file in enumerate(made.files):
        key = f"export_{target.name}_{number}_{what.key}"
        if number == 0:
            with st.container(key="export_main"):
                _file(file, key, say, download=not alone)
        else:
            with st.expander(f"`{file.path}`", key=f"more_{key}"):
                _file(file, key, say, download=True)


def _file(file: ExportFile, key: str, say: Words, *, download: bool) -> None:
    language, kept_as = filed.language_of(file.path), _name(file) if download else None
    head = f"`{file.path}`"
    filed.shown(head, file.content, say, key=key, language=language, download=kept_as, wrap=True)


def _name(file: ExportFile) -> str:
    return file.path.rpartition("/")[2]


def with_code(text: str) -> str:
    """Our own sentence with its `code` as code; nothing else of it is Markdown."""
    parts = re.split(r"(\s*`[^`]*`\s*)", text)
    return "".join(part if place % 2 else plain(part) for place, part in enumerate(parts))
