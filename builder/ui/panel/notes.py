"""What stands beside a field: what is wrong, what the interviewer suggests, what was changed elsewhere."""

import json
from typing import Any

import streamlit as st

from builder.core.problem import Problem
from builder.ui.panel import difference, edits, improving
from builder.ui.panel.view import View
from builder.ui.plain import plain


def of_field(view: View, name: str) -> None:
    """Everything beside one field, the most urgent first."""
    if name in view.scratch.mine:
        conflict(view, name)
    if name in view.session.proposals:
        proposal(view, name)
    improving.outcome(view, name)
    refused = view.tab.refused.get(name)
    for place, problem in enumerate([*view.problems_of(name), *([refused] if refused else [])]):
        trouble(view, problem, f"{name}_{place}")


def has_any(view: View, name: str) -> bool:
    return name in view.scratch.mine or name in view.session.proposals or bool(view.problems_of(name))


def trouble(view: View, problem: Problem, mark: str) -> None:
    """One problem in plain words, with its repair where only one makes sense."""
    reason, step = view.say.problem(problem)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":red[:material/error: {plain(reason)}] {plain(step)}")
        if problem.mend is not None:
            present = view.draft.value(problem.mend.field)
            st.button(
                view.say("panel.mend"),
                key=view.tab.key(f"mend_{mark}"),
                icon=":material/build:",
                disabled=problem.mend.field in view.writing,
                on_click=edits.mend,
                args=(view.tab, problem.mend, present),
            )


def proposal(view: View, name: str) -> None:
    """The interviewer's change of a field that the person locked, or a better text that was asked for."""
    waiting, say = view.session.proposals[name], view.say
    heading = "improve.proposal" if waiting.reasons else "panel.proposal"
    with st.container(border=True, gap="small", key=view.tab.key(f"proposal_{name}")):
        st.markdown(f":material/lightbulb: {say(heading, field=plain(say.field(name)))}")
        if waiting.reasons:
            st.markdown("\n".join(f"- {plain(reason)}" for reason in waiting.reasons))
        changes(view.draft.value(name), waiting.after)
        with st.container(horizontal=True, gap="small"):
            _button(view, f"accept_{name}", "panel.accept", ":material/check:", edits.accept, name)
            _button(view, f"refuse_{name}", "panel.refuse", ":material/close:", edits.refuse, name)


def conflict(view: View, name: str) -> None:
    """Two versions of one field: what this person typed, and what it was changed to meanwhile."""
    say, mine, theirs = view.say, view.scratch.mine[name], view.draft.value(name)
    with st.container(border=True, gap="small", key=view.tab.key(f"conflict_{name}")):
        st.markdown(f":orange[:material/sync_problem:] {say('panel.conflict', field=plain(say.field(name)))}")
        changes(theirs, mine)
        with st.container(horizontal=True, gap="small"):
            _button(view, f"mine_{name}", "panel.keep_mine", ":material/edit:", edits.keep_mine, name, mine, theirs)
            _button(view, f"theirs_{name}", "panel.take_theirs", ":material/sync:", edits.take_theirs, name)


def _button(view: View, key: str, label: str, icon: str, action: Any, *args: Any) -> None:
    st.button(view.say(label), key=view.tab.key(key), icon=icon, on_click=action, args=(view.tab, *args))


def changes(before: Any, after: Any) -> None:
    """Lines that go (-) and lines that come (+), with a line around them."""
    st.markdown(difference.markdown(difference.rows(lines(before), lines(after))))


def lines(value: Any) -> list[str]:
    """A field's value as lines to compare."""
    if isinstance(value, dict) or (isinstance(value, list) and not all(isinstance(item, str) for item in value)):
        return json.dumps(value, indent=2, ensure_ascii=False).splitlines()
    return edits.as_text(value).splitlines()
