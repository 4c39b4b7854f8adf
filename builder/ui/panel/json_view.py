"""The draft as JSON text. Text that cannot be taken over is kept and marked, and the last valid draft stays."""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st
from streamlit_ace import st_ace

from builder.core.draft import Draft
from builder.core.problem import Problem
from builder.ui.errors import guarded
from builder.ui.panel import adopt, edits, flaws, scratch
from builder.ui.panel.adopt import Judged
from builder.ui.panel.view import View
from builder.ui.plain import plain
from builder.ui.state import Tab

HEIGHT = 480
EDITOR_THEME = {"dark": "tomorrow_night", "light": "textmate"}


@dataclass(frozen=True)
class Editor:
    """The editor as the browser has it. A text that comes from elsewhere needs a new one: `number` counts them.

    `draft` is what the text stood for when it was last taken over; while that is the draft, the text is the person's.
    """

    number: int
    text: str
    draft: Draft


def draw(view: View) -> None:
    if view.writing:
        st.code(adopt.as_text(view.draft), language="json", height=HEIGHT, wrap_lines=True)
        st.caption(view.say("json.writing"))
        return
    editor = _current(view)
    judged = adopt.judge(editor.text, view.draft)
    if judged.waiting and editor.draft != view.draft:
        st.warning(view.say("json.moved"), icon=":material/sync_problem:")
    _editor(view, editor, judged)
    st.caption(view.say("json.help"))
    if judged.waiting:
        _waiting(view, judged)
    _problems(view, judged)


def _current(view: View) -> Editor:
    """The tab's editor; a new one when the draft was changed elsewhere and no text of the person's waits."""
    tab, waiting = view.tab, view.scratch.text
    editor = tab.kept.get("editor")
    if not isinstance(editor, Editor):
        editor = tab.kept["editor"] = Editor(0, adopt.as_text(view.draft) if waiting is None else waiting, view.draft)
    elif editor.draft != view.draft and waiting is None:
        editor = tab.kept["editor"] = Editor(editor.number + 1, adopt.as_text(view.draft), view.draft)
    return editor


def _editor(view: View, editor: Editor, judged: Judged) -> None:
    typed = st_ace(
        value=editor.text,
        height=HEIGHT,
        language="json5",  # coloured like JSON, and nobody but us marks lines in it
        theme=EDITOR_THEME.get(str(st.context.theme.type), "textmate"),
        tab_size=2,
        wrap=True,
        font_size=13,
        auto_update=True,
        annotations=_annotations(view, judged),
        key=view.tab.key(f"json_{editor.number}"),
    )
    if isinstance(typed, str) and typed != editor.text:
        take(view.tab, typed, view.draft, editor)
        st.rerun()


def _annotations(view: View, judged: Judged) -> list[dict[str, Any]]:
    """The editor marks these lines; it shows their text as text."""
    found = [(flaw.line, "error", flaws.what(flaw, view.say)) for flaw in judged.flaws]
    for problem in judged.problems:
        kind = "warning" if problem.code.startswith("missing_") else "error"
        found.append((problem.line or 1, kind, " ".join(view.say.problem(problem))))
    return [{"row": line - 1, "column": 0, "type": kind, "text": text} for line, kind, text in found]


@guarded
def take(tab: Tab, text: str, draft: Draft, editor: Editor) -> None:
    """Takes over what fits; what does not stays as text, in the database too."""
    judged = adopt.judge(text, draft)
    seen = {operation.field: draft.value(operation.field) for operation in judged.operations}
    session = edits.edit(tab, judged.operations, seen) if judged.operations else None
    met_newer = bool(judged.operations) and session is None
    scratch.keep_text(tab, text if judged.waiting or met_newer else None)
    tab.kept["editor"] = replace(editor, text=text, draft=session.draft if session else draft)


def _waiting(view: View, judged: Judged) -> None:
    """Says that the text and the draft differ, and offers the way back."""
    held = ", ".join(view.say.field(name) for name in judged.held if name)
    text = view.say("json.held", fields=plain(held)) if held else view.say("json.kept")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":orange[:material/pending:] {text}")
        st.button(
            view.say("json.discard"),
            key=view.tab.key("discard"),
            icon=":material/undo:",
            on_click=discard,
            args=(view.tab,),
        )


@guarded
def discard(tab: Tab) -> None:
    """Back to the draft as it is."""
    scratch.keep_text(tab, None)
    editor = tab.kept.get("editor")
    if isinstance(editor, Editor):
        tab.kept["editor"] = replace(editor, draft=Draft())


def _problems(view: View, judged: Judged) -> None:
    """Below the editor: line, what is wrong, what to do, and the repair where only one makes sense."""
    for flaw in judged.flaws:
        st.markdown(f":red[:material/error:] {plain(flaws.located(flaw, view.say))}")
    for place, problem in enumerate(judged.problems):
        _problem(view, problem, place)
    if not judged.waiting and not judged.problems:
        st.markdown(f":green[:material/check_circle:] {view.say('json.valid')}")


def _problem(view: View, problem: Problem, place: int) -> None:
    reason, step = view.say.problem(problem)
    field = f"**{plain(view.say.field(problem.field.split('.')[0]))}** " if problem.field else ""
    mark = ":orange[:material/pending:]" if problem.code.startswith("missing_") else ":red[:material/error:]"
    where = view.say("json.line", line=problem.line)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"{mark} {field}({where}): {plain(reason)} {plain(step)}")
        if problem.mend is not None:
            st.button(
                view.say("panel.mend"),
                key=view.tab.key(f"json_mend_{place}"),
                icon=":material/build:",
                on_click=mended,
                args=(view.tab, problem, view.draft.value(problem.mend.field)),
            )


@guarded
def mended(tab: Tab, problem: Problem, present: Any) -> None:
    """The repair goes into the draft; if nothing else waits, the text is written anew from it."""
    editor = tab.kept.get("editor")
    if problem.mend is None or not isinstance(editor, Editor):
        return
    session = edits.edit(tab, [problem.mend], {problem.mend.field: present})
    if session is not None and set(adopt.judge(editor.text, session.draft).held) <= {problem.mend.field}:
        discard(tab)
