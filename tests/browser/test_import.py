"""Bringing in, in a real browser: files, a text, an address; looked at, mended, decided, and saved once."""

import io
import json
import re
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Locator, expect

from builder.templates import find
from tests.browser.hostile import TARGET
from tests.browser.walking import Tab
from tests.servers import Server, running

BILLING = find("billing_support").config
WIDTHS = (360, 768, 1280)


@pytest.fixture
def name() -> str:
    """Of an agent that no other test has."""
    return f"Desk{uuid4().hex[:8]}x"  # a copy gets a number behind it


@pytest.fixture
def config(name: str) -> dict[str, Any]:
    return {**BILLING, "name": name}


def saved(server: Server, name: str) -> list[dict[str, Any]]:
    """The agents that are called so, or like a copy of it."""
    found = httpx.get(f"{server.api}/v1/agents", params={"q": name}, trust_env=False).raise_for_status().json()
    return [one for one in found["agents"] if str(one["name"]).startswith(name)]


def save(server: Server, config: dict[str, Any]) -> str:
    return str(httpx.post(f"{server.api}/v1/agents", json=config, trust_env=False).raise_for_status().json()["id"])


def give(tab: Tab, **files: bytes) -> Tab:
    """Chooses files, each by its name with `__` for the dot, and looks inside."""
    given = [
        {"name": name.replace("__", "."), "mimeType": "application/octet-stream", "buffer": content}
        for name, content in files.items()
    ]
    tab.page.locator("input[type=file]").set_input_files(given)  # type: ignore[arg-type]
    for file in given:
        expect(tab.page.get_by_text(str(file["name"])).first).to_be_visible()
    tab.settled()
    tab.page.get_by_role("button", name="Look inside").first.click()
    return tab.settled()


def paste(tab: Tab, text: str) -> Tab:
    tab.page.get_by_role("tab", name="Paste").click()
    tab.page.get_by_role("textbox", name="The text of a file").fill(text)
    tab.page.get_by_role("tabpanel").get_by_role("button", name="Look inside").locator("visible=true").click()
    return tab.settled()


def as_bytes(config: Any) -> bytes:
    return json.dumps(config).encode()


def cards(tab: Tab) -> Locator:
    return tab.page.locator("[class*='st-key-piece_']")


def bring(tab: Tab) -> None:
    tab.page.locator(".st-key-import_bar").get_by_role("button").click()
    expect(tab.page.locator(".st-key-import_done")).to_be_visible()
    tab.settled()


def test_the_gallery_leads_here_and_a_file_becomes_an_agent(
    tab: Tab, server: Server, name: str, config: dict[str, Any]
) -> None:
    tab.visit("/Gallery")
    tab.press("Bring in")
    tab.page.wait_for_url("**/Gallery?bring=in")
    give(tab, agent__json=as_bytes(config))
    card = cards(tab).first
    for told in (name, "New", BILLING["description"], "System prompt:", "Outputs: category"):
        expect(card).to_contain_text(told)
    assert saved(server, name) == [], "nothing is saved before the person says so"
    bring(tab)
    expect(tab.page.locator(".st-key-import_done")).to_contain_text(f"{name} is in the gallery now.")
    expect(cards(tab)).to_have_count(0)
    assert len(saved(server, name)) == 1
    tab.page.locator(".st-key-import_done").get_by_role("link", name="Look at it").click()
    expect(tab.page.get_by_role("heading", name=name)).to_be_visible()
    tab.page.go_back()
    tab.page.get_by_role("link", name="Gallery", exact=True).last.click()
    expect(tab.page.get_by_role("heading", name="Gallery")).to_be_visible()
    expect(tab.page.get_by_text(name)).to_be_visible()


