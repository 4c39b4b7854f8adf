"""A person sets up a language model in a real browser; the model is a fake Gemini on loopback."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from tests.browser.conftest import put_away
from tests.browser.walking import Tab
from tests.models import gemini, openai
from tests.models.gemini import Gemini
from tests.servers import Server

WRONG = "a-key-that-nobody-knows-0000"
WIDTHS = (360, 768, 1280)
TALL = {"width": 1280, "height": 2000}  # nothing scrolls: a list that has opened closes when the page moves

CUT = """() => [...document.querySelectorAll('details button, details input, details p')]
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth)
    .map(one => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def fake() -> Iterator[Gemini]:
    with gemini.serving() as started:
        yield started


@pytest.fixture
def tab(tabs: BrowserContext, server: Server) -> Iterator[Tab]:
    """Begins without a key and ends so."""
    opened = Tab(tabs, server.url)
    opened.page.set_viewport_size(TALL)
    yield opened.visit("/Settings")
    forget(opened)
    put_away(tabs)
    assert opened.strangers == []


def forget(tab: Tab) -> None:
    if unfold(tab).get_by_role("button", name="Remove").is_visible():
        remove(tab)
    set_address(tab, "")


def card(tab: Tab, name: str = "Gemini") -> Locator:
    return tab.page.locator("details").filter(has=tab.page.locator("summary", has_text=name)).first


def head(tab: Tab, name: str = "Gemini") -> Locator:
    return card(tab, name).locator("summary").first


def unfold(tab: Tab, name: str = "Gemini") -> Locator:
    """Opens the card if it is closed."""
    if card(tab, name).get_attribute("open") is None:
        head(tab, name).click()
        tab.settled()
    return card(tab, name)


def enter(tab: Tab, box: Locator, text: str) -> None:
    box.fill(text)
    box.press("Enter")
    tab.settled()


def key_box(tab: Tab) -> Locator:
    return unfold(tab).locator("input[type=password]")


def set_address(tab: Tab, address: str) -> None:
    if not unfold(tab).get_by_label("Own address").is_visible():
        card(tab).get_by_text("More: own address").click()
    enter(tab, card(tab).get_by_label("Own address"), address)


def remove(tab: Tab) -> None:
    unfold(tab).get_by_role("button", name="Remove").click()
    tab.settled()


def test_a_key_is_entered_checked_a_model_picked_kept_and_removed(tab: Tab, server: Server, fake: Gemini) -> None:
    expect(head(tab)).to_contain_text("No key yet.")
    set_address(tab, fake.url)
    enter(tab, key_box(tab), WRONG)
    expect(card(tab).get_by_text("Gemini refused the key.")).to_be_visible()
    expect(head(tab)).to_contain_text("Does not work yet.")
    expect(key_box(tab)).to_be_focused()
    expect(key_box(tab)).to_have_value("")

    enter(tab, key_box(tab), fake.key)
    expect(card(tab).get_by_text(re.compile(r"The answer came after \d+ ms\."))).to_be_visible()
    expect(head(tab)).to_contain_text("Ready. Uses gemini-3.8-flash.")

    tab.settled()
    card(tab).get_by_role("combobox", name="Model").click()
    tab.page.get_by_role("option", name="gemini-3.8-pro").click()
    expect(head(tab)).to_contain_text("Ready. Uses gemini-3.8-pro.")
    expect(card(tab).get_by_text("It works")).to_be_visible()
    expect(tab.page.get_by_text("New talks begin with Gemini.")).to_be_visible()

    tab.page.reload()
    tab.settled()
    expect(head(tab)).to_contain_text("Ready. Uses gemini-3.8-pro.")
    assert f"…{fake.key[-4:]}" in unfold(tab).inner_text().replace("\u2060", "")
    expect(key_box(tab)).to_have_value("")
    for key in (fake.key, WRONG):
        assert key not in tab.page.content()
        assert key not in server.log.read_text("utf-8")

    remove(tab)
    expect(head(tab)).to_contain_text("No key yet.")
    expect(card(tab).get_by_role("button", name="Check")).to_be_hidden()


def test_what_was_typed_elsewhere_is_still_there_after_a_check(tab: Tab, fake: Gemini) -> None:
    set_address(tab, fake.url)
    enter(tab, key_box(tab), fake.key)
    expect(card(tab).get_by_text("It works")).to_be_visible()
    unfold(tab, "OpenAI").locator("input[type=password]").fill("half a key")
    card(tab).get_by_label("Own address").fill("http://half")
    card(tab).get_by_role("button", name="Check").click()
    tab.settled()
    expect(card(tab).get_by_text("It works")).to_be_visible()
    expect(card(tab, "OpenAI").locator("input[type=password]")).to_have_value("half a key")
    expect(card(tab).get_by_label("Own address")).to_have_value("http://half")


def test_a_model_that_is_in_no_list_can_be_typed(tab: Tab, fake: Gemini) -> None:
    set_address(tab, fake.url)
    enter(tab, key_box(tab), fake.key)
    expect(card(tab).get_by_text("It works")).to_be_visible()
    tab.settled()
    box = card(tab).get_by_role("combobox", name="Model")
    box.click()
    tab.page.keyboard.type("my-own-model")
    tab.page.keyboard.press("Enter")
    expect(head(tab)).to_contain_text("Ready. Uses my-own-model.")
    tab.settled()
    box.click()
    tab.page.get_by_role("option", name="gemini-3.8-flash (recommended)").click()
    expect(head(tab)).to_contain_text("gemini-3.8-flash")


def test_another_language_says_the_same_choices_in_its_own_words(tab: Tab, fake: Gemini) -> None:
    set_address(tab, fake.url)
    enter(tab, key_box(tab), fake.key)
    expect(card(tab).get_by_text("It works")).to_be_visible()
    tab.settled()
    choose(tab, "Interviewer for new talks", "Gemini")
    choose(tab, "Language", "Deutsch")
    expect(card(tab).get_by_role("combobox", name="Modell")).to_have_value("gemini-3.8-flash (empfohlen)")
    expect(tab.page.get_by_role("combobox", name="Interviewer für neue Gespräche")).to_have_value("Gemini")
    choose(tab, "Interviewer für neue Gespräche", "Der beste, der bereit ist")
    choose(tab, "Sprache", "English")
    expect(tab.page.get_by_role("combobox", name="Interviewer for new talks")).to_have_value("The best that is ready")


def choose(tab: Tab, label: str, option: str) -> None:
    tab.page.get_by_role("combobox", name=label, exact=True).click()
    tab.page.get_by_role("option", name=option, exact=True).click()
    tab.settled()


def test_everything_can_be_done_with_the_keyboard_alone(tab: Tab, fake: Gemini) -> None:
    set_address(tab, fake.url)
    page = tab.page
    head(tab).focus()
    page.keyboard.press("Enter")
    expect(card(tab).locator("input[type=password]")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(key_box(tab)).to_be_visible()
    page.keyboard.press("Tab")
    expect(key_box(tab)).to_be_focused()
    page.keyboard.type(fake.key)
    page.keyboard.press("Enter")
    expect(card(tab).get_by_text("It works")).to_be_visible()
    expect(key_box(tab)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(card(tab).get_by_role("button", name="Remove")).to_be_focused()
    page.keyboard.press("Enter")
    expect(head(tab)).to_contain_text("No key yet.")


@pytest.mark.parametrize("language", ["en-GB", "de-DE"])
def test_open_cards_fit_every_width_in_both_looks(browser: Browser, server: Server, language: str) -> None:
    tab = Tab(browser, server.url, viewport={"width": WIDTHS[0], "height": 800}, locale=language)
    tab.visit("/Settings")
    for summary in tab.page.locator("details:not([open]) > summary").all():
        if summary.is_visible():
            summary.click()
    tab.settled()
    for _ in tab.looks(WIDTHS, 800):
        assert tab.page.evaluate(CUT) == []
    tab.context.close()


def test_a_server_that_answers_still_needs_a_model(tab: Tab) -> None:
    with openai.serving(key=None) as own:
        enter(tab, unfold(tab, "Own server").get_by_label("Address", exact=True), own.base_url)
        expect(card(tab, "Own server").get_by_text("Now pick a model below.")).to_be_visible()
        expect(head(tab, "Own server")).to_contain_text("No model chosen yet.")
        enter(tab, card(tab, "Own server").get_by_label("Address", exact=True), "")
        expect(head(tab, "Own server")).to_contain_text("No address yet.")


def test_what_became_of_an_own_address_is_told_where_one_looks(tab: Tab, fake: Gemini) -> None:
    enter(tab, key_box(tab), fake.key)
    set_address(tab, fake.url)
    expect(tab.page.get_by_test_id("stToast")).to_contain_text("the key that was entered for the old one")
    enter(tab, key_box(tab), fake.key)
    expect(card(tab).get_by_text("It works")).to_be_visible()
    enter(tab, card(tab).get_by_label("Version of the API"), "v1")
    expect(tab.page.get_by_test_id("stToast").last).to_contain_text("It works")


def test_where_programs_need_no_token_that_is_said(tab: Tab) -> None:
    expect(tab.page.get_by_text("Programs need no token here")).to_be_visible()
    tab.page.get_by_role("link", name="How programs use this server").click()
    tab.page.wait_for_url("**/Connect*")
    tab.page.go_back()
