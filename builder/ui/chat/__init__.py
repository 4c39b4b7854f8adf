"""The chat of the Build page: a component that talks to the API by itself and tells the page when the draft moved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import streamlit as st

from builder.core.stages import ORDER
from builder.ui import state
from builder.ui.chat import parts
from builder.ui.chat.words import words

# The chat itself comes as files that a browser keeps; this stands in every page message and is small.
_ENTRY = """
const calls = new WeakMap();
export default async function (component) {
  const { parentElement, data } = component;
  const call = (calls.get(parentElement) ?? 0) + 1;
  calls.set(parentElement, call);
  const isNewest = () => calls.get(parentElement) === call;
  const { mount } = await import(new URL(data.parts, location.origin).href);
  const leave = isNewest() ? mount(component) : null;
  return () => isNewest() && leave?.();
}
"""


@dataclass(frozen=True, slots=True)
class ChatSignal:
    """The draft moved: in a turn ("growing"), at its end ("turn"), by a step ("step"), somewhere else ("elsewhere").

    `revision` is the newest that the chat knows of.
    """

    revision: int
    reason: str


def chat(
    session_id: str,
    *,
    language: str = "en",
    labels: Mapping[str, str] | None = None,
    key: str = "chat",
    revision: int | None = None,
    access: str = "",
    waiting: Iterable[str] | None = None,
) -> ChatSignal | None:
    """Draws the chat of a session; what comes back is true for this run only.

    `labels` replace single words of the chat (see `words.py`). `revision` is that of the session as the page draws it:
    with it the chat knows a change made on this page from one made elsewhere. `access` is the page's pass to the API.
    `waiting` names the fields with a proposal that nobody has answered yet; None: any may have one.
    """
    base = f"/{st.get_option('server.baseUrlPath').strip('/')}/".replace("//", "/")
    data = {
        "session": session_id,
        "base": base,
        "parts": f"{base.rstrip('/')}{parts.address()}/chat.js",
        "labels": {**words(language), **(labels or {})},
        "stages": list(ORDER),
        "revision": revision,
        "client": state.client(),
        "pass": access,
        "waiting": None if waiting is None else list(waiting),
    }
    result = _component()(key=key, data=data, on_changed_change=_nothing)
    return _signal(result.get("changed"))


@cache
def _component() -> Any:
    return st.components.v2.component("builder.chat", js=_ENTRY)


def _nothing() -> None:
    """A trigger needs a callback to be readable."""


def _signal(found: Any) -> ChatSignal | None:
    if not isinstance(found, Mapping):
        return None
    revision = found.get("revision")
    return ChatSignal(revision if isinstance(revision, int) else -1, str(found.get("reason", "")))
