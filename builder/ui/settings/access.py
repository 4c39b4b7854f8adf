"""How a provider is reached: the key, which is never shown again, and the address."""

from contextlib import suppress

import streamlit as st

from builder.core.errors import BuilderError
from builder.llm.base import Provider
from builder.services.models import Setup
from builder.ui import bridge, state
from builder.ui.settings.desk import Desk, Found
from builder.ui.settings.places import refresh
from builder.ui.words import Words

EXAMPLE = "http://localhost:11434/v1"
VERSION = "v1beta"
_JOINER = "\u2060"  # between letters that shall stay on one line


def key(provider: Provider, setup: Setup, mine: Desk, say: Words) -> None:
    """The key that is there by its last letters, and a box for another one."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=mine.key("whence")):
        st.markdown(_whence(provider, setup, mine.key_dropped, say), width="content")
        if mine.is_aside and mine.key_dropped:
            st.toast(say("settings.key.dropped"), icon=":material/key_off:")
            mine.is_aside = False
        if "key" in setup.own:
            st.button(
                say("settings.key.remove"),
                key=mine.key("remove_key"),
                icon=":material/delete:",
                type="tertiary",
                on_click=remove_key,
                args=(mine,),
            )
    if mine.key_kept:  # what a callback writes before it asks for a rerun does not reach the browser
        state.put(mine.key("key"), "")
        mine.key_kept = False
    row = st.form(mine.key("key_form"), border=False).container(horizontal=True, vertical_alignment="bottom")
    with row:
        st.text_input(
            say(_label(provider, setup)),
            type="password",
            key=mine.key("key"),
            autocomplete="off",
            placeholder=say("settings.key.hint"),
        )
        st.form_submit_button(say("settings.key.save"), key=mine.key("save_key"), on_click=save_key, args=(mine,))
    mine.show_refusal("key", say)


def _label(provider: Provider, setup: Setup) -> str:
    if setup.key_from:
        return "settings.key.other"
    return "settings.key" if provider.needs_key else "settings.key.free"


def _whence(provider: Provider, setup: Setup, dropped: bool, say: Words) -> str:
    """Where the key is from, or where one can be had."""
    if setup.key_lost:
        return say("settings.key.lost")
    if setup.key_from:
        hint = f"`{_JOINER.join(setup.key_hint)}`"
        return say("settings.key.from_page" if setup.key_from == "page" else "settings.key.from_settings", hint=hint)
    if dropped:
        return say("settings.key.dropped")
    if not provider.needs_key:
        return say("settings.key.not_needed")
    if "address" in setup.own:
        return say("settings.key.for_address")
    return say("settings.key.page", page=f"`{provider.key_page}`") if provider.key_page else say("settings.key.ask")


def save_key(mine: Desk) -> None:
    """Keeps the key and has it checked at once. What was typed stays in the box when it cannot be kept."""
    mine.is_aside = False
    typed = str(mine.typed("key") or "").strip()
    if typed and _change(mine, "key", key=typed):
        state.put(mine.key("key"), "")
        mine.key_kept = True
    refresh(mine.name)


def remove_key(mine: Desk) -> None:
    _change(mine, "key", key="")
    mine.key_dropped = False
    refresh(mine.name)


def address(provider: Provider, setup: Setup, mine: Desk, say: Words) -> None:
    mine.show("address", setup.address, say)
    mine.show("version", setup.version, say)
    with st.form(mine.key("address_form"), border=False):
        st.text_input(
            say("settings.address" if provider.needs_address else "settings.address.own"),
            key=mine.key("address"),
            autocomplete="off",
            placeholder=EXAMPLE if provider.needs_address else say("settings.address.usual"),
        )
        if provider.has_version:
            st.text_input(say("settings.api_version"), key=mine.key("version"), autocomplete="off", placeholder=VERSION)
        st.caption(say("settings.address.example" if provider.needs_address else "settings.address.key"))
        st.form_submit_button(
            say("settings.address.save"), key=mine.key("save_address"), on_click=save_address, args=(provider, mine)
        )
    mine.show_refusal("address", say)


def save_address(provider: Provider, mine: Desk) -> None:
    fields = {"address": str(mine.typed("address") or "")}
    if provider.has_version:
        fields["version"] = str(mine.typed("version") or "")
    had_key = _has_own_key(mine)
    if _change(mine, "address", **fields):
        mine.key_dropped = (had_key or mine.key_dropped) and not _has_own_key(mine)
        mine.shown.pop("address", None)
        mine.shown.pop("version", None)
        mine.is_aside = not provider.needs_address
    refresh(mine.name)


def _has_own_key(mine: Desk) -> bool:
    with suppress(BuilderError):  # said by what comes next, which needs the database, too
        return "key" in bridge.run(bridge.app().models.setup(mine.name)).own
    return False


def _change(mine: Desk, control: str, **fields: str) -> bool:
    """A change of access: what was found out with the old one does not count any more, and the new one is tried."""
    done = mine.write(control, bridge.app().models.change(mine.name, **fields))
    if done:
        mine.found, mine.names, mine.check_due = Found(), (), True
    return done
