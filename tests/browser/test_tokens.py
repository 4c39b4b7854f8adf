"""Where programs need a token, pages need none: their chat shows a pass, which is good for nothing else."""

from pathlib import Path

import httpx
from playwright.sync_api import Browser, expect

from tests.browser.talk import Talk
from tests.redis import free_port
from tests.servers import Server, running

REQUIRED = {"API_TOKENS": "required", "CHAT_RATE_LIMIT": "1/minute", "MOCK_MODE": "true"}
FETCH = """async (address) => (await fetch(address, { method: "POST" })).status"""


def begun(page_address: str) -> str:
    return page_address.split("session=")[1]


def test_the_chat_of_a_page_works_without_a_token_and_beyond_the_limit_of_programs(
    browser: Browser, tmp_path: Path
) -> None:
    with running(tmp_path, **REQUIRED) as server:
        page = browser.new_page()
        page.goto(f"{server.url}/Build")
        page.wait_for_url("**/Build?session=*")
        talk = Talk(page, server, begun(page.url)).ready()
        for text in ("hello", "again", "and again"):
            talk.say_and_wait(text)
        expect(talk.replies).to_have_count(4)  # with the opening
        assert page.evaluate(FETCH, f"{server.api}/session/") == 401, "a script of the page has no token"
        assert httpx.get(f"{server.api}/v1/sessions/{talk.session}/talk", trust_env=False).status_code == 401
        page.context.close()


def test_a_pass_of_one_session_opens_no_other(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path, **REQUIRED) as server:
        page = browser.new_page()
        shown: list[str] = []
        page.on("request", lambda request: shown.append(request.headers.get("x-page-pass", "")))
        page.goto(f"{server.url}/Build")
        page.wait_for_url("**/Build?session=*")
        talk = Talk(page, server, begun(page.url)).ready()
        headers = {"X-Page-Pass": next(filter(None, shown))}

        def status(path: str) -> int:
            return httpx.get(f"{server.api}{path}", headers=headers, trust_env=False).status_code

        assert status(f"/v1/sessions/{talk.session}/talk") == 200
        assert status("/v1/sessions/6f0e5b8e-0000-4000-8000-000000000000/talk") == 401
        assert status("/v1/sessions") == status("/metrics") == 401
        page.context.close()


def test_a_page_that_stays_open_while_the_server_begins_anew_gets_another_pass(
    browser: Browser, tmp_path: Path
) -> None:
    port = free_port()
    with running(tmp_path, port, **REQUIRED) as server:
        page = browser.new_page()
        page.goto(f"{server.url}/Build")
        page.wait_for_url("**/Build?session=*")
        talk = Talk(page, server, begun(page.url)).ready()
        talk.say_and_wait("hello")
    with running(tmp_path, port, **REQUIRED) as server:
        other = Talk(page, Server(server.url, server.process, server.log), talk.session)
        with page.expect_response(lambda answer: "/status" in answer.url and answer.status == 200, timeout=60_000):
            pass
        other.say_and_wait("and again")
        expect(other.replies).to_have_count(3)
        page.context.close()
