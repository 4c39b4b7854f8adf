"""The whole job as a new user does it: describe, answer, mend by hand and in JSON, save, find again, download."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from playwright.sync_api import Browser, expect

from builder.core.agent import contract_schema
from tests.browser.walking import Tab
from tests.servers import Server


@pytest.fixture
def tab(browser: Browser, server: Server) -> Iterator[Tab]:
    tab = Tab(browser, server.url, accept_downloads=True)
    yield tab
    tab.context.close()
    assert tab.strangers == []


def test_from_one_sentence_to_a_file_that_another_program_accepts(tab: Tab, tmp_path: Path) -> None:
    _describe(tab)
    _answer(tab)
    _edit_by_hand(tab)
    _break_and_mend_the_json(tab)
    _save(tab)
    address = tab.page.url
    tab.page.reload()
    tab.settled()
    expect(tab.page.get_by_text("Saved as version 1")).to_be_visible()
    file = _find_and_download(tab, tmp_path)
    config = json.loads(file.read_text("utf-8"))
    Draft202012Validator(contract_schema()).validate(config)
    assert config["name"] == "MailSorter"
    assert file.name == "MailSorter.json"
    assert _open_again(tab) == address


def _describe(tab: Tab) -> None:
    tab.visit()
    box = tab.page.locator(".st-key-wish_box textarea")
    box.fill("Sort our support e-mails by topic and urgency, so that the ticket system can route them.")
    box.press("Enter")
    tab.page.wait_for_url("**/Build?session=*")
    tab.settled()
    expect(tab.page.locator(".st-key-chat_side")).to_contain_text("Sort our support e-mails")


def _answer(tab: Tab) -> None:
    """Answers until nothing is missing; whoever asks more than ten questions asks too much."""
    answers = iter(
        [
            "Data for a program",
            "priority (low, medium or high), topic, and a confidence between 0 and 1",
            *["You decide"] * 6,
            *["Yes"] * 2,
        ]
    )
    ready = tab.page.locator(".st-key-agent_title").get_by_text("Ready")
    while not ready.is_visible():
        tab.say(next(answers))
        tab.page.wait_for_timeout(500)


def _edit_by_hand(tab: Tab) -> None:
    tab.type("Name", "MailSorter")
    expect(tab.page.locator(".st-key-agent_title")).to_contain_text("MailSorter")
    expect(tab.page.get_by_text("Edited by you").first).to_be_visible()


def _break_and_mend_the_json(tab: Tab) -> None:
    tab.view("JSON")
    tab.json_text('{"name": "MailSorter"')
    expect(tab.page.get_by_text("Your text is kept")).to_be_visible()
    expect(tab.page.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    tab.page.reload()
    tab.settled()
    tab.view("JSON")
    expect(tab.page.get_by_text("Line 1: The text ends too early")).to_be_visible()
    tab.press("Show the draft instead")
    expect(tab.page.get_by_text("Complete and correct")).to_be_visible()


def _save(tab: Tab) -> None:
    tab.press("Save")
    expect(tab.page.locator(".st-key-agent_title")).to_contain_text("Saved as version 1")


def _find_and_download(tab: Tab, folder: Path) -> Path:
    tab.page.get_by_role("link", name="Gallery").click()
    tab.settled()
    tab.box("Search").fill("mailsor")
    expect(tab.page.get_by_role("button", name="MailSorter")).to_have_count(1)
    tab.settled()
    with tab.page.expect_download() as download:
        tab.page.get_by_role("button", name="Download").click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def _open_again(tab: Tab) -> str:
    tab.press("MailSorter")
    tab.page.wait_for_url("**/Build?session=*")
    return tab.page.url
