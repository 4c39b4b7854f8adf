"""The Connect page in a real browser: choose, copy, keep, find again, on every width and in both looks."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from builder.templates import find
from tests.browser.conftest import put_away
from tests.browser.walking import Tab
from tests.servers import Server, running

BILLING = find("billing_support").config
KINDS = ("curl", "Python", "Python client", "JavaScript / TypeScript", "React", "Express")
MAIN_FILES = {
    "curl": "interview.sh",
    "Python": "interview.py",
    "Python client": "talk.py",
    "JavaScript / TypeScript": "interview.mjs",
    "React": "useInterview.mjs",
    "Express": "server.mjs",
}

# Of every letter of the shown code, against the ground of its block.
CONTRASTS = """() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return [...document.querySelectorAll("[data-testid=stCode] .token")].map((token) => {
    const ground = getComputedStyle(token.closest("pre")).backgroundColor;
    const [low, high] = [light(getComputedStyle(token).color), light(ground)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  });
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("connect"), MOCK_MODE="true") as started:
        yield started


@pytest.fixture(scope="module")
def agent(server: Server) -> str:
    return str(post(server, "/v1/agents", BILLING)["id"])


@pytest.fixture(scope="module")
def session(server: Server) -> str:
    return str(post(server, "/v1/sessions/create", {"initial_message": "Sort our letters"})["session_id"])


def post(server: Server, path: str, body: Any) -> Any:
    return httpx.post(f"{server.api}{path}", json=body, trust_env=False).raise_for_status().json()


def open_kind(tab: Tab, kind: str) -> None:
    tab.page.get_by_role("tab", name=kind, exact=True).click()
    tab.settled()
    expect(tab.page.get_by_role("tab", name=kind, exact=True)).to_have_attribute("aria-selected", "true")


def code(page: Page) -> str:
    """The text of the open snippet's main file."""
    return page.locator(".st-key-connect_snippets [data-testid=stCode]").first.inner_text()


def copied(tab: Tab, place: str) -> str:
    """What the first button "Copy" there puts on the clipboard."""
    tab.page.locator(place).get_by_role("button", name="Copy", exact=True).first.click()
    expect(tab.page.locator(place).get_by_role("button", name="Copied").first).to_be_visible()
    return str(tab.page.evaluate("navigator.clipboard.readText()"))


def test_the_address_shown_is_the_browsers_own_and_answers_and_links_lead_to_its_descriptions(
    tab: Tab, agent: str
) -> None:
    tab.visit(f"/Connect?agent={agent}")
    shown = copied(tab, ".st-key-connect_reach")
    assert shown == f"{tab.url}/api"
    assert httpx.get(f"{shown}/v1/agents/{agent}", trust_env=False).json()["name"] == BILLING["name"]
    expect(tab.page.get_by_text("No token is needed here.")).to_be_visible()
    links = {"Try all calls": "docs", "Read about all calls": "redoc", "OpenAPI file": "openapi.json"}
    for name, path in links.items():
        address = tab.page.get_by_role("link", name=name).get_attribute("href")
        assert address == f"{tab.url}/api/{path}"
        assert httpx.get(address, trust_env=False).status_code == 200


def test_what_is_copied_and_kept_is_what_is_shown_and_several_files_come_as_one_zip(tab: Tab, session: str) -> None:
    tab.visit(f"/Connect?session={session}")
    for kind in KINDS:
        open_kind(tab, kind)
        copy_and_keep(tab, session, kind)
    open_kind(tab, "React")
    keep_all_files(tab, session)


def copy_and_keep(tab: Tab, session: str, kind: str) -> None:
    text = copied(tab, ".st-key-connect_snippets")
    assert session in text or kind == "React"
    assert text.split() == code(tab.page).split()
    with tab.page.expect_download() as download:
        tab.page.locator(".st-key-connect_snippets").get_by_role("button", name="Download", exact=True).first.click()
    assert download.value.suggested_filename == MAIN_FILES[kind]
    assert Path(download.value.path()).read_text("utf-8") == text


def keep_all_files(tab: Tab, session: str) -> None:
    expect(tab.page.get_by_text("These 5 files work only together")).to_be_visible()
    assert tab.page.get_by_role("button", name="All files as zip").get_attribute("kind") == "primary"
    with tab.page.expect_download() as download:
        tab.page.get_by_role("button", name="All files as zip").click()
    assert download.value.suggested_filename == "react.zip"
    with zipfile.ZipFile(download.value.path()) as archive:
        assert set(archive.namelist()) == {
            "useInterview.mjs", "useInterview.d.mts", "Interview.jsx", "interview.mjs", "interview.d.mts",
        }  # fmt: skip
        assert session in archive.read("interview.mjs").decode()


def test_another_choice_changes_snippets_and_address_and_keeps_the_open_kind(
    tab: Tab, agent: str, session: str
) -> None:
    tab.visit(f"/Connect?session={session}")
    open_kind(tab, "Python")
    box = tab.page.get_by_role("combobox", name="Agent or talk")
    box.fill("billing")
    tab.page.get_by_role("option", name=re.compile("BillingSupport · agent")).click()
    tab.page.wait_for_url(f"**/Connect?agent={agent}")
    tab.settled()
    assert agent in code(tab.page) and "company_name" in code(tab.page)
    tab.page.reload()
    tab.settled()
    open_kind(tab, "Python")
    assert agent in code(tab.page), "the address is all that a reload needs"
    tab.page.go_back()
    tab.settled()
    expect(tab.page.get_by_role("heading", name="Connect")).to_be_visible()


