"""How many tokens a message and a talk may take, said in messages, too."""

from dataclasses import replace

import streamlit as st

from builder.ui import bridge, errors
from builder.ui.settings.desk import Desk, desk
from builder.ui.words import Words

# An estimate: instructions, draft, the last six messages, and the answer with its thinking.
TOKENS_A_MESSAGE = 2_000
LARGEST = 100_000_000
_LABELS = {"turn": "settings.limits.turn", "session": "settings.limits.session"}


@st.fragment
def limits(say: Words) -> None:
    st.subheader(say("settings.limits"), anchor=False)
    st.markdown(say("settings.limits.text"))
    with errors.boundary(say):
        now, mine = bridge.run(bridge.app().models.limits()), desk("limits")
        with st.container(horizontal=True, gap="medium"):
            with st.container(width=300):
                _box("turn", now.turn, 1_000, mine, say)
                st.caption(say("settings.limits.turn.hint") if now.turn else say("settings.limits.none"))
            with st.container(width=300):
                _box("session", now.session, 10_000, mine, say)
                n = now.session // TOKENS_A_MESSAGE
                st.caption(say("settings.limits.session.hint", n=n) if now.session else say("settings.limits.none"))
        mine.show_refusal("limits", say)


def _box(control: str, value: int, step: int, mine: Desk, say: Words) -> None:
    mine.show(control, value, say)
    st.number_input(
        say(_LABELS[control]),
        min_value=0,
        max_value=LARGEST,
        step=step,
        key=mine.key(control),
        on_change=keep,
        args=(mine,),
    )


def keep(mine: Desk) -> None:
    models = bridge.app().models
    turn, session = int(mine.typed("turn") or 0), int(mine.typed("session") or 0)
    mine.write("limits", models.limit(replace(bridge.run(models.limits()), turn=turn, session=session)))
