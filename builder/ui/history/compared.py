"""Two versions of an agent compared, field by field in words, with the texts below."""

from functools import partial

import streamlit as st

from builder.core.difference.compare import Comparison, Told
from builder.core.difference.facts import Fact
from builder.core.difference.fitting import Fit
from builder.core.difference.texts import passages
from builder.core.saved import Agent
from builder.ui import bridge, state
from builder.ui.build import GALLERY
from builder.ui.history import address
from builder.ui.panel import difference, notes
from builder.ui.plain import plain
from builder.ui.words import Words

MARKS = {"added": ("green", "\\+"), "removed": ("red", "−"), "changed": ("orange", "±")}
LOOKS = {
    "fits": ("green", "check_circle"),
    "listed": ("green", "check_circle"),
    "may_not": ("red", "warning"),
    "unknown": ("orange", "help"),
}
PROSE = ("description", "system_prompt", "user_prompt", "first_message")
TOLD_WHOLE = ("return_type", "name", "tone", "language")  # the sentence says it all
MOST_ROWS = 12  # of a text that is shown at once; longer ones are folded
LONGEST_FACT = 400


def choose(agent: Agent, earlier: int, later: int, say: Words) -> None:
    """Which two; the address follows."""
    keys = [f"{name}@{agent.id}.{earlier}.{later}" for name in (state.EARLIER, state.LATER)]
    numbers = list(range(agent.version, 0, -1))
    change = partial(_chosen, agent.id, *keys)
    show = partial(_label, say)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="choose_two"):
        for key, number, label in zip(keys, (earlier, later), ("history.from", "history.to"), strict=True):
            place = numbers.index(number)
            st.selectbox(say(label), numbers, place, key=key, format_func=show, on_change=change, width=170)
        icon = ":material/difference:"
        st.button(say("history.compare"), key="compare_two", icon=icon, on_click=change)


def _label(say: Words, number: int) -> str:
    return say("history.version", n=number)


def _chosen(agent_id: str, earlier: str, later: str) -> None:
    address.go(address.of_two(agent_id, state.get(earlier), state.get(later)))


def draw(agent: Agent, earlier: int, later: int, say: Words) -> None:
    found = bridge.run(bridge.app().gallery.compare(agent.id, earlier, later))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(say("history.two", start=earlier, end=later), anchor=False, width="content")
        all_of_it = address.of_agent(agent.id)
        st.page_link(GALLERY, label=say("history.all"), icon=":material/history:", query_params=all_of_it)
    if not found.fields:
        st.info(say("history.same" if earlier == later else "history.no_difference"), icon=":material/info:")
    _fields(found, say)


def _fields(found: Comparison, say: Words) -> None:
    for each in found.fields:
        name = each.change.field
        with st.container(border=True, gap="small", key=f"compared_{name}"):
            st.markdown(f"**{plain(say.field(name))}**")
            st.markdown("  \n".join(with_sign(fact, say) for fact in each.facts))
            if name == "schema_definition" and found.fit is not None:
                _fit(found.fit, say)
            _below(each, say)


def with_sign(fact: Fact, say: Words) -> str:
    """The sign says what the colour says."""
    color, sign = MARKS[fact.mark]
    return f":{color}[**{sign}**]\u2002{plain(say.fact(fact), LONGEST_FACT)}"


def _fit(fit: Fit, say: Words) -> None:
    color, icon = LOOKS[fit.verdict]
    lines = [f":{color}[:material/{icon}: **{say(f'history.{fit.verdict}')}**]"]
    st.markdown("\n".join([*lines, "", *(f"- {plain(say.fact(reason), LONGEST_FACT)}" for reason in fit.reasons)]))


def _below(each: Told, say: Words) -> None:
    """The texts themselves, folded where they are long."""
    change = each.change
    if change.field in TOLD_WHOLE or (change.field not in PROSE and (change.before is None or change.after is None)):
        return
    if change.field in PROSE:
        rows = difference.rows(passages(change.before or ""), passages(change.after or ""))
    else:
        rows = difference.rows(notes.lines(change.before), notes.lines(change.after))
    if not rows:
        return
    prose = change.field in PROSE
    with st.expander(say("history.text" if prose else "history.lines"), expanded=prose and len(rows) <= MOST_ROWS):
        st.markdown(difference.markdown(rows))