def test_the_keyboard_alone_chooses_opens_and_copies(tab: Tab, agent: str, session: str) -> None:
    tab.visit(f"/Connect?session={session}")
    keys = tab.page.keyboard
    tab.page.get_by_role("combobox", name="Agent or talk").focus()
    keys.type("billing")
    tab.page.get_by_role("option", name=re.compile("BillingSupport")).wait_for()
    keys.press("Enter")
    tab.page.wait_for_url(f"**/Connect?agent={agent}")
    tab.settled()
    tab.page.get_by_role("tab", name="curl").focus()
    keys.press("ArrowRight")
    keys.press("Enter")
    tab.settled()
    expect(tab.page.get_by_role("tab", name="Python", exact=True)).to_have_attribute("aria-selected", "true")
    copy = tab.page.locator(".st-key-connect_snippets").get_by_role("button", name="Copy", exact=True).first
    for _ in range(6):
        keys.press("Tab")
        if copy.evaluate("button => button === button.getRootNode().activeElement"):
            break
    keys.press("Enter")
    expect(tab.page.get_by_role("button", name="Copied")).to_be_visible()
    assert agent in tab.page.evaluate("navigator.clipboard.readText()")


def test_the_agents_page_and_the_build_page_lead_here(tab: Tab, server: Server, agent: str, session: str) -> None:
    tab.visit(f"/Gallery?agent={agent}")
    tab.page.locator(".st-key-agent_actions").get_by_role("link", name="Connect").click()
    tab.page.wait_for_url(f"**/Connect?agent={agent}")
    tab.visit(f"/Build?session={session}")
    title = tab.page.locator(".st-key-agent_title")
    expect(title).to_be_visible()
    expect(title.get_by_role("link", name="Connect")).to_have_count(0)  # nothing is saved yet
    opened = post(server, f"/v1/agents/{agent}/open", {})["session_id"]
    tab.visit(f"/Build?session={opened}")
    title.get_by_role("link", name="Connect").click()
    tab.page.wait_for_url(f"**/Connect?agent={agent}")
    tab.settled()
    assert agent in code(tab.page)


def test_an_address_that_leads_nowhere_says_so_and_lets_one_choose(tab: Tab, agent: str) -> None:
    tab.visit("/Connect?agent=nobody")
    expect(tab.page.get_by_role("heading", name="This agent is not here")).to_be_visible()
    expect(tab.page.get_by_role("combobox", name="Agent or talk")).to_be_visible()


def test_a_newcomer_is_told_where_to_begin_and_that_tokens_are_required_and_no_snippet_has_one(
    tabs: BrowserContext, tmp_path: Path
) -> None:
    with running(tmp_path, API_TOKENS="required", MOCK_MODE="true") as server:
        tab = Tab(tabs, server.url).visit("/Connect")
        menu = tab.page.locator(".st-key-menu")
        expect(tab.page.get_by_role("heading", name="Nothing to connect yet")).to_be_visible()
        expect(tab.page.locator(".st-key-connect_reach").get_by_text(f"{tab.url}/api")).to_be_visible()
        tab.page.get_by_role("link", name="Make the first one").click()
        expect(tab.page.get_by_role("heading", name="What should your agent do?")).to_be_visible()
        menu.get_by_role("link", name="Build").click()
        tab.page.wait_for_url("**/Build?session=*")
        menu.get_by_role("link", name="Connect").click()
        tab.page.wait_for_url("**/Connect*")
        tab.settled()
        expect(tab.page.get_by_text("Programs need a token here.")).to_be_visible()
        for kind in KINDS:
            open_kind(tab, kind)
            assert "builder_" not in code(tab.page).replace("builder_client", "")
        tab.page.locator(".st-key-connect_reach").get_by_role("link", name="Settings").click()
        expect(tab.page.get_by_role("heading", name="Settings", exact=True)).to_be_visible()
        put_away(tabs)


def test_the_page_fits_every_width_in_both_looks(browser: Browser, server: Server, agent: str) -> None:
    widths = (360, 768, 1280)
    tab = Tab(browser, server.url, viewport={"width": widths[0], "height": 900}, locale="de-DE")
    tab.visit(f"/Connect?agent={agent}")
    for kind in ("curl", "React"):  # one file, several files
        open_kind(tab, kind)
        for _ in tab.looks(widths):
            for name in ("Kopieren", "Herunterladen"):
                expect(tab.page.get_by_role("button", name=name).last).to_be_visible()
            expect(tab.page.locator("[data-testid=stCode] .token").first).to_be_visible()
            assert min(tab.page.evaluate(CONTRASTS)) >= 4.5
            assert_nothing_lies_on_the_code(tab)
    assert tab.strangers == []
    tab.context.close()


def assert_nothing_lies_on_the_code(tab: Tab) -> None:
    parts = "code => [...code.children].filter((part) => part.checkVisibility()).map((part) => part.tagName)"
    shown = tab.page.locator(".st-key-connect_snippets [data-testid=stCode]").first
    shown.hover(position={"x": 20, "y": 20})
    assert shown.evaluate(parts) == ["PRE"]


def test_an_agent_with_hostile_words_shows_them_as_words(tab: Tab, server: Server) -> None:
    hostile = "</script><img src=https://example.com/x.png onerror=\"window.pwned=1\"> ![x](https://example.com/y.png)"
    config = BILLING | {
        "name": "Hostile",
        "description": hostile,
        "prompts": [
            {"prompt_type": "system", "content": "Be kind.", "placeholders": {}},
            {"prompt_type": "user", "content": "{words}", "placeholders": {"words": hostile}},
        ],
    }
    made = post(server, "/v1/agents", config)["id"]
    tab.visit(f"/Connect?agent={made}")
    open_kind(tab, "Python")
    assert "onerror" in code(tab.page)
    assert tab.page.evaluate("window.pwned") is None
