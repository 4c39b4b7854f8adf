"""A page and a program on one session, live: each sees within a second what the other does, and who is there."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, WebSocketRoute, expect
from websockets.sync.client import ClientConnection, connect

from builder.ui.chat.words import words
from tests.browser.conftest import PHONE, Watched, new_session
from tests.browser.talk import Talk
from tests.patience import AT_ONCE, SOON
from tests.servers import Server

SOCKETS = "**/api/ws/agent/**"


@pytest.fixture
def talk(page: Page, scripted: Server) -> Talk:
    talk = Talk(page, scripted, new_session(scripted)).open()
    page.wait_for_function("document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'")
    return talk


@pytest.fixture
def other(browser: Browser) -> Iterator[Watched]:
    """Another browser on another machine, as it were."""
    context = browser.new_context(viewport=PHONE, locale="en-GB")
    watched = Watched(context)
    yield watched
    context.close()
    watched.assert_clean()


def program(talk: Talk) -> ClientConnection:
    address = talk.server.api.replace("http", "ws", 1)
    return connect(f"{address}/ws/agent/{talk.session}", proxy=None)


def hear(socket: ClientConnection, update: str, **wanted: Any) -> dict[str, Any]:
    while True:
        payload: dict[str, Any] = json.loads(socket.recv(10))["payload"]
        if payload.get("update") == update and wanted.items() <= payload.items():
            return payload


def post(talk: Talk, path: str, body: object) -> None:
    httpx.post(f"{talk.server.api}{path}", json=body, timeout=30, trust_env=False).raise_for_status()


def test_what_a_program_says_is_on_the_page_soon(talk: Talk) -> None:
    with program(talk) as socket:
        expect(talk.part(".others")).to_have_text("A program is connected to this agent.")
        socket.send("name Shared")
        expect(talk.said).to_have_text(["name Shared"], timeout=SOON)
        expect(talk.last).to_have_text("Noted: Shared.", timeout=SOON)
        expect(talk.name).to_have_value("Shared", timeout=SOON)
        expect(talk.part(".others")).to_have_text("A program is changing this agent.")
    expect(talk.part(".others")).to_be_hidden()


def test_a_reply_to_a_program_is_seen_while_it_is_written(talk: Talk) -> None:
    with program(talk) as socket:
        socket.send("slow 60")
        expect(talk.last).to_contain_text("word3", timeout=SOON)
        assert "word59" not in talk.last.inner_text()
        expect(talk.button("Stop")).to_be_visible()
        expect(talk.last).to_contain_text("word59")
    expect(talk.button("Send")).to_be_visible()


def test_what_a_program_edits_is_in_the_fields_soon_and_said(talk: Talk) -> None:
    edits = [{"action": "set", "field": "name", "value": "ByHand"}]
    with program(talk) as socket:
        hear(socket, "snapshot")
        payload = {"action": "edit", "operations": edits}
        socket.send(json.dumps({"type": "action", "payload": payload}))
        expect(talk.name).to_have_value("ByHand", timeout=SOON)
        expect(talk.part(".notice")).to_have_text("A program changed this agent. Here is the newest state.")
        socket.send(json.dumps({"type": "action", "payload": {"action": "undo"}}))
        expect(talk.name).to_have_value("", timeout=SOON)


def test_what_a_page_says_and_edits_is_heard_by_a_program_soon(talk: Talk) -> None:
    with program(talk) as socket:
        hear(socket, "snapshot")
        talk.box.fill("name FromPage")
        talk.box.press("Enter")
        began = time.monotonic()
        hear(socket, "turn", event="Started")
        assert time.monotonic() - began < AT_ONCE
        assert hear(socket, "turn", event="TextDelta")["data"] == {"text": "Noted: FromPage."}
        hear(socket, "turn", event="Finished")
        expect(talk.name).to_have_value("FromPage")
        talk.name.fill("Typed")
        talk.name.press("Enter")
        changed = hear(socket, "session_changed", fields=["name"])
        assert changed["by"]["kind"] == "page"


def test_the_pages_own_changes_are_not_taken_for_somebody_elses(talk: Talk) -> None:
    with program(talk) as socket:
        hear(socket, "snapshot")
        talk.say_and_wait("tone warm")
        talk.button("Undo").click()
        hear(socket, "session_changed", fields=["tone"])
        hear(socket, "session_changed", fields=["tone"])
        expect(talk.button("Put back")).to_be_visible()
        talk.name.fill("Mine")
        talk.name.press("Enter")
        hear(socket, "session_changed", fields=["name"])
        talk.page.wait_for_timeout(1_500)
        expect(talk.part(".notice")).to_be_hidden()


def test_two_pages_see_each_other_and_what_the_other_does(talk: Talk, other: Watched) -> None:
    there = Talk(other.page(), talk.server, talk.session).open()
    for page in (talk, there):
        expect(page.part(".others")).to_have_text("Somebody else is looking at this agent.")
    there.say_and_wait("name Together")
    expect(talk.said).to_have_text(["name Together"], timeout=SOON)
    expect(talk.part(".message[data-role=model] .body").last).to_have_text("Noted: Together.")
    there.page.close()
    expect(talk.part(".others")).to_be_hidden()


def test_a_second_tab_of_the_same_browser_is_not_called_somebody_else(watched: Watched, talk: Talk) -> None:
    second = Talk(watched.page(), talk.server, talk.session).open()
    expect(talk.part(".others")).to_have_text("This agent is open in another tab, too.")
    second.page.goto("about:blank")
    expect(talk.part(".others")).to_be_hidden()


@pytest.mark.parametrize(("locale", "language"), [("es-MX", "es"), ("de-AT", "de"), ("fr-FR", "fr")])
def test_the_chat_says_everything_in_the_language_of_the_page(
    browser: Browser, scripted: Server, locale: str, language: str
) -> None:
    context = browser.new_context(viewport=PHONE, locale=locale)
    talk = Talk(context.new_page(), scripted, new_session(scripted)).open()
    expect(talk.button(words(language)["send"])).to_be_visible()
    with program(talk):
        expect(talk.part(".others")).to_have_text(words(language)["also_program"])
    context.close()


def test_without_the_socket_the_page_still_follows_by_asking(page: Page, scripted: Server) -> None:
    page.route_web_socket(SOCKETS, WebSocketRoute.close)
    talk = Talk(page, scripted, new_session(scripted)).open()
    post(talk, "/chat/", {"prompt": "name Slowly", "session_id": talk.session})
    expect(talk.said).to_have_text(["name Slowly"], timeout=12_000)
    expect(talk.name).to_have_value("Slowly")
    expect(talk.part(".others")).to_be_hidden()


def test_a_lost_socket_comes_back_and_what_was_missed_is_caught_up(page: Page, scripted: Server) -> None:
    opened: list[WebSocketRoute] = []

    def through(route: WebSocketRoute) -> None:
        opened.append(route)
        if len(opened) != 2:
            route.connect_to_server()
        else:
            route.close()

    page.route_web_socket(SOCKETS, through)
    talk = Talk(page, scripted, new_session(scripted)).open()
    page.wait_for_timeout(300)
    opened[0].close()
    post(talk, "/chat/", {"prompt": "name Meanwhile", "session_id": talk.session})
    expect(talk.said).to_have_text(["name Meanwhile"], timeout=4_500)  # before it would ask by itself
    assert len(opened) >= 3


def test_while_the_socket_tells_the_page_asks_hardly_ever(talk: Talk) -> None:
    asked: list[str] = []

    def note(route: Route) -> None:
        asked.append(route.request.url)
        route.continue_()

    talk.page.route("**/status", note)
    talk.page.wait_for_timeout(6_000)
    assert asked == []
