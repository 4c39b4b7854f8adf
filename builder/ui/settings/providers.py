"""The language models of the settings page: what they are for, and a card for each provider."""

import streamlit as st

from builder.ui import bridge, errors
from builder.ui.settings import card, places
from builder.ui.words import Words


def providers(say: Words) -> None:
    st.subheader(say("settings.models"), anchor=False)
    st.markdown(say("settings.models.text"))
    st.caption(say("settings.models.safe"))
    with errors.boundary(say):
        models = bridge.app().models
        ready = any(setup.ready for setup in bridge.run(models.setups()))
        for place, provider in enumerate(models.providers):
            inviting = place == 0 and not ready
            st.fragment(card.draw, key=places.card(provider.name))(provider, say, inviting)
