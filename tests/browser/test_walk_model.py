"""The whole job with a language model leading: set up, stopped, waited for, failed, gone on without, saved."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from playwright.sync_api import Browser, Locator, expect

from builder.core.agent import contract_schema
from tests.browser.walking import Tab
from tests.models import faults, gemini
from tests.models.brain import Faulty, lead
from tests.models.gemini import Gemini
from tests.models.script import Answer, failing
from tests.servers import Server

WISH = "Sort our support e-mails by topic and urgency, so that the ticket system can route them."
FIRST_WORDS = Answer(json={"reply": "Thank you. Who uses its answers: people or a program?", "suggestions": []})
OUTPUTS = "priority (low, medium or high), topic"
MOST_QUESTIONS = 8


@pytest.fixture(scope="module")
def model() -> Iterator[Gemini]:
    with gemini.serving() as fake:
        yield fake


@pytest.fixture
def tab(browser: Browser, server: Server) -> Iterator[Tab]:
    tab = Tab(browser, server.url, accept_downloads=True)
    yield tab
    tab.context.close()
    assert tab.strangers == []


def test_with_a_model_from_a_key_to_a_file_that_another_program_accepts(
    tab: Tab, model: Gemini, server: Server, tmp_path: Path
) -> None:
    _set_up(tab, model)
    _stop_the_first_answer(tab, model)
    _watch_the_agent_take_shape(tab, model)
    _wait_for_a_busy_model(tab, model)
    _edit_by_hand(tab)
    _go_on_without_it(tab, model)
    _finish(tab)
    config = json.loads(_save_and_download(tab, tmp_path).read_text("utf-8"))
    Draft202012Validator(contract_schema()).validate(config)
    assert config["name"] == "MailSorter"
    assert set(config["schema_definition"]["properties"]) >= {"priority", "topic"}
    assert model.key not in json.dumps(config) + server.log.read_text("utf-8")


def part(tab: Tab, selector: str) -> Locator:
    return tab.page.locator(f".chat {selector}")


def newest(tab: Tab) -> Locator:
    return part(tab, "[data-role=model]").last


def button(tab: Tab, name: str) -> Locator:
    return tab.page.locator(".chat").get_by_role("button", name=name, exact=True)


def say(tab: Tab, text: str) -> None:
    """Sends it and waits until its answer is whole."""
    finished = part(tab, "[data-role=model][data-state=done]")
    before = finished.count()
    _send(tab, text)
    expect(finished).to_have_count(before + 1)
    tab.settled()


def _send(tab: Tab, text: str) -> None:
    box = part(tab, "textarea")
    box.fill(text)
    box.press("Enter")


def _set_up(tab: Tab, model: Gemini) -> None:
    tab.visit("/Settings")
    card = tab.page.locator("details").filter(has=tab.page.locator("summary", has_text="Gemini")).first
    card.get_by_text("More: own address").click()
    tab.settled()
    card.get_by_label("Own address").fill(model.url)
    card.get_by_role("button", name="Save address").click()
    expect(card.get_by_text("Your own address needs a key of its own")).to_be_visible()
    tab.settled()
    card.locator("input[type=password]").fill(model.key)
    card.get_by_role("button", name="Save key").click()
    expect(card.get_by_text("It works")).to_be_visible()
    expect(tab.page.get_by_text("New talks begin with Gemini.")).to_be_visible()


def _stop_the_first_answer(tab: Tab, model: Gemini) -> None:
    model.play(failing(faults.silent(after=3), then=FIRST_WORDS))
    tab.visit()
    box = tab.page.locator(".st-key-wish_box textarea")
    box.fill(WISH)
    box.press("Enter")
    tab.page.wait_for_url("**/Build?session=*")
    expect(newest(tab).locator(".body")).not_to_be_empty()
    button(tab, "Stop").click()
    expect(newest(tab)).to_contain_text("Stopped.")
    expect(part(tab, "textarea")).to_be_focused()
    expect(part(tab, "select option:checked")).to_have_text("Gemini")
    assert model.calls[-1].aborted_at


def _watch_the_agent_take_shape(tab: Tab, model: Gemini) -> None:
    model.play(lead)
    say(tab, WISH)
    expect(part(tab, ".chip").first).to_have_text("description")
    expect(tab.box("Name")).to_have_value("HelpfulAgent")
    expect(part(tab, ".tally")).to_contain_text("This talk:")


def _edit_by_hand(tab: Tab) -> None:
    tab.type("Name", "MailSorter")
    expect(tab.page.locator(".st-key-agent_title")).to_contain_text("MailSorter")
    say(tab, "No, call it Letterbox")
    expect(newest(tab).locator(".proposal")).to_contain_text("name")
    tab.press("Refuse")
    expect(part(tab, ".proposal")).to_have_count(0)
    expect(tab.box("Name")).to_have_value("MailSorter")


def _wait_for_a_busy_model(tab: Tab, model: Gemini) -> None:
    model.play(Faulty(lead, every=((2, faults.rate_limited(info=2.0)),)))
    say(tab, "Data for a program")
    _send(tab, OUTPUTS)
    expect(part(tab, ".pause")).to_contain_text("Next try in 2 s.")
    expect(newest(tab)).to_have_attribute("data-state", "done")
    expect(newest(tab).locator(".chip")).to_have_text(["outputs (priority, topic)"])


def _go_on_without_it(tab: Tab, model: Gemini) -> None:
    model.play(failing(faults.WRONG_KEY))
    _send(tab, "It must never promise a date")
    expect(part(tab, ".failure")).to_contain_text("Gemini refused the key.")
    tab.page.reload()
    tab.settled()
    expect(part(tab, "[data-role=user]").last).to_have_text("It must never promise a date")
    button(tab, "Go on without the model").click()
    expect(newest(tab).locator(".speaker")).to_have_text("Offline guide")
    expect(newest(tab)).to_have_attribute("data-state", "done")
    expect(part(tab, "select option:checked")).to_have_text("Offline guide")
    expect(tab.box("Name")).to_have_value("MailSorter")


def _finish(tab: Tab) -> None:
    """Lets the guide decide until it asks for the yes; whoever asks more than some questions asks too much."""
    for _ in range(MOST_QUESTIONS):
        if "Ready" in part(tab, ".step").inner_text():
            return
        say(tab, "Yes" if button(tab, "Yes, finish it").is_visible() else "You decide")
    raise AssertionError("the guide does not come to an end")


def _save_and_download(tab: Tab, folder: Path) -> Path:
    tab.press("Save")
    expect(tab.page.locator(".st-key-agent_title")).to_contain_text("Saved as version 1")
    tab.page.get_by_role("link", name="Gallery").click()
    tab.settled()
    expect(tab.page.get_by_role("button", name="MailSorter")).to_have_count(1)
    with tab.page.expect_download() as download:
        tab.page.get_by_role("button", name="Download").click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file
