"""The top of the panel: whose draft this is, how far it is, and what can be done with it."""

import json

import streamlit as st

from builder.ui import bridge, state
from builder.ui.build import CONNECT, GALLERY
from builder.ui.errors import guarded
from builder.ui.history.address import of_agent
from builder.ui.panel import adopt, edits
from builder.ui.panel.copy import copy_button
from builder.ui.panel.view import View
from builder.ui.plain import plain
from builder.ui.state import Tab
from builder.ui.words import Words

COLORS = {"draft": "gray", "mend": "red", "ready": "blue", "saved": "green", "changed": "orange"}
ICONS = {"draft": "edit_note", "mend": "error", "ready": "check_circle", "saved": "task_alt", "changed": "difference"}


def draw(view: View) -> None:
    title, buttons = (
        st.container(key="agent_title", gap="xsmall"),
        st.container(horizontal=True, gap="xsmall", key="agent_actions"),
    )
    with title, st.container(horizontal=True, vertical_alignment="center", gap="small"):
        name = view.draft.text("name") or view.say("panel.title")
        st.subheader(plain(name, 64), anchor=False, width="content")
        color, icon = COLORS[view.standing], ICONS[view.standing]
        st.markdown(f":{color}-badge[:material/{icon}: {standing(view)}]", width="content")
        if view.session.agent_id:
            _connect(view, view.session.agent_id)
            versions = of_agent(view.session.agent_id)
            st.page_link(GALLERY, label=view.say("panel.history"), icon=":material/history:", query_params=versions)
    with buttons:
        _save(view)
        _take_away(view)
        _steps(view)
    reason = why_not(view)
    if reason:
        st.caption(reason)
    if view.tab.unsaved:
        again, key = view.say("save.retry"), view.tab.key("retry")
        st.button(again, key=key, icon=":material/refresh:", on_click=edits.retry, args=(view.tab,))


def _connect(view: View, agent_id: str) -> None:
    """To what programs need of the saved agent."""
    here = {"agent": agent_id}
    st.page_link(CONNECT, label=view.say("menu.connect"), icon=":material/cable:", query_params=here)


def standing(view: View) -> str:
    """The state in a few words: what is missing, wrong, ready, saved or changed."""
    say = view.say
    if view.standing == "draft":
        return say.count("standing.draft", len(view.session.missing))
    if view.standing == "mend":
        return say.count("standing.mend", len(view.wrong))
    return say(f"standing.{view.standing}", n=view.session.saved_version)


def why_not(view: View) -> str:
    """Why saving is not possible now; "" when it is."""
    if view.tab.unsaved:
        return view.say("save.not.stored")
    if view.writing:
        return view.say("save.not.writing")
    if view.scratch.text is not None and adopt.judge(view.scratch.text, view.draft).waiting:
        return view.say("save.not.text")
    if view.session.missing:
        names = ", ".join(view.say.field(name) for name in view.session.missing)
        return view.say("save.not.missing", fields=plain(names))
    return view.say.count("save.not.wrong", len(view.wrong)) if view.wrong else ""


def _save(view: View) -> None:
    say, tab = view.say, view.tab
    reason = why_not(view) or (say("save.not.changed") if view.standing == "saved" else "")
    st.button(
        say("save.button"),
        key=tab.key("save"),
        type="primary",
        icon=":material/save:",
        disabled=bool(reason),
        help=reason or None,
        on_click=save,
        args=(tab, say),
    )
    with st.popover(say("save.note"), icon=":material/add_notes:", disabled=bool(reason), key=tab.key("note_box")):
        st.text_input(say("save.note.label"), key=tab.key("note"), placeholder=say("save.note.hint"), max_chars=200)


@guarded
def save(tab: Tab, say: Words) -> None:
    """The draft as the next version of its agent."""
    note = str(tab.widget("note") or "").strip()
    before = bridge.run(bridge.app().interviews.get(tab.session_id)).saved_version
    version = bridge.run(bridge.app().gallery.save(tab.session_id, note=note))
    state.put(tab.key("note"), "")
    if version.number == before:  # saved in another tab meanwhile
        st.toast(say("save.same", n=version.number), icon=":material/info:")
    else:
        st.toast(say("save.done", n=version.number), icon=":material/task_alt:")


def _take_away(view: View) -> None:
    """Download and copy: what another program reads, so only when it is whole."""
    say, tab = view.say, view.tab
    text = json.dumps(view.config, indent=2, ensure_ascii=False) + "\n"
    st.download_button(
        say("download.button"),
        data=text,
        file_name=f"{view.draft.text('name') or 'agent'}.json",
        mime="application/json",
        key=tab.key("download"),
        icon=":material/download:",
        on_click="ignore",
        disabled=not view.valid or bool(view.writing),
        help=None if view.valid else say("download.not"),
    )
    if view.config:
        copy_button(
            text, label=say("copy.button"), done=say("copy.done"), failed=say("copy.failed"), key=tab.key("copy")
        )


def _steps(view: View) -> None:
    say, tab = view.say, view.tab
    for name, icon, action, possible in (
        ("undo", "undo", edits.undo, view.can_undo),
        ("redo", "redo", edits.redo, view.can_redo),
    ):
        st.button(
            f":material/{icon}: {say(f'{name}.button')}",
            key=tab.key(name),
            type="tertiary",
            disabled=not possible or bool(view.writing),
            help=say(f"{name}.help"),
            on_click=action,
            args=(tab,),
        )
