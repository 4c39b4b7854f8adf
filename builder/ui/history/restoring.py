"""An earlier version as the newest again; asked first only when the talk holds changes that no version has."""

import streamlit as st

from builder.core.saved import Agent
from builder.ui import bridge, state
from builder.ui.errors import guarded
from builder.ui.history import address
from builder.ui.shelf import forget
from builder.ui.words import Words


def button(agent: Agent, number: int, say: Words, *, quiet: bool = False) -> None:
    """What is pressed is the button as it was shown: a version that came meanwhile is a conflict."""
    st.button(
        f":material/settings_backup_restore: {say('history.restore')}",
        key=f"restore_{number}",
        type="tertiary" if quiet else "secondary",
        help=say("history.restore.help", n=number) if quiet else None,
        on_click=_pressed,
        args=(agent, number, say),
    )
    if state.get(state.RESTORING) == (agent.id, number):
        state.take(state.RESTORING)
        _ask(agent, number, say)


@guarded
def _pressed(agent: Agent, number: int, say: Words) -> None:
    if bridge.run(bridge.app().gallery.unsaved(agent.id)):
        state.put(state.RESTORING, (agent.id, number))
    else:
        restore(agent, number, say)


def _ask(agent: Agent, number: int, say: Words) -> None:
    @st.dialog(say("history.restore.title", n=number))
    def show() -> None:
        st.markdown(say("history.restore.text"))
        yes = say("history.restore.yes")
        if st.button(yes, type="primary", key="restore_yes", on_click=restore, args=(agent, number, say)):
            st.rerun()

    show()


@guarded
def restore(agent: Agent, number: int, say: Words) -> None:
    """The next version, unless somebody else made one meanwhile."""
    note = say("history.restored.note", n=number)
    work = bridge.app().gallery.reinstate(agent.id, number, note=note, numbers=(agent.version,))
    now = bridge.run(work)
    forget()
    if now.version == agent.version:
        st.toast(say("history.restored.same", n=number, latest=now.version), icon=":material/info:")
    else:
        st.toast(say("history.restored", n=number, new=now.version), icon=":material/task_alt:")
    address.go(address.of_agent(agent.id))
