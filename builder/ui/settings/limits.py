"""How many tokens a message and a talk may take, said in messages, too, and how long an answer may take."""

from dataclasses import replace

import streamlit as st

from builder.services.models import LONGEST_DEADLINE, SHORTEST_DEADLINE
from builder.ui import bridge, errors
from builder.ui.settings.desk import Desk, desk
from builder.ui.words import Words

# An estimate: instructions, draft, the last six messages, and the answer with its thinking.
TOKENS_A_MESSAGE = 2_000
LARGEST = 100_000_000
_LABELS = {"turn": "settings.limits.turn", "session": "settings.limits.session", "deadline": "settings.limits.deadline"}


@st.fragment
def limits(say: Words) -> None:
    st.subheader(say("settings.limits"), anchor=False)
    st.markdown(say("settings.limits.text"))
    with errors.boundary(say):
        now, mine = bridge.run(bridge.app().models.limits()), desk("limits")
        none, n = say("settings.limits.none"), now.session // TOKENS_A_MESSAGE
        with st.container(horizontal=True, gap="medium"):
            hint = say("settings.limits.turn.hint") if now.turn else none
            _box("turn", now.turn, (0, LARGEST, 1_000), hint, mine, say)
            hint = say("settings.limits.session.hint", n=n) if now.session else none
            _box("session", now.session, (0, LARGEST, 10_000), hint, mine, say)
            seconds = (int(SHORTEST_DEADLINE), int(LONGEST_DEADLINE), 10)
            _box("deadline", round(now.deadline), seconds, say("settings.limits.deadline.hint"), mine, say)
        mine.show_refusal("limits", say)


def _box(control: str, value: int, numbers: tuple[int, int, int], hint: str, mine: Desk, say: Words) -> None:
    """`numbers`: the least, the most, and by how much a press of plus or minus changes it."""
    least, most, step = numbers
    mine.show(control, value, say)
    with st.container(width=212):
        st.number_input(
            say(_LABELS[control]),
            min_value=least,
            max_value=most,
            step=step,
            key=mine.key(control),
            on_change=keep,
            args=(mine,),
        )
        st.caption(hint)


def keep(mine: Desk) -> None:
    models = bridge.app().models
    before = bridge.run(models.limits())
    turn, session = int(mine.typed("turn") or 0), int(mine.typed("session") or 0)
    deadline = float(mine.typed("deadline") or before.deadline)
    mine.write("limits", models.limit(replace(before, turn=turn, session=session, deadline=deadline)))
