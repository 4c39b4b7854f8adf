"""The system's Chromium, and one chat's page in it that is loaded, typed into and timed from inside."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from bench.peer import Peer
from tests.browser import chromium as system_chromium

PROBE = Path(__file__).with_name("page_probe.js")
# A page that waits for a font from elsewhere would be measured with the network, not by itself.
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
PAGE_SECONDS = 60
REPLY_SECONDS = 15
CALM_MS, CALM_AT_MOST_MS = 300, 5000


@dataclass(frozen=True)
class FirstText:
    """Milliseconds from Enter: until the text is laid out in the page, and until a frame shows it."""

    text_ms: float
    frame_ms: float


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path, flags = system_chromium.find(), [*system_chromium.flags(), ALONE]
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        try:
            yield browser
        finally:
            browser.close()


class Chat:
    """One page of one peer, in a browser context of its own, so that nothing is cached from before."""

    def __init__(self, browser: Browser, peer: Peer) -> None:
        self.peer = peer
        self._context = browser.new_context(viewport={"width": 1100, "height": 800})
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(PAGE_SECONDS * 1000)
        self.page.add_init_script(path=PROBE)

    def load(self, url: str, messages: int) -> float:
        """Milliseconds from navigation until a message can be typed and the history is shown."""
        self.page.goto(url, wait_until="commit")
        selectors = {"ready": self.peer.ready or self.peer.input, "reply": self.peer.reply}
        bubbles = self.peer.bubbles_after_loading(messages)
        loaded = self._within(PAGE_SECONDS, "window.bench.ready(...given)", [selectors, bubbles])
        self._settle()
        return float(loaded)

    def turn(self, number: int) -> FirstText:
        self.page.bring_to_front()
        box = self.page.locator(self.peer.input)
        box.fill(self.peer.say(number))
        self.page.evaluate("marker => window.bench.expect(marker)", self.peer.marker(number))
        # Enter may fall anywhere between two frames.
        self.page.wait_for_timeout(40 + random.uniform(0, 17))
        box.press("Enter")
        timing = self._within(REPLY_SECONDS, "window.bench.found()", [])
        self._settle()
        return FirstText(**timing)

    def close(self) -> None:
        self._context.close()

    def _settle(self) -> None:
        self.page.evaluate("([calm, most]) => window.bench.quiet(calm, most)", [CALM_MS, CALM_AT_MOST_MS])

    def _within(self, seconds: float, promise: str, given: list[Any]) -> Any:
        overdue = f"new Promise((_, reject) => setTimeout(() => reject(new Error('nothing shown')), {seconds * 1000}))"
        try:
            return self.page.evaluate(f"given => Promise.race([{promise}, {overdue}])", given)
        except Exception as error:
            error.add_note(f"{self.peer.name} at {self.page.url}")
            raise
