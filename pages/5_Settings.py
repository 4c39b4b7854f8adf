"""Settings: language, language models and their keys, who asks the questions, limits, use, programs, the data."""

import streamlit as st

from builder.ui.settings import general
from builder.ui.settings.begin import begin
from builder.ui.settings.limits import limits
from builder.ui.settings.providers import providers
from builder.ui.settings.tokens import tokens
from builder.ui.settings.usage import usage
from builder.ui.shell import open_page

with open_page("settings", looks=True) as page:
    say = page.words
    st.title(say("settings.title"), anchor=False)
    general.language(say)
    providers(say)
    begin(say)
    limits(say)
    usage(say)
    tokens(say)
    general.look(say)
    general.data(say)
    general.version(say)
