"""Tokens of programs: whether programs need one here, which there are, a new one, and taking one back.

What a program has to send is shown once. It leaves this tab's state as soon as the person goes on.
"""

from collections.abc import Mapping

import streamlit as st

from builder.core.token import SCOPES, Scope, Token
from builder.ui import bridge, errors, state
from builder.ui.panel.copy import copy_button
from builder.ui.plain import plain
from builder.ui.settings.desk import Desk, desk
from builder.ui.shell import PAGES
from builder.ui.words import Words

MOST = 50  # rows that are drawn before the person asks for all
_MAY: Mapping[Scope, tuple[str, str]] = {
    "read": ("settings.tokens.read", "settings.tokens.read.hint"),
    "write": ("settings.tokens.write", "settings.tokens.write.hint"),
    "admin": ("settings.tokens.admin", "settings.tokens.admin.hint"),
}


@st.fragment
def tokens(say: Words) -> None:
    st.subheader(say("settings.tokens"), anchor=False)
    with errors.boundary(say):
        needed = bridge.app().settings.api_tokens == "required"
        st.markdown(say("settings.tokens.needed" if needed else "settings.tokens.free"))
        st.caption(say("settings.tokens.trust"))
        mine, listed = desk("tokens"), bridge.run(bridge.app().tokens.all())
        with st.container(key=mine.key("list")):  # however long it is, what comes below keeps its place and the focus
            _list(listed, mine, say)
        with st.container(key=mine.key("made")):  # a place of its own, for the same reason
            _made(say)
        _new(mine, say)
        path, icon = PAGES["connect"]
        st.page_link(path, label=say("settings.tokens.connect"), icon=icon)


def _list(listed: list[Token], mine: Desk, say: Words) -> None:
    in_force = [token for token in listed if token.revoked is None]
    revoked = [token for token in listed if token.revoked is not None]
    if not in_force:
        st.caption(say("settings.tokens.none"))
    for token in _first(in_force, "all", mine, say):
        _row(token, mine, say)
    mine.show_refusal("revoke", say)
    if revoked and st.toggle(say("settings.tokens.revoked", n=len(revoked)), key=mine.key("show_revoked")):
        for token in _first(revoked, "all_revoked", mine, say):
            st.markdown(f"~~{plain(token.name)}~~ :small[:gray[{_facts(token, say)}]]")


def _first(listed: list[Token], control: str, mine: Desk, say: Words) -> list[Token]:
    """The latest; all of them once that is asked for."""
    if len(listed) <= MOST or st.toggle(say("settings.tokens.all", n=len(listed)), key=mine.key(control)):
        return listed
    return listed[:MOST]


def _row(token: Token, mine: Desk, say: Words) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=mine.key(f"row_{token.id}")):
        with st.container(width="stretch", gap=None):
            st.markdown(f"**{plain(token.name)}**")
            st.markdown(f":small[:gray[{_facts(token, say)}]]")
        if st.button(say("settings.tokens.revoke"), key=mine.key(f"revoke_{token.id}"), icon=":material/key_off:"):
            _confirm(token, mine, say)


def _facts(token: Token, say: Words) -> str:
    """What it may do, and since when; when it was revoked, if it was."""
    facts = [say(_MAY[token.scope][0]), say("settings.tokens.since", ago=say.ago(token.created))]
    if token.revoked is not None:
        facts.append(say("settings.tokens.until", ago=say.ago(token.revoked)))
    return plain(" · ".join(facts))


def _confirm(token: Token, mine: Desk, say: Words) -> None:
    """A program stands still without its token, so it is asked for twice."""

    @st.dialog(say("settings.tokens.revoke.title"))
    def ask() -> None:
        st.markdown(say("settings.tokens.revoke.text", name=plain(token.name)))
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button(say("cancel"), key=mine.key("keep")):
                st.rerun()
            sure = st.button(say("settings.tokens.revoke.yes"), key=mine.key("sure"), icon=":material/key_off:")
        if sure:
            revoke(token, mine, say)
            st.rerun()

    ask()


def revoke(token: Token, mine: Desk, say: Words) -> None:
    """Somebody may have done it in another tab meanwhile; then that is said."""
    state.take(state.MADE)
    with mine.trying("revoke"):
        service = bridge.app().tokens
        before = {one.id: one for one in bridge.run(service.all())}.get(token.id, token)
        bridge.run(service.revoke(token.id))
        said = "settings.tokens.revoke.done" if before.revoked is None else "settings.tokens.revoke.before"
        st.toast(say(said, name=plain(token.name)), icon=":material/key_off:")


def _new(mine: Desk, say: Words) -> None:
    with st.form(mine.key("form")):
        st.markdown(f"**{say('settings.tokens.new')}**")
        st.text_input(
            say("settings.tokens.name"),
            key=mine.key("name"),
            autocomplete="off",
            placeholder=say("settings.tokens.name.hint"),
        )
        with st.container(key=mine.key("refused")):  # at the field; what comes below keeps its place
            mine.show_refusal("new", say)
        mine.show("scope", "write", say)
        st.radio(
            say("settings.tokens.may"),
            SCOPES,
            format_func=lambda scope: say(_MAY[scope][0]),
            captions=[say(_MAY[scope][1]) for scope in SCOPES],
            key=mine.key("scope"),
        )
        st.form_submit_button(
            say("settings.tokens.create"), key=mine.key("create"), icon=":material/key:", on_click=create, args=(mine,)
        )


def create(mine: Desk) -> None:
    """What was typed stays in the box when it cannot be taken."""
    state.take(state.MADE)
    with mine.trying("new"):
        name = str(mine.typed("name") or "")
        made = bridge.run(bridge.app().tokens.create(name, mine.typed("scope") or "write"))
        state.put(state.MADE, made)
        state.put(mine.key("name"), "")


def _made(say: Words) -> None:
    """The new token, until the person says it is kept, makes another one, revokes one or leaves the page."""
    found = state.get(state.MADE)
    if not found:
        return
    token, secret = found
    with st.container(border=True, key="token_made"):
        once = say("settings.tokens.made.once")  # a warning: screen readers say it at once
        st.warning(once, title=say("settings.tokens.made", name=plain(token.name)), icon=":material/key:")
        st.code(secret, language=None, wrap_lines=True)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            label, done, failed = say("settings.tokens.copy"), say("copy.done"), say("copy.failed")
            copy_button(secret, label=label, done=done, failed=failed, key=f"copy_token_{token.id}")
            st.button(say("settings.tokens.kept"), key="token_kept", on_click=state.take, args=(state.MADE,))
        st.caption(say("settings.tokens.send"))
