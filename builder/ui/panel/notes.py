"""What stands beside a field: what is wrong, what the interviewer suggests, what was changed elsewhere."""

import difflib
import json
from typing import Any

import streamlit as st

from builder.core.problem import Problem
from builder.ui.panel import edits
from builder.ui.panel.view import View
from builder.ui.plain import plain

LONGEST_LINE = 400


def of_field(view: View, name: str) -> None:
    """Everything beside one field, the most urgent first."""
    if name in view.scratch.mine:
        conflict(view, name)
    if name in view.session.proposals:
        proposal(view, name)
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
                on_click=edits.mend,
                args=(view.tab, problem.mend, present),
            )


def proposal(view: View, name: str) -> None:
    """The interviewer's change of a field that the person locked."""
    waiting, say = view.session.proposals[name], view.say
    with st.container(border=True, gap="small", key=view.tab.key(f"proposal_{name}")):
        st.markdown(f":material/lightbulb: {say('panel.proposal', field=plain(say.field(name)))}")
        difference(view.draft.value(name), waiting.after)
        with st.container(horizontal=True, gap="small"):
            _button(view, f"accept_{name}", "panel.accept", ":material/check:", edits.accept, name)
            _button(view, f"refuse_{name}", "panel.refuse", ":material/close:", edits.refuse, name)


def conflict(view: View, name: str) -> None:
    """Two versions of one field: what this person typed, and what it was changed to meanwhile."""
    say, mine, theirs = view.say, view.scratch.mine[name], view.draft.value(name)
    with st.container(border=True, gap="small", key=view.tab.key(f"conflict_{name}")):
        st.markdown(f":orange[:material/sync_problem:] {say('panel.conflict', field=plain(say.field(name)))}")
        difference(theirs, mine)
        with st.container(horizontal=True, gap="small"):
            _button(view, f"mine_{name}", "panel.keep_mine", ":material/edit:", edits.keep_mine, name, mine, theirs)
            _button(view, f"theirs_{name}", "panel.take_theirs", ":material/sync:", edits.take_theirs, name)


def _button(view: View, key: str, label: str, icon: str, action: Any, *args: Any) -> None:
    st.button(view.say(label), key=view.tab.key(key), icon=icon, on_click=action, args=(view.tab, *args))


def difference(before: Any, after: Any) -> None:
    """Lines that go (-) and lines that come (+), with a line around them."""
    lines = [line for line in difflib.ndiff(_lines(before), _lines(after)) if not line.startswith("?")]
    st.markdown("  \n".join(map(_shown, _near_changes(lines))))


def _shown(line: str) -> str:
    """One line of the difference; its sign says what its colour says."""
    sign, text = line[:1], line[2:]
    indent = "\u00a0" * (len(text) - len(text.lstrip()))
    body = indent + plain(text, LONGEST_LINE)
    if sign == "+":
        return f":green-background[\\+ {body}]"
    return f":red-background[− {body}]" if sign == "-" else f":small[:gray[{body}]]"


def _lines(value: Any) -> list[str]:
    if isinstance(value, dict) or (isinstance(value, list) and not all(isinstance(item, str) for item in value)):
        return json.dumps(value, indent=2, ensure_ascii=False).splitlines()
    return edits.as_text(value).splitlines()


def _near_changes(lines: list[str], around: int = 1) -> list[str]:
    """Unchanged lines far from any change are left out."""
    near = {place + step for place, line in enumerate(lines) if line[:1] in "+-" for step in range(-around, around + 1)}
    kept: list[str] = []
    for place, line in enumerate(lines):
        if place in near:
            kept.append(line)
        elif kept and kept[-1] != "  …":
            kept.append("  …")
    return kept
