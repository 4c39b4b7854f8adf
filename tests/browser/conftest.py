"""A real server, a real Chromium, and pages that watch what they load."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser import chromium
from tests.browser.walking import Tab
from tests.servers import Server, running

HERE = Path(__file__).parent
WIDE = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
PATIENCE = 15_000  # milliseconds that a page gets for anything
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


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The same server led by the scripted interviewer (see `tests/scripts.py`)."""
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
        assert self.foreign == [], "something was loaded from elsewhere"
        assert self.errors == [], "a script failed"


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    context = browser.new_context(viewport=WIDE, locale="en-GB")
    found = Watched(context)
    yield found
    context.close()
    found.assert_clean()


@pytest.fixture
def page(watched: Watched) -> Page:
    return watched.page()


@pytest.fixture
def tab(browser: Browser, server: Server) -> Iterator[Tab]:
    opened = Tab(browser, server.url)
    yield opened
    assert opened.strangers == []
    opened.context.close()


def new_session(server: Server) -> str:
    return str(httpx.post(f"{server.api}/session/", trust_env=False).json()["session_id"])
