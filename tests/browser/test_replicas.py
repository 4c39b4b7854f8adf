"""A page on one server, a program and another page on a second one: each sees within a second what the others do."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, SCRIPTED, Watched, new_session
from tests.browser.talk import Talk
from tests.patience import SOON
from tests.redis import free_port, serving
from tests.servers import Server, running


@dataclass
class Pair:
    one: Server
    two: Server


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("replicas")
    with ExitStack() as stack:
        address = stack.enter_context(serving(folder, free_port()))
        pair = [stack.enter_context(running(folder, program=SCRIPTED, REDIS_URL=address)) for _ in range(2)]
        yield Pair(*pair)


@pytest.fixture
def talk(page: Page, servers: Pair) -> Talk:
    talk = Talk(page, servers.one, new_session(servers.one)).open()
    page.wait_for_function("document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'")
    return talk


def elsewhere(talk: Talk, servers: Pair, method: str, path: str, body: object) -> None:
    """A program's call of the second server."""
    address = f"{servers.two.api}{path.format(talk.session)}"
    httpx.request(method, address, json=body, timeout=30, trust_env=False).raise_for_status()


def test_what_a_program_says_on_another_server_is_on_the_page_soon(talk: Talk, servers: Pair) -> None:
    elsewhere(talk, servers, "POST", "/chat/", {"prompt": "name Shared", "session_id": talk.session})
    expect(talk.said).to_have_text(["name Shared"], timeout=SOON)
    expect(talk.last).to_have_text("Noted: Shared.", timeout=SOON)
    expect(talk.name).to_have_value("Shared", timeout=SOON)


def test_what_a_program_edits_on_another_server_is_in_the_fields_soon(talk: Talk, servers: Pair) -> None:
    edits = [{"action": "set", "field": "name", "value": "ByHand"}]
    elsewhere(talk, servers, "PATCH", "/v1/sessions/{}/draft", {"operations": edits})
    expect(talk.name).to_have_value("ByHand", timeout=SOON)
    expect(talk.part(".notice")).to_have_text("A program changed this agent. Here is the newest state.")


def test_a_long_reply_on_another_server_is_followed_to_its_end(talk: Talk, servers: Pair) -> None:
    elsewhere(talk, servers, "POST", "/chat/", {"prompt": "slow 60", "session_id": talk.session})
    expect(talk.last).to_contain_text("word59", timeout=SOON)
    expect(talk.button("Send")).to_be_visible()


def test_pages_on_two_servers_see_each_other_and_what_the_other_does(
    talk: Talk, servers: Pair, browser: Browser
) -> None:
    context = browser.new_context(viewport=PHONE, locale="en-GB")
    other = Watched(context)
    there = Talk(other.page(), servers.two, talk.session).open()
    for page in (talk, there):
        expect(page.part(".others")).to_have_text("Somebody else is looking at this agent.")
    there.say_and_wait("name Together")
    expect(talk.said).to_have_text(["name Together"], timeout=SOON)
    expect(talk.name).to_have_value("Together", timeout=SOON)
    expect(talk.button("Send")).to_be_visible()
    talk.say_and_wait("tone warm")
    expect(there.said).to_have_text(["name Together", "tone warm"], timeout=SOON)
    there.page.close()
    expect(talk.part(".others")).to_be_hidden()
    context.close()
    other.assert_clean()


def test_while_another_server_answers_the_page_waits_in_peace(talk: Talk, servers: Pair) -> None:
    asked: list[str] = []
    talk.page.on("request", lambda request: asked.append(request.url))
    with ThreadPoolExecutor(1) as pool:
        body = {"prompt": "slow 150", "session_id": talk.session}
        running_there = pool.submit(elsewhere, talk, servers, "POST", "/chat/", body)
        expect(talk.said).to_have_text(["slow 150"], timeout=SOON)
        running_there.result()
    expect(talk.last).to_contain_text("word149", timeout=SOON)
    expect(talk.button("Send")).to_be_visible()
    assert len([url for url in asked if "/api/v1/" in url]) < 15, asked
