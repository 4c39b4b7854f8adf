"""A real server, a real Chromium, and pages that watch what they load."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect, sync_playwright

from tests.browser import chromium
from tests.browser.walking import USUAL, Tab
from tests.servers import Server, running

HERE = Path(__file__).parent
WIDE = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
PATIENCE = 15_000  # milliseconds that a page gets for anything
NOTHING: StorageState = {"cookies": [], "origins": []}
SCRIPTED = ("tests.browser.chat_host",)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Ends with this folder: while it lives, a loop runs in the main thread, and async tests cannot run."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.flags())
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server as people start it: the offline guide leads."""
    with running(tmp_path_factory.mktemp("server")) as started:
        yield started


@pytest.fixture(scope="package")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The same server led by the scripted interviewer (see `tests/scripts.py`); each test has a session of its own."""
    with running(tmp_path_factory.mktemp("scripted"), program=SCRIPTED) as started:
        yield started


class Watched:
    """A context whose pages may load from loopback only and must raise no error."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.foreign: list[str] = []
        self.errors: list[str] = []
        context.set_default_timeout(PATIENCE)
        context.on("request", lambda request: self._note(request.url))
        context.on("weberror", lambda error: self.errors.append(str(error.error)))

    def _note(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            self.foreign.append(url)

    def page(self) -> Page:
        return self.context.new_page()

    def assert_clean(self) -> None:
        """Of what was seen since the last time."""
        foreign, self.foreign = self.foreign, []
        errors, self.errors = self.errors, []
        assert foreign == [], "something was loaded from elsewhere"
        assert errors == [], "a script failed"


def put_away(context: BrowserContext) -> None:
    """Nothing of a test is left for the next one but the scripts of the pages, which are half of what a page costs."""
    for page in context.pages:
        page.close()
    context.set_storage_state(NOTHING)


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Watched]:
    context = browser.new_context(viewport=WIDE, locale="en-GB")
    yield Watched(context)
    context.close()


@pytest.fixture
def watched(window: Watched) -> Iterator[Watched]:
    yield window
    put_away(window.context)
    window.assert_clean()


@pytest.fixture
def page(watched: Watched) -> Page:
    return watched.page()


@pytest.fixture(scope="module")
def tabs(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(**USUAL)
    yield context
    context.close()


@pytest.fixture
def tab(tabs: BrowserContext, server: Server) -> Iterator[Tab]:
    opened = Tab(tabs, server.url)
    yield opened
    put_away(tabs)
    assert opened.strangers == []


@pytest.fixture(scope="module")
def kept(browser: Browser, server: Server) -> Iterator[Tab]:
    opened = Tab(browser, server.url)
    yield opened
    opened.context.close()


@pytest.fixture
def same_tab(kept: Tab) -> Iterator[Tab]:
    """One for all tests of a file that change nothing which outlasts the next visit."""
    yield kept
    assert kept.strangers == []


def new_session(server: Server) -> str:
    return str(httpx.post(f"{server.api}/session/", trust_env=False).json()["session_id"])
