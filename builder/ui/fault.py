"""The last net under the pages: words and a number for the person, the whole cause for the log."""

import logging
import secrets

import streamlit as st

from builder.core.errors import BuilderError
from builder.ui import errors, state
from builder.ui.words import words

log = logging.getLogger("builder.ui")


def shown(error: Exception) -> bool:
    """For `st.App(on_script_error=...)`: True, it is on the screen already."""
    say = words(state.get(state.LANGUAGE, "en"))
    state.doubt()
    if isinstance(error, BuilderError):
        log.warning("refused: %s", error)
        errors.show(error, say)
        return True
    reference = secrets.token_hex(4)
    log.error("reference %s", reference, exc_info=error)
    errors.show_fault(say)
    st.caption(say("error.fault.number", number=reference))
    return True
