"""The two pages that show the API's description: all that they need comes from here, and calls can be tried out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.real_calls import served
from tests.browser.conftest import WIDE, Watched
from tests.servers import Server

WIDTHS = (360, 768, 1280)
READY = {"docs": ".opblock-tag-section", "redoc": "h1"}
DRAWN_WIDTH = """() => new Promise((told) => requestAnimationFrame(() => requestAnimationFrame(
    () => told(document.documentElement.scrollWidth))))"""


@dataclass(frozen=True)
class Description:
    """One of the two pages, loaded once; `said` is what it writes onto the browser's console."""

    page: Page
    name: str
    said: list[str]


def _loaded(browser: Browser, server: Server, name: str) -> Iterator[Description]:
    watched = Watched(browser.new_context(viewport={"width": min(WIDTHS), "height": 900}, locale="en-GB"))
    page, said = watched.page(), list[str]()
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.goto(f"{server.api}/{name}")
    yield Description(page, name, said)
    watched.context.close()
    watched.assert_clean()


@pytest.fixture(scope="module")
def docs(browser: Browser, server: Server) -> Iterator[Description]:
    yield from _loaded(browser, server, "docs")


@pytest.fixture(scope="module")
def redoc(browser: Browser, server: Server) -> Iterator[Description]:
    yield from _loaded(browser, server, "redoc")


def _draws(shown: Description, server: Server, scheme: Any) -> None:
    page = shown.page
    page.emulate_media(color_scheme=scheme)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        expect(page.locator(READY[shown.name]).first).to_be_visible()
        expect(page.get_by_role("heading", name="Agent Builder").first).to_be_visible()
        assert page.evaluate(DRAWN_WIDTH) <= width
    link = page.get_by_role("navigation", name="Description of the API").get_by_role("link", name="openapi.json")
    assert httpx.get(f"{server.url}{link.get_attribute('href')}", trust_env=False).json()["openapi"] >= "3.1"
    assert shown.said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_swaggers_page_draws_at_every_width_and_says_no_error(docs: Description, server: Server, scheme: str) -> None:
    _draws(docs, server, scheme)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_redocs_page_draws_at_every_width_and_says_no_error(redoc: Description, server: Server, scheme: str) -> None:
    _draws(redoc, server, scheme)


def test_scripts_come_from_here_alone(server: Server) -> None:
    for name in READY:
        answer = httpx.get(f"{server.api}/{name}/", trust_env=False)
        rules = dict(rule.split(" ", 1) for rule in answer.headers["content-security-policy"].split("; "))
        assert rules["script-src"] == rules["connect-src"] == "'self'" and rules["default-src"] == "'none'"
        assert re.findall(r"<script(?! src=)|\son\w+=|https?://", answer.text) == []
    for name in ("../app.py", "examples.json", "nothing.js"):
        assert httpx.get(f"{server.api}/docs/{name}", trust_env=False).status_code == 404


def test_redoc_finds_a_call_by_a_word(redoc: Description) -> None:
    page = redoc.page
    page.set_viewport_size(WIDE)
    page.get_by_role("search").get_by_role("textbox").fill("undelete")
    expect(page.get_by_text("Take a deleted agent back").first).to_be_visible()


def try_out(page: Page, call: str) -> None:
    block = page.locator(f"#operations-{call}")
    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Try it out").click()
    block.get_by_role("button", name="Execute").click()


def test_swagger_tries_a_call_out(docs: Description, server: Server) -> None:
    page = docs.page
    page.set_viewport_size(WIDE)
    page.locator("#operations-tag-plain .expand-operation").click()
    try_out(page, "plain-beginPlainSession")
    live = page.locator("#operations-plain-beginPlainSession .live-responses-table")
    expect(live.locator(".response-col_status").nth(1)).to_have_text("200")
    session = re.search(r'"session_id": "([0-9a-f-]{36})"', live.inner_text())
    assert session and httpx.get(f"{server.api}/v1/sessions/{session[1]}", trust_env=False).status_code == 200
    assert docs.said == []


def test_swagger_takes_a_token_and_forgets_it_with_the_page(
    watched: Watched, page: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with served(tmp_path_factory.mktemp("token"), api_tokens="required") as client:
        page.goto(f"{client.base_url}docs")
        token = client.headers["Authorization"].removeprefix("Bearer ")
        page.get_by_role("button", name="Authorize").click()
        page.locator(".auth-container input").fill(token)
        page.get_by_role("button", name="Apply credentials").click()
        page.locator(".auth-btn-wrapper").get_by_role("button", name="Close").click()
        page.locator("#operations-tag-tokens .expand-operation").click()
        try_out(page, "tokens-listTokens")
        live = page.locator("#operations-tokens-listTokens .live-responses-table")
        expect(live.locator(".response-col_status").nth(1)).to_have_text("200")
        assert token not in page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
