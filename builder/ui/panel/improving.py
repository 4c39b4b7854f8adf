""" "Improve this text": a quiet button below a field, and what came of it when there is nothing to accept."""

from dataclasses import dataclass

import streamlit as st

from builder.core.errors import BuilderError, EngineFailed
from builder.interviewers.base import IMPROVABLE
from builder.ui import bridge, state
from builder.ui.panel.view import View
from builder.ui.plain import plain
from builder.ui.state import Tab

OFFLINE = "guided"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it for this text: reasons, or the words of a model that failed."""

    text: str
    reasons: tuple[str, ...]
    failed: bool = False


def offered(view: View, name: str) -> bool:
    return name in IMPROVABLE and bool(view.draft.text(name).strip())


def button(view: View, name: str) -> None:
    """Disabled, with the reason as its help, while it would be refused."""
    say, working = view.say, view.tab.improving is not None and view.tab.improving[0] == name
    waits = "improve.wait" if view.running else "improve.waiting" if name in view.session.proposals else ""
    st.button(
        say("improve.working") if working else f":material/auto_fix_high: {say('improve.button')}",
        key=view.tab.key(f"improve_{name}"),
        type="tertiary",
        icon="spinner" if working else None,
        help=say(waits) if waits else say("improve.help", field=plain(say.field(name))),
        disabled=bool(waits) or view.tab.improving is not None,
        on_click=ask,
        args=(view.tab, name),
    )


def ask(tab: Tab, name: str, engine: str | None = None) -> None:
    tab.improved.pop(name, None)
    tab.improving = (name, engine)


def work(view: View) -> None:
    """Does what was asked for, when the page is drawn: it stays readable while a model thinks."""
    tab, wanted = view.tab, view.tab.improving
    if wanted is None:
        return
    name, engine = wanted
    try:
        found = bridge.run(bridge.app().interviews.improve(tab.session_id, name, engine=engine))
    except EngineFailed as error:
        tab.improved[name] = Outcome(view.draft.text(name), (error.message, error.advice), failed=True)
    except BuilderError as error:
        state.put(state.NOTICE, error)
    else:
        if found.after is None:
            tab.improved[name] = Outcome(found.before, found.reasons)
    finally:
        tab.improving = None
    st.rerun()


def outcome(view: View, name: str) -> None:
    """One friendly line, what only the person can mend, or why it failed and how it goes on."""
    came = view.tab.improved.get(name)
    if not isinstance(came, Outcome) or came.text != view.draft.text(name) or name in view.session.proposals:
        view.tab.improved.pop(name, None)
        return
    if came.failed:
        _failure(view, name, came)
        return
    with st.container(gap="xxsmall", key=view.tab.key(f"improved_{name}")):
        for reason in came.reasons:
            st.caption(f":material/info: {plain(reason)}")


def _failure(view: View, name: str, came: Outcome) -> None:
    say = view.say
    with st.container(border=True, gap="small", key=view.tab.key(f"improved_{name}")):
        st.markdown(f":red[:material/error: {plain(came.reasons[0])}] {plain(' '.join(came.reasons[1:]))}")
        if bridge.app().interviews.engine_of(view.session).provider:
            st.button(
                say("improve.without_model"),
                key=view.tab.key(f"improve_offline_{name}"),
                icon=":material/auto_fix_high:",
                on_click=ask,
                args=(view.tab, name, OFFLINE),
            )
