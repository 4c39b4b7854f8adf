"""Taking an agent elsewhere in a real browser: found, judged before the download, and downloaded byte by byte."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from builder.exporters.registry import all_exporters
from builder.templates import find
from tests.browser.test_connect import CONTRASTS, copied
from tests.browser.walking import Tab
from tests.servers import Server, running

RICH = {
    **find("billing_support").config,
    "name": "Customer-Desk",
    "goals": ["Answer within one message"],
    "first_message": "Hello! How can I help?",
    "guardrails": ["Never promise a refund"],
    "tools": [{"name": "search_docs", "parameters": {"query": "text"}}],
    "voice": {"voice_id": "v1", "speed": 1.1},
    "test_cases": [{"inputs": {"customer_message": "Where is it?"}, "expect": "an answer"}],
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("export"), MOCK_MODE="true") as started:
        yield started


@pytest.fixture(scope="module")
def agent(server: Server) -> str:
    return str(_call(server, "POST", "/agents", RICH).json()["id"])


@pytest.fixture
def tab(same_tab: Tab) -> Tab:
    return same_tab


def _call(server: Server, method: str, path: str, body: Any = None, **query: Any) -> httpx.Response:
    answer = httpx.request(method, f"{server.api}/v1{path}", json=body, params=query, trust_env=False)
    return answer.raise_for_status()


def exported(server: Server, agent: str, target: str) -> dict[str, Any]:
    return dict(_call(server, "GET", f"/agents/{agent}/exports/{target}").json())


def top(page: Page, text: str) -> float:
    box = page.locator(".st-key-connect_elsewhere").get_by_text(text).first.bounding_box()
    assert box is not None
    return box["y"]


def test_from_the_agents_page_to_a_target_by_a_word_and_back_again(tab: Tab, agent: str) -> None:
    tab.visit(f"/Gallery?agent={agent}")
    tab.page.locator(".st-key-agent_actions").get_by_role("link", name="Take it elsewhere").click()
    tab.page.wait_for_url(re.compile(r"/Connect\?.*to=all"))
    tab.settled()
    tiles = tab.page.locator("[class*='st-key-tile_']")
    expect(tiles).to_have_count(len(all_exporters()))
    tab.box("Search").fill("google cloud")
    expect(tiles).to_have_count(1)
    tiles.first.click(position={"x": 150, "y": 60})  # anywhere on it
    tab.page.wait_for_url(re.compile("to=google_adk"))
    expect(tab.page.get_by_role("heading", name="Google ADK")).to_be_visible()
    tab.page.go_back()
    expect(tiles.first).to_be_visible()
    tab.page.reload()
    tab.settled()
    expect(tiles.first).to_be_visible()


@pytest.mark.parametrize("locale", ["en-GB", "de-DE", "es-ES", "fr-FR"])
def test_a_phone_shows_all_of_what_can_be_searched_for(
    browser: Browser, server: Server, agent: str, locale: str
) -> None:
    tab = Tab(browser, server.url, viewport={"width": 390, "height": 844}, locale=locale)
    tab.visit(f"/Connect?agent={agent}&to=all")
    box = tab.page.locator(".st-key-export_search input[placeholder]").first
    missing = box.evaluate(
        """box => {
            const look = getComputedStyle(box), brush = document.createElement("canvas").getContext("2d");
            brush.font = look.font;
            const room = box.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight);
            return brush.measureText(box.placeholder).width - room;
        }"""
    )
    assert missing <= 0
    tab.context.close()


def test_a_shelf_narrows_the_list(tab: Tab, agent: str) -> None:
    tab.visit(f"/Connect?agent={agent}&to=all")
    tab.page.get_by_role("combobox", name="Where to").click()
    tab.page.get_by_role("option", name="Voice").click()
    voices = [one for one in all_exporters() if one.shelf == "voice"]
    expect(tab.page.locator("[class*='st-key-tile_']")).to_have_count(len(voices))


def test_what_is_lost_stands_above_the_download_and_the_zip_is_the_services(
    tab: Tab, server: Server, agent: str
) -> None:
    tab.visit(f"/Connect?agent={agent}&to=google_adk")
    here = tab.page.locator(".st-key-connect_elsewhere")
    files = exported(server, agent, "google_adk")["files"]
    button = here.get_by_role("button", name=f"Download {len(files)} files as zip")
    for told in ("Lost:", "User prompt", "First message", "Kept as it is:", "Where to put it"):
        place = button.bounding_box()
        assert place is not None and top(tab.page, told) < place["y"], told
    with tab.page.expect_download() as download:
        button.click()
    content = Path(download.value.path()).read_bytes()
    answer = _call(server, "GET", f"/agents/{agent}/exports.zip", target="google_adk")
    assert content == answer.content
    assert download.value.suggested_filename in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        held = {name.partition("/")[2]: archive.read(name).decode() for name in archive.namelist()}
    for file in files:
        assert held[file["path"]] == file["content"]


def test_a_file_that_is_alone_comes_as_it_is_shown_and_copied(tab: Tab, server: Server, agent: str) -> None:
    tab.visit(f"/Connect?agent={agent}&to=pydantic_ai")
    (file,) = exported(server, agent, "pydantic_ai")["files"]
    with tab.page.expect_download() as download:
        tab.page.get_by_role("button", name=f"Download {file['path']}").click()
    assert download.value.suggested_filename == file["path"]
    assert Path(download.value.path()).read_text("utf-8") == file["content"]
    assert copied(tab, ".st-key-export_main") == file["content"]


def test_each_of_several_files_can_be_looked_at_and_kept_by_itself(tab: Tab, server: Server, agent: str) -> None:
    tab.visit(f"/Connect?agent={agent}&to=google_adk")
    file = next(one for one in exported(server, agent, "google_adk")["files"] if one["path"].endswith("tools.py"))
    more = tab.page.locator("[class*='st-key-more_export_google_adk']").filter(has_text="tools.py")
    more.locator("summary").click()
    with tab.page.expect_download() as download:
        more.get_by_role("button", name="Download", exact=True).click()
    assert download.value.suggested_filename == "tools.py"
    assert Path(download.value.path()).read_text("utf-8") == file["content"]


def test_several_come_in_one_zip_and_what_each_loses_is_told_first(tab: Tab, server: Server, agent: str) -> None:
    tab.visit(f"/Connect?agent={agent}&to=all")
    tab.page.get_by_text("Pick several").click()
    bar = tab.page.locator(".st-key-export_bar")
    expect(bar.get_by_role("button", name="Download as zip")).to_be_disabled()
    for name in ("Pydantic AI", "Google ADK"):
        tab.page.get_by_role("checkbox", name=name).focus()
        tab.page.keyboard.press("Space")
        tab.settled()
    expect(bar).to_contain_text("2 targets picked")
    expect(bar).to_contain_text(re.compile("Google ADK: lost: .*First message"))
    with tab.page.expect_download() as download:
        bar.get_by_role("button", name="Download as zip").click()
    answer = _call(server, "GET", f"/agents/{agent}/exports.zip", target=["pydantic_ai", "google_adk"])
    assert Path(download.value.path()).read_bytes() == answer.content
    assert download.value.suggested_filename in answer.headers["content-disposition"]


def test_a_talk_that_is_not_finished_is_told_kindly_and_leads_back_to_it(tab: Tab, server: Server) -> None:
    talk = _call(server, "POST", "/sessions/create", {"initial_message": "Sort our letters"}).json()["session_id"]
    tab.visit(f"/Connect?session={talk}&to=all")
    expect(tab.page.get_by_role("heading", name="This talk is not finished yet")).to_be_visible()
    tab.page.get_by_role("link", name="Go on with the talk").click()
    tab.page.wait_for_url(f"**/Build?session={talk}")


def test_the_keyboard_alone_finds_a_target_and_downloads_it(tab: Tab, agent: str) -> None:
    tab.visit(f"/Connect?agent={agent}")
    keys = tab.page.keyboard
    tab.page.get_by_role("radio", name="Use it from programs").focus()
    keys.press("ArrowRight")
    if "to=" not in tab.page.url:
        keys.press("Enter")
    tab.page.wait_for_url(re.compile("to=all"))
    tab.settled()
    tab.box("Search").focus()
    keys.type("pydantic")
    expect(tab.page.locator("[class*='st-key-tile_']")).to_have_count(1)
    tab.settled()
    _tab_to(tab, "button", "Pydantic AI")
    keys.press("Enter")
    tab.page.wait_for_url(re.compile("to=pydantic_ai"))
    tab.settled()
    _tab_to(tab, "button", "Download agent.yaml")
    with tab.page.expect_download():
        keys.press("Enter")


def _tab_to(tab: Tab, role: Any, name: str) -> None:
    wanted = tab.page.get_by_role(role, name=name).first
    for _ in range(30):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        tab.page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not reach {name}")


@pytest.mark.parametrize("look, widths", [("light", (1280, 768, 360)), ("dark", (360, 768, 1280))])
def test_the_list_and_a_target_fit_every_width_in_both_looks(
    browser: Browser, server: Server, agent: str, look: str, widths: tuple[int, ...]
) -> None:
    tab = Tab(browser, server.url, viewport={"width": widths[0], "height": 900}, color_scheme=look, locale="de-DE")
    for to in ("all", "google_adk"):
        tab.visit(f"/Connect?agent={agent}&to={to}")
        for width in widths:
            tab.page.set_viewport_size({"width": width, "height": 900})
            tab.settled()
            expect(tab.page.locator(".st-key-connect_elsewhere").get_by_text("Google ADK").first).to_be_visible()
            assert tab.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth - innerWidth") <= 1
            assert min(tab.page.evaluate(CONTRASTS), default=21) >= 4.5
    expect(tab.page.get_by_text("Geht verloren:")).to_be_visible()
    assert tab.page.locator("[data-testid=stException]").count() == 0
    assert tab.strangers == []
    tab.context.close()


def test_an_agent_with_hostile_words_shows_them_as_words(tab: Tab, server: Server) -> None:
    hostile = "</script><img src=https://example.com/x.png onerror=\"window.pwned=1\"> ![x](https://example.com/y.png)"
    system = {"prompt_type": "system", "content": hostile, "placeholders": {}}
    config = {**RICH, "name": "Hostile", "description": hostile, "prompts": [system, RICH["prompts"][1]]}
    config["metadata"] = {hostile: hostile}
    made = _call(server, "POST", "/agents", config).json()["id"]
    for exporter in all_exporters():
        tab.page.goto(f"{server.url}/Connect?agent={made}&to={exporter.name}")
        expect(tab.page.get_by_role("heading", name=exporter.title, exact=True)).to_be_visible()
        tab.settled()
        assert tab.page.locator("[data-testid=stException]").count() == 0
        assert tab.page.evaluate("window.pwned") is None
