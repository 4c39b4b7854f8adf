"""The gallery page."""

import io
import json
import zipfile
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from builder import wiring
from builder.templates import find
from builder.ui import bridge, gallery
from builder.ui.shelf import PER_PAGE
from builder.ui.words import words
from tests.ui.conftest import Opener

SAY = words("en")
CHAT, DATA = find("orders_and_returns").config, find("billing_support").config


def _agent(app: wiring.App, name: str, config: Any = DATA) -> Any:
    return bridge.run(app.gallery.create({**config, "name": name}))


def _names(page: AppTest) -> list[str]:
    return [button.label.strip("*") for button in page.button if button.key and button.key.startswith("open_")]


def test_an_empty_gallery_says_so_and_leads_on(open_page: Opener) -> None:
    page = open_page("gallery")
    assert page.subheader[0].value == SAY("gallery.none_yet.title")


def test_agents_are_found_by_text_type_and_order(app: wiring.App, open_page: Opener) -> None:
    _agent(app, "Alpha", CHAT)
    _agent(app, "Beta")
    page = open_page("gallery")
    assert _names(page) == ["Beta", "Alpha"]
    page.text_input(key="search").set_value("alph").run()
    assert _names(page) == ["Alpha"]
    page.text_input(key="search").set_value("nothing like it").run()
    assert page.subheader[0].value == SAY("gallery.none_found.title")
    page.text_input(key="search").set_value("").run()
    page.get_by_key("kind").set_value("structured").run()
    assert _names(page) == ["Beta"]
    page.get_by_key("kind").set_value("all").run()
    page.selectbox(key="sort").select("name").run()
    assert _names(page) == ["Alpha", "Beta"]


def test_a_card_tells_description_placeholders_type_version_and_age(app: wiring.App, open_page: Opener) -> None:
    agent = _agent(app, "Alpha")
    said = " ".join(text.value for text in open_page("gallery").markdown).replace("\\", "")
    for part in (agent.description[:40], "customer_message", "Structured data", "version 1", "just now"):
        assert part in said


def test_duplicating_makes_a_second_agent(app: wiring.App, open_page: Opener) -> None:
    agent = _agent(app, "Alpha")
    page = open_page("gallery")
    page.get_by_key(f"menu_{agent.id}").set_value("duplicate").run()
    assert sorted(_names(page)) == ["Alpha", "Alpha2"]


def test_renaming_follows_the_rule_for_names(app: wiring.App, open_page: Opener) -> None:
    agent = _agent(app, "Alpha")
    page = open_page("gallery")
    page.get_by_key(f"menu_{agent.id}").set_value("rename").run()
    page.text_input(key="new_name").set_value("No good!")
    page.button(key="rename_yes").click().run()
    assert _names(page) == ["Alpha"]
    page.get_by_key(f"menu_{agent.id}").set_value("rename").run()
    page.text_input(key="new_name").set_value("Better")
    page.button(key="rename_yes").click().run()
    assert _names(page) == ["Better"]


def test_deleting_can_be_undone(app: wiring.App, open_page: Opener) -> None:
    agent = _agent(app, "Alpha")
    page = open_page("gallery")
    page.get_by_key(f"menu_{agent.id}").set_value("delete").run()
    assert _names(page) == []
    page.button(key="undo_delete").click().run()
    assert _names(page) == ["Alpha"]
    with pytest.raises(KeyError):
        page.button(key="undo_delete")


def test_the_bar_after_deleting_can_be_closed(app: wiring.App, open_page: Opener) -> None:
    agent = _agent(app, "Alpha")
    page = open_page("gallery")
    page.get_by_key(f"menu_{agent.id}").set_value("delete").run()
    page.button(key="close_deleted").click().run()
    with pytest.raises(KeyError):
        page.button(key="undo_delete")


def test_more_agents_come_page_by_page_and_stay(app: wiring.App, open_page: Opener) -> None:
    agents = [_agent(app, f"Agent{number:02}") for number in range(PER_PAGE + 3)]
    page = open_page("gallery")
    assert len(_names(page)) == PER_PAGE
    page.button(key="gallery_more").click().run()
    assert len(_names(page)) == len(agents)
    page.get_by_key(f"menu_{agents[0].id}").set_value("delete").run()
    assert len(_names(page)) == len(agents) - 1


def test_several_can_be_picked_and_come_as_one_zip(app: wiring.App, open_page: Opener) -> None:
    first, second = _agent(app, "Alpha"), _agent(app, "Beta")
    page = open_page("gallery")
    page.toggle(key="picking").set_value(True).run()
    page.checkbox(key=f"tick_{first.id}").check().run()
    page.checkbox(key=f"tick_{second.id}").check().run()
    assert any(SAY.count("gallery.picking", 2) == text.value for text in page.markdown)
    page.checkbox(key=f"tick_{second.id}").uncheck().run()
    assert any(SAY.count("gallery.picking", 1) == text.value for text in page.markdown)


def test_what_is_downloaded_is_the_configuration(app: wiring.App) -> None:
    agent = _agent(app, "Alpha")
    assert json.loads(gallery.content(agent.id)) == agent.config
    with zipfile.ZipFile(io.BytesIO(gallery.zipped((agent.id,)))) as archive:
        assert archive.namelist() == ["Alpha.json"]


def test_a_hostile_description_is_shown_as_it_is(app: wiring.App, open_page: Opener) -> None:
    _agent(app, "Alpha", {**DATA, "description": "![x](https://leak.invalid/a.png) :red[x] $x$"})
    page = open_page("gallery")
    assert not any("![x](" in text.value or ":red[x]" in text.value for text in page.markdown)
