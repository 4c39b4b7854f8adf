"""Versions of an agent as a person meets them: history, two compared, one by its address, restore, download."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import expect

from builder.templates import find
from tests.browser.walking import Tab
from tests.servers import Server

FIRST = find("billing_support").config
SYSTEM = FIRST["prompts"][0]
NAMES = list(FIRST["schema_definition"]["properties"])


@pytest.fixture
def agent(server: Server) -> str:
    """An agent of three versions, the last one with a friendlier tone only."""
    made = _call(server, "POST", "/agents", {**FIRST, "name": f"Desk{uuid4().hex[:6]}"}, note="As the template says")
    agent_id = str(made["id"])
    _call(server, "PUT", f"/agents/{agent_id}", second(made["configuration"]), note="Tags, and a warmer letter")
    _call(server, "PUT", f"/agents/{agent_id}", {**second(made["configuration"]), "tone": "formal"})
    return agent_id


def second(config: dict[str, Any]) -> dict[str, Any]:
    schema = config["schema_definition"]
    required = [name for name in schema["required"] if name != NAMES[0]]
    properties = {**schema["properties"], "tags": {"type": "array", "items": {"type": "string"}}}
    text = f"{SYSTEM['content']}\nThank the person at the end. Never use more than 120 words."
    prompts = [{**SYSTEM, "content": text}, config["prompts"][1]]
    changed = {**schema, "properties": properties, "required": [*required, "tags"]}
    return {**config, "prompts": prompts, "schema_definition": changed, "tone": "friendly"}


def _call(server: Server, method: str, path: str, body: dict[str, Any], **query: str) -> dict[str, Any]:
    answer = httpx.request(method, f"{server.api}/v1{path}", json=body, params=query, trust_env=False)
    answer.raise_for_status()
    return dict(answer.json())


def test_the_history_tells_each_version_in_a_line_and_the_gallery_leads_there(tab: Tab, agent: str) -> None:
    tab.visit("/Gallery")
    tab.page.locator(f".st-key-agent_{agent}").get_by_role("link", name="History").click()
    tab.page.wait_for_url(f"**/Gallery?agent={agent}")
    rows = tab.page.locator("[class*='st-key-version_']")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("Newest")
    expect(rows.nth(0)).to_contain_text("Tone: “friendly” → “formal”")
    expect(rows.nth(1)).to_contain_text("Tags, and a warmer letter")
    expect(rows.nth(1)).to_contain_text("2 sentences added")
    expect(rows.nth(2)).to_contain_text("The first version.")
    expect(rows.nth(2)).to_contain_text("by you · just now")


def test_two_versions_are_compared_field_by_field_in_words_and_the_address_says_which(tab: Tab, agent: str) -> None:
    tab.visit(f"/Gallery?agent={agent}")
    tab.page.locator(".st-key-version_2").get_by_role("link", name="Changes").click()
    tab.page.wait_for_url(f"**/Gallery?agent={agent}&from=1&to=2")
    outputs = tab.page.locator(".st-key-compared_schema_definition")
    expect(outputs).to_contain_text(f"“{NAMES[0]}” became optional")
    expect(outputs).to_contain_text("“tags” was added (list of text, required)")
    expect(outputs).to_contain_text("Old outputs may not fit any more:")
    expect(outputs).to_contain_text("“tags” is required now")
    prompt = tab.page.locator(".st-key-compared_system_prompt")
    expect(prompt).to_contain_text("+ 2 sentences added")
    expect(prompt.get_by_text("Thank the person at the end.")).to_be_visible()
    tab.page.reload()
    tab.settled()
    expect(outputs).to_contain_text("“tags” was added")


def test_any_two_can_be_chosen_by_hand_and_the_back_button_goes_back(tab: Tab, agent: str) -> None:
    tab.visit(f"/Gallery?agent={agent}")
    tab.press("Compare")
    expect(tab.page.get_by_role("heading", name="From version 2 to version 3")).to_be_visible()
    tab.page.get_by_role("combobox", name="Compare").click()
    tab.page.get_by_role("option", name="Version 1").click()
    expect(tab.page.get_by_role("heading", name="From version 1 to version 3")).to_be_visible()
    assert tab.page.url.endswith("from=1&to=3")
    tab.page.go_back()
    expect(tab.page.get_by_role("heading", name="From version 2 to version 3")).to_be_visible()
    tab.page.go_back()
    expect(tab.page.get_by_role("heading", name="History")).to_be_visible()


def test_one_version_has_an_address_is_read_only_and_can_be_downloaded(tab: Tab, agent: str, tmp_path: Path) -> None:
    tab.visit(f"/Gallery?agent={agent}&version=1")
    expect(tab.page.get_by_role("heading", name="Version 1 of 3")).to_be_visible()
    main = tab.page.locator("[data-testid=stMain]")
    assert main.locator("textarea, input").count() == 0
    expect(main).to_contain_text(SYSTEM["content"].splitlines()[0])
    with tab.page.expect_download() as waiting:
        tab.page.get_by_role("button", name="Download this version").click()
    waiting.value.save_as(tmp_path / "one.json")
    assert waiting.value.suggested_filename.endswith("-1.json")
    assert json.loads((tmp_path / "one.json").read_text())["prompts"] == FIRST["prompts"]


def test_restoring_makes_a_new_version_without_asking_when_nothing_can_be_forgotten(tab: Tab, agent: str) -> None:
    tab.visit(f"/Gallery?agent={agent}&version=1")
    tab.page.get_by_role("button", name="Restore this version").click()
    expect(tab.page.get_by_text("Version 1 is back, as version 4.")).to_be_visible()
    newest = tab.page.locator(".st-key-version_4")
    expect(newest).to_contain_text("Version 1 again")
    expect(newest).to_contain_text("Newest")
    tab.visit(f"/Gallery?agent={agent}&from=1&to=4")
    expect(tab.page.get_by_text("These two versions say the same.")).to_be_visible()


def test_restoring_asks_when_the_talk_holds_changes_that_are_not_saved(tab: Tab, server: Server, agent: str) -> None:
    tab.visit(f"/Gallery?agent={agent}")
    tab.press("Go on building")
    tab.page.wait_for_url("**/Build?session=*")
    tab.settled()
    tab.type("Description", "Changed and not saved.")
    tab.page.locator(".st-key-agent_title").get_by_role("link", name="History").click()
    tab.page.wait_for_url(f"**/Gallery?agent={agent}")
    tab.settled()
    tab.page.locator(".st-key-version_1").get_by_role("button", name="Restore this version").click()
    dialog = tab.page.get_by_role("dialog")
    expect(dialog).to_contain_text("changes that are not saved")
    dialog.get_by_role("button", name="Restore", exact=True).click()
    expect(tab.page.locator(".st-key-version_4")).to_be_visible()
    tab.press("Go on building")
    expect(tab.box("Description")).to_have_value("Changed and not saved.")


def test_two_tabs_a_deleted_agent_and_unknown_versions_get_kind_words(tab: Tab, server: Server, agent: str) -> None:
    tab.visit(f"/Gallery?agent={agent}&version=1")
    _call(server, "POST", f"/agents/{agent}/restore", {"version": 2})
    tab.page.get_by_role("button", name="Restore this version").click()
    expect(tab.page.get_by_text("changed elsewhere").first).to_be_visible()
    for number in ("9", "0", "x", "-1", "9" * 30):
        tab.visit(f"/Gallery?agent={agent}&version={number}")
        expect(tab.page.get_by_text("This agent has the versions 1 to 4.")).to_be_visible()
    httpx.delete(f"{server.api}/v1/agents/{agent}", trust_env=False).raise_for_status()
    tab.visit(f"/Gallery?agent={agent}")
    expect(tab.page.get_by_role("heading", name="This agent was deleted")).to_be_visible()
    tab.press("Take it back")
    expect(tab.page.get_by_role("heading", name="History")).to_be_visible()
    tab.visit("/Gallery?agent=%3Cimg%20src%3Dx%3E")
    expect(tab.page.get_by_role("heading", name="This agent is not here")).to_be_visible()


def test_the_keyboard_alone_opens_a_comparison(tab: Tab, agent: str) -> None:
    tab.visit(f"/Gallery?agent={agent}")
    tab.page.get_by_role("button", name="Go on building").focus()
    for _ in range(30):
        tab.page.keyboard.press("Tab")
        if tab.page.evaluate("(document.activeElement.innerText || '').trim().endsWith('Changes')"):
            break
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url(f"**/Gallery?agent={agent}&from=2&to=3")
    expect(tab.page.get_by_role("heading", name="From version 2 to version 3")).to_be_visible()


def test_saving_in_the_panel_says_the_version_and_undo_is_one_line_also_after_a_reload(tab: Tab, agent: str) -> None:
    tab.visit(f"/Gallery?agent={agent}")
    tab.press("Go on building")
    tab.page.wait_for_url("**/Build?session=*")
    tab.settled()
    tab.type("Description", "One.")
    tab.say("Call it Ledger instead")
    expect(tab.box("Name")).to_have_value("Ledger")
    tab.type("Description", "Two.")
    tab.press("Save")
    expect(tab.page.get_by_text("Saved as version 4").first).to_be_visible()
    tab.page.reload()
    tab.settled()
    panel = tab.page.locator(".st-key-agent_actions")
    panel.get_by_role("button", name="Undo").click()
    expect(tab.box("Description")).to_have_value("One.")
    panel.get_by_role("button", name="Undo").click()
    expect(tab.box("Name")).not_to_have_value("Ledger")
    panel.get_by_role("button", name="Undo").click()
    expect(tab.box("Description")).to_have_value(FIRST["description"])
    for _ in range(3):
        panel.get_by_role("button", name="Redo").click()
        tab.settled()
    expect(tab.box("Description")).to_have_value("Two.")
    expect(tab.page.get_by_text("Saved as version 4").first).to_be_visible()


@pytest.mark.parametrize("place", ["", "&version=2", "&from=1&to=3"])
def test_every_view_fits_every_width_in_both_looks(tab: Tab, agent: str, place: str) -> None:
    tab.visit(f"/Gallery?agent={agent}{place}")
    tab.page.get_by_role("link", name="All agents").wait_for()
    for _ in tab.looks((360, 768, 1280)):
        expect(tab.page.get_by_role("link", name="All agents")).to_be_visible()
