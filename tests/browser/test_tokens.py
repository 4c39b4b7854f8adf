"""Where programs need a token, pages need none: their chat shows a pass, which is good for nothing else."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.talk import Talk
from tests.redis import free_port
from tests.servers import Server, running

REQUIRED = {"API_TOKENS": "required", "CHAT_RATE_LIMIT": "1/minute", "MOCK_MODE": "true"}
FETCH = """async (address) => (await fetch(address, { method: "POST" })).status"""
RENEWED = """async ([session, pass, heard]) => {
    const parts = performance.getEntriesByType("resource").find((one) => one.name.endsWith("/calls.js")).name;
    const { Calls } = await import(parts);
    let asked = 0;
    const page = () => ++asked === heard && setTimeout(() => calls.known({ pass }));
    const calls = new Calls({ base: "/", session, pass: "old" }, page);
    await calls.status();
    return asked;
}"""


def begun(page_address: str) -> str:
    return page_address.split("session=")[1]


def pass_of(request: Request) -> str:
    return request.headers.get("x-page-pass", "")


def opened(page: Page, server: Server) -> tuple[Talk, str]:
    """The talk of a new page, and the pass that its chat shows."""
    with page.expect_request(pass_of) as asked:
        page.goto(f"{server.url}/Build")
        page.wait_for_url("**/Build?session=*")
    return Talk(page, server, begun(page.url)).ready(), pass_of(asked.value)


@pytest.fixture(scope="module")
def known(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Talk, str]]:
    with running(tmp_path_factory.mktemp("required"), **REQUIRED) as server:
        page = browser.new_page()
        yield opened(page, server)
        page.context.close()


def test_the_chat_of_a_page_works_without_a_token_and_beyond_the_limit_of_programs(known: tuple[Talk, str]) -> None:
    talk, _ = known
    for text in ("hello", "again", "and again"):
        talk.say_and_wait(text)
    expect(talk.replies).to_have_count(4)  # with the opening
    assert talk.page.evaluate(FETCH, f"{talk.server.api}/session/") == 401, "a script of the page has no token"
    address = f"{talk.server.api}/v1/sessions/{talk.session}/talk"
    assert httpx.get(address, trust_env=False).status_code == 401


def test_a_pass_of_one_session_opens_no_other(known: tuple[Talk, str]) -> None:
    talk, shown = known

    def status(path: str) -> int:
        headers = {"X-Page-Pass": shown}
        return httpx.get(f"{talk.server.api}{path}", headers=headers, trust_env=False).status_code

    assert status(f"/v1/sessions/{talk.session}/talk") == 200
    assert status("/v1/sessions/6f0e5b8e-0000-4000-8000-000000000000/talk") == 401
    assert status("/v1/sessions") == status("/metrics") == 401


@pytest.mark.parametrize("heard", [1, 2])
def test_a_pass_is_asked_for_until_the_page_hears_it(known: tuple[Talk, str], heard: int) -> None:
    talk, shown = known
    assert talk.page.evaluate(RENEWED, [talk.session, shown, heard]) == heard


def test_a_page_that_stays_open_while_the_server_begins_anew_with_other_keys_gets_another_pass(
    browser: Browser, tmp_path: Path
) -> None:
    port = free_port()
    page = browser.new_page()
    with running(tmp_path, port, **REQUIRED) as server:
        talk, first = opened(page, server)
        talk.say_and_wait("hello")
    with running(tmp_path, port, **REQUIRED, ENCRYPTION_KEY="another"):
        with page.expect_request(lambda request: pass_of(request) not in ("", first), timeout=60_000):
            pass
        talk.say_and_wait("and again")
        expect(talk.replies).to_have_count(3)
    page.context.close()
