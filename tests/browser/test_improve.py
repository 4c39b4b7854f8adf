""" "Improve this text" as a person does it: ask, read the difference, accept, take back, ask again, refuse."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.walking import Tab
from tests.servers import Server

WEAK = "Please answer all people who write about parcels."


@pytest.fixture
def tab(browser: Browser, server: Server) -> Iterator[Tab]:
    tab = Tab(browser, server.url)
    yield tab
    tab.context.close()
    assert tab.strangers == []


def _field(tab: Tab, name: str) -> Locator:
    """Everything that belongs to one field."""
    return tab.page.locator(f"[class*='st-key-field_{name}']")


def _improve(tab: Tab, name: str) -> Locator:
    return _field(tab, name).get_by_role("button", name="Improve", exact=False).first


@pytest.fixture
def weak(tab: Tab) -> Locator:
    """A system prompt that says little, written by hand and unlocked again."""
    tab.visit("/Build")
    tab.page.wait_for_url("**/Build?session=*")
    tab.type("Name", "ParcelDesk")
    tab.type("Description", "Answers people about parcels.")
    tab.type("System prompt", WEAK)
    field = _field(tab, "system_prompt")
    field.get_by_role("button", name="Unlock").click()
    tab.settled()
    expect(field.get_by_text("Edited by you")).to_have_count(0)
    return field


def test_improve_read_accept_undo_improve_again_refuse(tab: Tab, weak: Locator) -> None:
    box = tab.box("System prompt")
    suggestion = weak.get_by_text("A better text for “System prompt”")
    _improve(tab, "system_prompt").click()
    expect(suggestion).to_be_visible()
    expect(weak).to_contain_text("It now says who the agent is.")
    expect(weak.locator("del")).to_have_text("Please answer")
    expect(weak.locator("strong").filter(has_text="Answer")).to_be_visible()
    expect(_improve(tab, "system_prompt")).to_be_disabled()
    expect(box).to_have_value(WEAK)

    tab.page.reload()
    tab.settled()
    expect(suggestion).to_be_visible()

    weak.get_by_role("button", name="Accept").click()
    expect(suggestion).to_have_count(0)
    better = box.input_value()
    assert better.startswith("You are ParcelDesk, an assistant.\n\nAnswer all people who write about parcels.")
    expect(weak.get_by_text("Edited by you")).to_have_count(0)

    tab.page.locator(".st-key-agent_actions").get_by_role("button", name="Undo").click()
    expect(box).to_have_value(WEAK)
    expect(suggestion).to_be_visible()
    weak.get_by_role("button", name="Refuse").click()
    expect(suggestion).to_have_count(0)

    _improve(tab, "system_prompt").click()
    expect(suggestion).to_be_visible()
    weak.get_by_role("button", name="Refuse").click()
    expect(suggestion).to_have_count(0)
    tab.page.reload()
    tab.settled()
    expect(box).to_have_value(WEAK)
    expect(suggestion).to_have_count(0)


def test_with_the_keyboard_alone_a_good_text_gets_a_friendly_line(tab: Tab, weak: Locator) -> None:
    button = _improve(tab, "description")
    button.focus()
    tab.page.keyboard.press("Enter")
    expect(_field(tab, "description").get_by_text("This text is good as it is.")).to_be_visible()


def test_what_was_typed_a_moment_ago_is_what_gets_improved(tab: Tab, weak: Locator) -> None:
    tab.box("System prompt").fill("Please sort letters for us now.")
    _improve(tab, "system_prompt").click()
    expect(weak.get_by_text("A better text for “System prompt”")).to_be_visible()
    expect(weak).to_contain_text("sort letters for us now.")
    expect(tab.box("System prompt")).to_have_value("Please sort letters for us now.")
