"""The agent's page in the gallery: history, comparison, one version."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from builder import wiring
from builder.templates import find
from builder.ui import bridge
from builder.ui.history.timeline import PER_PAGE
from builder.ui.words import LANGUAGES
from tests.patience import at_once
from tests.ui.conftest import Opener

CONFIG = find("billing_support").config


def _agent(app: wiring.App, versions: int) -> Any:
    agent = bridge.run(app.gallery.create(CONFIG, note="Begun"))
    for number in range(2, versions + 1):
        agent = bridge.run(app.gallery.renew(agent.id, {**CONFIG, "tone": f"Tone {number}"}))
    return agent


def _said(page: AppTest) -> str:
    texts = [text.value for text in (*page.markdown, *page.caption, *page.subheader, *page.title, *page.info)]
    return " ".join(texts).replace("\\", "").replace("\u2060", "")


def test_a_long_history_comes_page_by_page_and_quickly(app: wiring.App, open_page: Opener) -> None:
    agent = _agent(app, 201)
    page = open_page("gallery", agent=agent.id)
    assert not page.exception
    assert _said(page).count("Tone: ") == PER_PAGE
    with at_once():
        page.button(key="history_more").click().run()
    assert _said(page).count("Tone: ") == 2 * PER_PAGE
    assert "Tone: “Tone 200” → “Tone 201”" in _said(page)


def test_what_a_line_tells_is_kept_until_there_is_a_newer_version(app: wiring.App, open_page: Opener) -> None:
    agent = _agent(app, 2)
    page = open_page("gallery", agent=agent.id)
    bridge.run(app.gallery.renew(agent.id, {**CONFIG, "tone": "Third"}))
    assert "“Third”" in _said(page.run())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_view_is_told_in_every_language(app: wiring.App, open_page: Opener, language: str) -> None:
    bridge.run(app.preferences.put("language", language))
    agent = _agent(app, 2)
    schema = {**CONFIG["schema_definition"], "required": []}
    properties = {**schema["properties"], "tags": {"type": "array", "items": {"type": "string"}}}
    bridge.run(app.gallery.renew(agent.id, {**CONFIG, "schema_definition": {**schema, "properties": properties}}))
    for more in ({}, {"version": "1"}, {"from": "1", "to": "3"}, {"from": "3", "to": "1"}, {"from": "2", "to": "2"}):
        page = open_page("gallery", agent=agent.id, **more)
        assert not page.exception and not page.error, more


def test_hostile_texts_stay_texts_in_every_view(app: wiring.App, open_page: Opener) -> None:
    bad = "![x](https://leak.invalid/a.png) <b>x</b> :red[x] $x$"
    agent = bridge.run(app.gallery.create({**CONFIG, "goals": [bad], "tone": bad}, note=bad))
    odd = {**CONFIG["schema_definition"]["properties"], bad: {"type": "string", "description": bad, "enum": [bad]}}
    schema = {**CONFIG["schema_definition"], "properties": odd, "required": [bad]}
    bridge.run(app.gallery.renew(agent.id, {**CONFIG, "schema_definition": schema, "description": bad}, note=bad))
    for more in ({}, {"version": "2"}, {"from": "1", "to": "2"}):
        page = open_page("gallery", agent=agent.id, **more)
        assert not page.exception
        for text in (*page.markdown, *page.caption, *page.subheader, *page.title):
            assert "![x](" not in text.value and "<b>" not in text.value and " :red[x]" not in text.value
