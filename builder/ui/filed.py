"""A text with its name above it, to be read, copied or kept."""

import streamlit as st

from builder.ui.panel.copy import copy_button
from builder.ui.words import Words

# What the colouring of code calls the kinds of files; others are shown as they are.
COLOURED = {
    "json": "json",
    "jsonc": "json",
    "yaml": "yaml",
    "yml": "yaml",
    "py": "python",
    "md": "markdown",
    "toml": "toml",
    "sh": "bash",
    "ts": "typescript",
}
TALL, HEIGHT = 40, 520  # lines from which a text scrolls by itself, and how high it stands then (pixels)


def language_of(path: str) -> str | None:
    return COLOURED.get(path.rpartition(".")[2].lower())


def shown(
    head: str,
    text: str,
    say: Words,
    *,
    key: str,
    language: str | None,
    download: str | None = None,
    wrap: bool = False,
) -> None:
    """`head` is Markdown; `download` names the file that is kept; `wrap` breaks long lines, for prose."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"code_head_{key}"):
        st.markdown(head, width="stretch")
        done, failed = say("copy.done"), say("copy.failed")
        copy_button(text, label=say("connect.copy"), done=done, failed=failed, key=f"copy_{key}")
        if download is not None:
            st.download_button(
                say("connect.download"),
                data=text,
                file_name=download,
                mime="text/plain",
                key=f"download_{key}",
                icon=":material/download:",
                on_click="ignore",
            )
    code = text.rstrip("\n")
    st.code(code, language=language, wrap_lines=wrap, height=HEIGHT if code.count("\n") > TALL else "content")
