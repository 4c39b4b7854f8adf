"""A person at the pages: tabs of a real browser that notice everything that leaves the page's origin."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from playwright.sync_api import Browser, BrowserContext, FrameLocator, Locator, Page, expect

# What opens or closes moves what is below it: a click there can begin on a button and end beside it.
SETTLED = """() => document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]")
  && [...document.querySelectorAll("details")].every((one) => one.getAnimations().length === 0)"""
LOOKS = """(look) => {
  const [red] = getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor.match(/\\d+/);
  return (red < 128) === (look === "dark");
}"""
BEYOND = "document.querySelector('[data-testid=stMain]').scrollWidth - innerWidth"
PATIENCE = 20_000  # milliseconds
USUAL = {
    "viewport": {"width": 1440, "height": 900},
    "locale": "en-US",
    "permissions": ["clipboard-read", "clipboard-write"],
}


class Tab:
    """One tab, in a browser of its own or beside others. `strangers` are the addresses it asked for that are not the
    server's."""

    def __init__(self, started: Browser | BrowserContext, url: str, **context: Any) -> None:
        self.url = url
        self.context = started.new_context(**{**USUAL, **context}) if isinstance(started, Browser) else started
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.strangers: list[str] = []
        self.page.on("request", lambda request: self._seen(request.url))

    def _seen(self, address: str) -> None:
        if not address.startswith((self.url, "data:", "blob:", "ws://127.0.0.1")):
            self.strangers.append(address)

    def visit(self, path: str = "/") -> "Tab":
        self.page.goto(self.url + path)
        return self.settled()

    def settled(self) -> "Tab":
        self.page.wait_for_timeout(200)
        self.page.wait_for_function(SETTLED)
        return self

    def box(self, label: str) -> Locator:
        """A text box by the beginning of its label: a mark may follow it."""
        page = self.page
        return page.get_by_role("textbox", name=label).or_(page.get_by_role("searchbox", name=label)).first

    def type(self, label: str, text: str) -> None:
        """Types and leaves the box."""
        self.box(label).fill(text)
        self.box(label).blur()
        self.settled()

    def view(self, name: str) -> None:
        self.page.get_by_role("radio", name=name).click()
        self.settled()

    def looks(self, widths: Iterable[int], height: int = 900) -> Iterator[int]:
        """The page as it stands, in both looks at each of these widths; nothing runs out of the side of it."""
        for look in ("light", "dark"):
            self.page.emulate_media(color_scheme=look)
            self.page.wait_for_function(LOOKS, arg=look)
            for width in widths:
                self.page.set_viewport_size({"width": width, "height": height})
                self.page.wait_for_function(SETTLED)
                assert self.page.evaluate(BEYOND) <= 1, f"too wide in the {look} look at {width}"
                assert self.page.locator("[data-testid=stException]").count() == 0
                yield width

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.settled()

    def say(self, text: str) -> None:
        """Sends a message in the chat and waits until the answer is whole."""
        box = self.page.locator(".st-key-chat_side textarea")
        box.fill(text)
        box.press("Enter")
        expect(self.page.locator(".st-key-chat_side")).to_contain_text(text)
        self.page.get_by_role("button", name="Send", exact=True).wait_for()
        self.settled()

    def config(self) -> Any:
        """The configuration as the button beside "Download" copies it."""
        self.page.get_by_role("button", name="Copy JSON").click()
        self.page.get_by_role("button", name="Copied").wait_for()
        return json.loads(self.page.evaluate("navigator.clipboard.readText()"))

    @property
    def editor(self) -> FrameLocator:
        """The JSON editor, a frame of its own."""
        return self.page.frame_locator("iframe[title*=ace]")

    def json_text(self, text: str) -> None:
        """Replaces the text in the JSON editor."""
        self.editor.locator(".ace_content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("ControlOrMeta+Home")
        self.page.wait_for_timeout(600)
        self.settled()
