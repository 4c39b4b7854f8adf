"""The card of one provider: closed it says how things stand, open it has the key, the check, the model and more."""

import streamlit as st

from builder.llm.base import Provider
from builder.services.models import Setup
from builder.ui import bridge, errors
from builder.ui.plain import plain
from builder.ui.settings import access, check, choice
from builder.ui.settings.desk import Desk, desk
from builder.ui.settings.standing import reachable, standing, title
from builder.ui.words import Words


def draw(provider: Provider, say: Words, inviting: bool) -> None:
    """`inviting`: it begins open."""
    with errors.boundary(say):
        setup = bridge.run(bridge.app().models.setup(provider.name))
        mine = desk(provider.name)
        icon, state = _state(setup, mine, say)
        name = plain(title(provider.name, provider.title, say))
        with st.expander(f"**{name}** · {state}", inviting, icon=icon, key=mine.key("card")):
            _inside(provider, setup, mine, say)


def _state(setup: Setup, mine: Desk, say: Words) -> tuple[str, str]:
    """An icon and a line: what the last check said goes before what is set up."""
    if setup.ready and mine.found.failed:
        return ":material/error:", say("settings.models.failed")
    return ":material/check_circle:" if setup.ready else ":material/circle:", standing(setup, say)


def _inside(provider: Provider, setup: Setup, mine: Desk, say: Words) -> None:
    """The check comes last: while it runs, everything else stands there already."""
    st.markdown(say.maybe(f"settings.provider.{provider.name}") or say("settings.models.about"))
    if provider.needs_address:
        access.address(provider, setup, mine, say)
    access.key(provider, setup, mine, say)
    tried, chosen = st.container(key=mine.key("tried")), st.container(key=mine.key("chosen"))
    can_ask = reachable(setup)
    if can_ask:
        choice.thinking(setup, mine, say)
    if not provider.needs_address:
        with st.expander(say("settings.models.more"), type="compact", key=mine.key("more")):
            access.address(provider, setup, mine, say)
    if can_ask:
        with tried:
            check.check(mine, say, has_model=bool(setup.model))
        with chosen:
            choice.model(provider, setup, mine, say)