def test_many_come_at_once_also_packed_and_one_of_them_stays_out(tab: Tab, server: Server, name: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(3):
            archive.writestr(f"agents/{number}.json", json.dumps({**BILLING, "name": f"{name}{'abc'[number]}"}))
        archive.writestr("photo.png", b"\x89PNG\r\n\x1a\n\x00")
    tab.visit("/Gallery?bring=in")
    give(tab, all__zip=packed.getvalue(), one__json=as_bytes({**BILLING, "name": f"{name}d"}))
    expect(tab.page.get_by_role("heading", name="4 agents found")).to_be_visible()
    cards(tab).filter(has_text=f"{name}b").get_by_text(f"{name}b").first.click()
    tab.settled()
    expect(tab.page.locator(".st-key-import_bar")).to_contain_text("Bring in 3 agents")
    bring(tab)
    assert sorted(one["name"] for one in saved(server, name)) == [f"{name}a", f"{name}c", f"{name}d"]
    expect(cards(tab)).to_have_count(1)


@pytest.mark.parametrize(
    ("decided", "told", "names", "version"),
    [
        ("New version", "has a new version, version 2", 1, 2),
        ("As a copy", "A copy is in the gallery", 2, 1),
    ],
)
def test_a_name_that_is_taken_asks_what_should_happen(
    tab: Tab, server: Server, name: str, config: dict[str, Any], decided: str, told: str, names: int, version: int
) -> None:
    there = save(server, config)
    tab.visit("/Gallery?bring=in")
    paste(tab, json.dumps({**config, "tone": "formal"}))
    card = cards(tab).first
    expect(card).to_contain_text(f"“{name}” is here already, with other content (version 1).")
    expect(card).to_contain_text("What comes is different:")
    expect(card).to_contain_text("“formal”")
    expect(card.get_by_role("checkbox", name=name, exact=True)).to_be_checked()
    card.get_by_role("radio", name=decided).click()
    tab.settled()
    bring(tab)
    expect(tab.page.locator(".st-key-import_done")).to_contain_text(told)
    found = saved(server, name)
    assert len(found) == names
    assert next(one for one in found if one["id"] == there)["version"] == version


def test_what_is_left_is_not_brought_in(tab: Tab, server: Server, name: str, config: dict[str, Any]) -> None:
    save(server, config)
    tab.visit("/Gallery?bring=in")
    give(tab, a__json=as_bytes({**config, "tone": "formal"}), b__json=as_bytes({**config, "name": f"{name}b"}))
    cards(tab).first.get_by_role("radio", name="Leave it").click()
    box = cards(tab).nth(1).get_by_role("checkbox", name=f"{name}b", exact=True)
    box.focus()
    tab.page.keyboard.press("Space")
    bar = tab.page.locator(".st-key-import_bar")
    expect(bar.get_by_role("button", name="Nothing to bring in")).to_be_disabled()
    expect(bar).to_contain_text("What you leave stays as it is.")
    box.focus()
    tab.page.keyboard.press("Space")
    expect(bar).to_contain_text("Bring in 1 agent")
    bring(tab)
    expect(tab.page.locator(".st-key-import_done")).to_contain_text(f"{name} stays as it was.")
    assert sorted((one["name"], one["version"]) for one in saved(server, name)) == [(name, 1), (f"{name}b", 1)]


def test_a_link_that_has_the_focus_has_the_ring_of_buttons(tab: Tab) -> None:
    tab.visit("/Gallery?bring=in")
    tab.page.wait_for_function("document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'")
    link = tab.page.locator(".st-key-menu a").nth(1)
    tab.page.locator(".st-key-menu a").first.focus()
    tab.page.keyboard.press("Tab")
    expect(link).to_be_focused()
    expect(link).to_have_css("box-shadow", "color(srgb 0.121569 0.372549 0.545098 / 0.5) 0px 0px 0px 3.2px")


def test_the_very_same_agent_is_told_to_be_there(tab: Tab, server: Server, config: dict[str, Any]) -> None:
    save(server, config)
    tab.visit("/Gallery?bring=in")
    paste(tab, json.dumps(config))
    expect(cards(tab).first).to_contain_text("This very agent is here already.")
    expect(tab.page.locator(".st-key-import_bar").get_by_role("button")).to_be_disabled()


def test_what_another_platform_wrote_is_understood_and_what_is_not_is_told(tab: Tab, server: Server, name: str) -> None:
    spec = f"model: openai:gpt-5\nname: {name}\ninstructions: You answer {{{{guest}}}} politely.\nretries: 2\n"
    tab.visit("/Gallery?bring=in")
    paste(tab, spec)
    card = cards(tab).first
    expect(card).to_contain_text("Pydantic AI")
    expect(card).to_contain_text("You answer {guest} politely.")
    card.get_by_text(re.compile("Different from the file")).click()
    expect(card).to_contain_text("“retries” has no place in a configuration.")
    bring(tab)
    assert len(saved(server, name)) == 1


def test_one_that_is_not_complete_is_mended_on_the_page(tab: Tab, server: Server, name: str) -> None:
    tab.visit("/Gallery?bring=in")
    paste(tab, json.dumps({**BILLING, "name": "!!!", "return_type": "unstructured"}))
    card = cards(tab).first
    expect(card).to_contain_text("Not complete yet")
    card.get_by_role("button", name="Mend it").click()
    tab.settled()
    card.get_by_role("textbox", name="Name").fill(name)
    card.get_by_role("button", name="Apply").click()
    tab.settled()
    expect(card).to_contain_text("New")
    bring(tab)
    (agent,) = saved(server, name)
    assert agent["return_type"] == "unstructured"


def test_one_that_is_not_complete_is_finished_in_the_interview(tab: Tab, name: str) -> None:
    tab.visit("/Gallery?bring=in")
    paste(tab, json.dumps({**BILLING, "name": name, "schema_definition": {"type": "object"}}))
    cards(tab).first.get_by_role("button", name="Finish it in the interview").click()
    tab.page.wait_for_url("**/Build?session=*")
    tab.settled()
    expect(tab.box("Name")).to_have_value(name)
    talk = tab.page.url
    tab.page.get_by_role("link", name="Gallery").first.click()
    tab.page.wait_for_url("**/Gallery")
    tab.press("Bring in")
    expect(cards(tab).first).to_contain_text("It is being finished in the interview.")
    cards(tab).first.get_by_role("link", name="Go there").click()
    tab.page.wait_for_url(talk)


def _bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("agent.json", b"0" * 60_000_000)
    return packed.getvalue()


def _outward() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../outward.json", as_bytes(BILLING))
    return packed.getvalue()


def test_hostile_files_are_refused_with_a_reason_and_the_good_one_beside_them_is_not(
    tab: Tab, server: Server, name: str, config: dict[str, Any]
) -> None:
    files = {
        "bomb__zip": _bomb(),
        "out__zip": _outward(),
        "deep__json": b"[" * 100_000,
        "twice__json": b'{"name": "a", "name": "b"}',
        "tag__yaml": b"a: !!python/object/apply:os.system ['true']\n",
        "nothing__txt": b"",
        "good__json": as_bytes(config),
    }
    tab.visit("/Gallery?bring=in")
    give(tab, **files)
    refused = tab.page.locator(".st-key-import_refused")
    expect(refused).to_contain_text("bomb.zip")
    for file in ("out.zip", "deep.json", "twice.json", "tag.yaml", "nothing.txt"):
        expect(refused).to_contain_text(file)
    bring(tab)
    assert len(saved(server, name)) == 1
    assert tab.page.locator("[data-testid=stException]").count() == 0


def test_hostile_words_are_shown_as_words(tab: Tab, name: str) -> None:
    words = f"![x](https://{TARGET}/a.png) <img src=x onerror=window.pwned=1> [y](javascript:window.pwned=1)"
    prompts = [{"prompt_type": "system", "content": words, "placeholders": {}}, BILLING["prompts"][1]]
    tab.visit("/Gallery?bring=in")
    paste(tab, json.dumps({**BILLING, "name": name, "description": words, "prompts": prompts, words: words}))
    expect(cards(tab).first).to_contain_text("onerror=window.pwned=1")
    cards(tab).first.get_by_text("All that was understood (JSON)").click()
    expect(cards(tab).first.locator("[data-testid=stCode]")).to_contain_text("onerror")
    assert tab.page.evaluate("window.pwned") is None


def test_the_keyboard_alone_brings_one_in(tab: Tab, server: Server, name: str, config: dict[str, Any]) -> None:
    tab.visit("/Gallery")
    keys = tab.page.keyboard
    tab.page.get_by_role("button", name="Bring in").focus()
    keys.press("Enter")
    tab.page.wait_for_url("**/Gallery?bring=in")
    tab.settled()
    tab.page.get_by_role("tab", name="Files").focus()
    keys.press("ArrowRight")
    keys.press("Enter")
    box = tab.page.get_by_role("textbox", name="The text of a file")
    expect(box).to_be_visible()
    _tab_to(tab, box)
    keys.insert_text(json.dumps(config))
    keys.press("ControlOrMeta+Enter")
    expect(cards(tab)).to_have_count(1)
    tab.settled()
    _tab_to(tab, tab.page.locator(".st-key-import_bar").get_by_role("button"))
    keys.press("Enter")
    expect(tab.page.locator(".st-key-import_done")).to_contain_text(name)
    assert len(saved(server, name)) == 1


def _tab_to(tab: Tab, wanted: Locator) -> None:
    for _ in range(40):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        tab.page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not reach {wanted}")


def test_twice_pressed_is_once_done_and_a_second_tab_does_not_double_it(
    tab: Tab, server: Server, name: str, config: dict[str, Any]
) -> None:
    other = Tab(tab.context, server.url)
    for one in (tab, other):
        one.visit("/Gallery?bring=in")
        paste(one, json.dumps(config))
    tab.page.locator(".st-key-import_bar").get_by_role("button").dblclick()
    expect(tab.page.locator(".st-key-import_done")).to_contain_text(f"{name} is in the gallery now.")
    bring(other)
    expect(other.page.locator(".st-key-import_done")).to_contain_text(f"{name} was here already.")
    (agent,) = saved(server, name)
    assert agent["version"] == 1


def test_what_is_pasted_and_found_survives_other_pages(tab: Tab, name: str, config: dict[str, Any]) -> None:
    tab.visit("/Gallery?bring=in")
    paste(tab, json.dumps(config))
    tab.page.get_by_role("link", name="Settings").click()
    tab.page.wait_for_url("**/Settings")
    tab.settled()
    tab.page.get_by_role("link", name="Gallery").click()
    tab.page.wait_for_url("**/Gallery")
    tab.settled()
    tab.press("Bring in")
    expect(cards(tab).first).to_contain_text(name)


class _Files(BaseHTTPRequestHandler):
    content = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()
        self.wfile.write(self.content)

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def elsewhere(config: dict[str, Any]) -> Iterator[str]:
    """The address of a file on this machine."""
    handler = type("Files", (_Files,), {"content": as_bytes(config)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/agent.json"
    server.shutdown()
    server.server_close()


def fetch(tab: Tab, address: str) -> None:
    tab.page.get_by_role("tab", name="Address").click()
    box = tab.page.get_by_role("textbox", name="Address of a file on the web")
    box.fill(address)
    box.press("Enter")
    tab.settled()


def test_a_file_comes_from_an_address_where_the_server_allows_it(
    browser: Browser, tmp_path: Path, name: str, elsewhere: str
) -> None:
    with running(tmp_path, IMPORT_PRIVATE_ADDRESSES="true") as open_one:
        tab = Tab(browser, open_one.url).visit("/Gallery?bring=in")
        fetch(tab, elsewhere)
        expect(cards(tab).first).to_contain_text(name)
        tab.context.close()


def test_an_address_of_a_private_place_is_refused_beside_its_box_and_stays_in_it(tab: Tab, elsewhere: str) -> None:
    tab.visit("/Gallery?bring=in")
    fetch(tab, elsewhere)
    refused = tab.page.locator(".st-key-import_not_opened")
    expect(refused).to_contain_text("This address leads to a private place")
    assert tab.page.locator("[data-testid=stAlert]").count() == 0
    tab.page.get_by_role("tab", name="Address").click()
    expect(tab.page.get_by_role("textbox", name="Address of a file on the web")).to_have_value(elsewhere)
    assert cards(tab).count() == 0


def test_the_place_fits_every_width_in_both_looks(
    browser: Browser, server: Server, name: str, config: dict[str, Any]
) -> None:
    save(server, config)
    tab = Tab(browser, server.url, viewport={"width": WIDTHS[0], "height": 900}, locale="de-DE")
    tab.visit("/Gallery?bring=in")
    for _ in tab.looks(WIDTHS):
        expect(tab.page.get_by_role("button", name="Dateien wählen")).to_be_visible()
    tab.page.get_by_role("tab", name="Einfügen").click()
    tab.page.get_by_role("textbox", name="Der Text einer Datei").fill(json.dumps({**config, "tone": "formal"}))
    tab.page.get_by_role("button", name="Hineinsehen").locator("visible=true").click()
    expect(cards(tab).first).to_contain_text("Name ist vergeben")
    tab.settled()
    for width in tab.looks(WIDTHS):
        for decided in ("Neue Version", "Als Kopie", "So lassen"):
            box = cards(tab).first.get_by_role("radio", name=decided).bounding_box()
            assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width
    assert tab.strangers == []
    tab.context.close()
