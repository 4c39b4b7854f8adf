"""Which of a provider's models speaks, and how long it thinks."""

from typing import get_args

import streamlit as st

from builder.llm.base import Provider, Thinking
from builder.services.models import Setup
from builder.ui import bridge
from builder.ui.settings.desk import Desk, Found
from builder.ui.settings.places import refresh
from builder.ui.words import Words

LEVELS: tuple[str, ...] = get_args(Thinking)


def model(provider: Provider, setup: Setup, mine: Desk, say: Words) -> None:
    """A list once it was read, and a box to type into at all times."""
    names = dict.fromkeys(name for name in (provider.default_model, setup.model, *mine.names) if name)
    mine.show("model", setup.model or None, say)
    st.selectbox(
        say("settings.model"),
        list(names),
        index=None,
        format_func=lambda name: _marked(name, provider, say),
        key=mine.key("model"),
        accept_new_options=True,
        placeholder=say("settings.model.hint"),
        help=say("settings.model.help"),
        on_change=choose_model,
        args=(mine,),
    )
    if not mine.names and not mine.found.no_names:
        st.caption(say("settings.model.no_list"))
    mine.show_refusal("model", say)


def _marked(name: str, provider: Provider, say: Words) -> str:
    return say("settings.model.usual", name=name) if name == provider.default_model else name


def choose_model(mine: Desk) -> None:
    chosen = str(mine.typed("model") or "")
    if mine.write("model", bridge.app().models.change(mine.name, model=chosen)):
        mine.shown.pop("model", None)
        mine.found, mine.check_due = Found(), True
    refresh(mine.name)


def thinking(setup: Setup, mine: Desk, say: Words) -> None:
    mine.show("thinking", setup.thinking, say)
    st.segmented_control(
        say("settings.thinking"),
        LEVELS,
        format_func=lambda level: say(f"settings.thinking.{level}"),
        key=mine.key("thinking"),
        required=True,
        help=say("settings.thinking.help"),
        on_change=choose_thinking,
        args=(mine,),
    )
    mine.show_refusal("thinking", say)


def choose_thinking(mine: Desk) -> None:
    mine.write("thinking", bridge.app().models.change(mine.name, thinking=str(mine.typed("thinking") or "")))
