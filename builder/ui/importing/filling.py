"""What is missing or wrong in one that came: a button where one repair makes sense, a box where a text is wanted."""

import streamlit as st

from builder.core.problem import Problem
from builder.ui import state
from builder.ui.errors import guarded
from builder.ui.importing.desk import Piece, change
from builder.ui.importing.mending import BELOW, is_writable, mended, now, written
from builder.ui.plain import plain
from builder.ui.words import Words

LONG = ("description", "system_prompt", "user_prompt")
MOST_BOXES = 12


def problems(one: Piece, say: Words) -> None:
    found = one.item.problems
    for number, problem in enumerate(found):
        _problem(one, number, problem, say)
    boxes = list(dict.fromkeys(problem.field for problem in found if is_writable(problem.field)))[:MOST_BOXES]
    if boxes:
        with st.form(one.key("filling"), border=False):
            for field in boxes:
                _box(one, field, say)
            st.form_submit_button(
                say("import.take_over"),
                key=one.key("filled"),
                icon=":material/check:",
                on_click=_filled,
                args=(one, boxes),
            )


def _problem(one: Piece, number: int, problem: Problem, say: Words) -> None:
    reason, step = say.problem(problem)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":red[:material/error:] {plain(reason)} {plain(step)}", width="stretch")
        if problem.mend is not None:
            st.button(
                say("panel.mend"),
                key=one.key(f"mend{number}"),
                icon=":material/build:",
                on_click=_mend,
                args=(one, problem),
            )


@guarded
def _mend(one: Piece, problem: Problem) -> None:
    """Only what is still wrong in this way: pressed twice, it is mended once."""
    if problem.mend is not None and problem in one.item.problems:
        change(one, mended(one.values, problem.mend))


def _box(one: Piece, field: str, say: Words) -> None:
    key = one.key(f"box_{field}")
    label = plain(say("import.gap", name=field.removeprefix(BELOW))) if field.startswith(BELOW) else say.field(field)
    hint = say.maybe(f"hint.{field}") or (say("hint.placeholder") if field.startswith(BELOW) else None)
    if field == "return_type":
        st.segmented_control(
            label,
            ["unstructured", "structured"],
            key=key,
            format_func=lambda kind: say(f"option.return_type.{kind}"),
            persist_state="session",
        )
    elif field in LONG:
        st.text_area(label, value=now(one.values, field), placeholder=hint, key=key, persist_state="session")
    else:
        st.text_input(label, value=now(one.values, field), placeholder=hint, key=key, persist_state="session")


@guarded
def _filled(one: Piece, boxes: list[str]) -> None:
    values = one.values
    for field in boxes:
        text = str(state.get(one.key(f"box_{field}")) or "").strip()
        if text and text != now(values, field):
            values = written(values, field, text)
    change(one, values)
