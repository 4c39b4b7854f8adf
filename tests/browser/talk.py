"""The chat of the Build page as a person sees it."""

import re

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.servers import Server


class Talk:
    """One page on one session. Shadow roots are looked through by Playwright's own selectors."""

    def __init__(self, page: Page, server: Server, session: str) -> None:
        self.page = page
        self.server = server
        self.session = session

    def open(self) -> "Talk":
        self.page.goto(f"{self.server.url}/Build?session={self.session}")
        return self.ready()

    def ready(self) -> "Talk":
        expect(self.box).to_be_visible()
        expect(self.part(".step")).not_to_be_empty()
        return self

    def part(self, selector: str) -> Locator:
        return self.page.locator(f".chat {selector}")

    def button(self, name: str) -> Locator:
        return self.page.locator(".chat").get_by_role("button", name=name, exact=True)

    @property
    def box(self) -> Locator:
        return self.page.locator("textarea[data-chat-input]")

    @property
    def speaker(self) -> Locator:
        """The choice of who leads the talk."""
        return self.page.locator(".chat").get_by_role("combobox", name="Interviewer")

    @property
    def newest(self) -> Locator:
        """The interviewer's last message with what stands below it."""
        return self.part("[data-role=model]").last

    @property
    def name(self) -> Locator:
        """The form's box for the name of the agent; its label also says who set it."""
        return self.page.get_by_role("textbox", name=re.compile("^Name"))

    @property
    def replies(self) -> Locator:
        return self.part("[data-role=model] .body")

    @property
    def said(self) -> Locator:
        return self.part("[data-role=user] .body")

    @property
    def last(self) -> Locator:
        return self.replies.last

    def say(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")

    def say_and_wait(self, text: str) -> None:
        """Returns when the reply is finished."""
        before = self.part("[data-role=model][data-state=done]").count()
        self.say(text)
        expect(self.part("[data-role=model][data-state=done]")).to_have_count(before + 1)

    def stored(self) -> list[tuple[str, str]]:
        """Role and text of all messages that the server has."""
        address = f"{self.server.api}/v1/sessions/{self.session}/talk?limit=200"
        messages = httpx.get(address, trust_env=False).json()["messages"]
        return [(message["role"], message["text"]) for message in messages]

    def collected(self) -> list[str]:
        """The fields that the draft has."""
        address = f"{self.server.api}/v1/sessions/{self.session}/status"
        return list(httpx.get(address, trust_env=False).json()["collected"])
