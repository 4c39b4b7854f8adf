"""The whole server as one process: pages and API together, headers, and what it says when something is in its way."""

import re
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from builder import server
from builder.ui import page_headers
from builder.ui.chat import parts
from tests.models import faults, gemini
from tests.models.script import Answer, failing
from tests.servers import ROOT, Server, environment, in_thread, running
from tests.terminal.inside import called


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("whole")) as started:
        yield started


def get(address: str) -> httpx.Response:
    return httpx.get(address, trust_env=False, timeout=30)


def test_pages_and_api_come_from_one_address(whole: Server) -> None:
    assert "<title>Streamlit</title>" in get(f"{whole.url}/").text
    assert get(f"{whole.url}/Build").status_code == 200
    assert get(f"{whole.api}/healthz").text == "ok"
    assert httpx.post(f"{whole.api}/session/", trust_env=False).status_code == 200


def test_pages_may_load_nothing_from_elsewhere(whole: Server) -> None:
    headers = get(f"{whole.url}/").headers
    policy = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self'" and policy["object-src"] == "'none'"
    assert policy["img-src"] == "'self' data: blob:"
    assert policy["frame-ancestors"] == "'self'"
    assert "unsafe" not in policy["script-src"]
    host = whole.url.removeprefix("http://")
    assert policy["connect-src"] == f"'self' ws://{host} wss://{host}"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"


def test_an_address_with_a_line_break_is_one_of_the_api_too(whole: Server) -> None:
    refused = get(f"{whole.api}/v1/agents/a%0Ab")
    assert (refused.status_code, refused.headers["content-type"]) == (404, "application/problem+json")


def test_the_api_keeps_its_own_stricter_policy(whole: Server) -> None:
    headers = get(f"{whole.api}/healthz").headers
    assert headers.get_list("content-security-policy") == ["default-src 'none'; frame-ancestors 'none'"]


def test_programs_are_served_past_what_streamlit_puts_around_its_pages(whole: Server) -> None:
    unpacked = get(f"{whole.api}/openapi.json").headers
    assert "content-encoding" not in unpacked
    assert get(f"{whole.url}/Build").headers["content-encoding"] == "gzip", "the layer is there"


def test_streamlits_own_guards_are_on(whole: Server) -> None:
    chosen = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["server"]
    assert chosen["enableCORS"] is True and chosen["enableXsrfProtection"] is True
    upload = f"{whole.url}/_stcore/upload_file/session/file"
    for method in ("PUT", "DELETE"):
        refused = httpx.request(method, upload, headers={"Cookie": "_streamlit_xsrf=forged"}, trust_env=False)
        assert refused.status_code == 403 and "XSRF" in refused.text


@pytest.mark.parametrize("path", ["/", "/Build", "/_stcore/health", "/_stcore/host-config", "/api/v1/sessions"])
def test_a_foreign_page_may_read_no_answer(whole: Server, path: str) -> None:
    foreign = httpx.get(f"{whole.url}{path}", headers={"Origin": "https://evil.example"}, trust_env=False)
    assert foreign.status_code == 200 and "access-control-allow-origin" not in foreign.headers


def test_the_parts_of_the_chat_may_be_kept_by_the_browser(whole: Server) -> None:
    response = get(f"{whole.url}{parts.address()}/chat.js")
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "tomllib" not in get(f"{whole.url}{parts.address()}/%2e%2e/words.py").text


def test_no_addresses_of_sessions_stand_in_the_log(whole: Server) -> None:
    session = httpx.post(f"{whole.api}/session/", trust_env=False).json()["session_id"]
    get(f"{whole.api}/v1/sessions/{session}/status")
    assert session not in whole.log.read_text()


def test_a_database_in_trouble_is_said_and_the_server_lives_and_finds_it_once_the_trouble_is_over(
    tmp_path: Path,
) -> None:
    (tmp_path / "test.db").mkdir()
    with running(tmp_path) as started:
        refused = httpx.post(f"{started.api}/session/", trust_env=False)
        assert refused.status_code == 503
        assert refused.json()["type"].startswith("/problems/storage")
        assert get(f"{started.url}/").status_code == 200
        assert get(f"{started.api}/healthz").text == "ok"
        (tmp_path / "test.db").rmdir()
        assert httpx.post(f"{started.api}/session/", trust_env=False).status_code == 200
        log = started.log.read_text()
    assert "The database cannot be used yet." in log
    assert "Traceback" not in log


def command(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """By a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "builder", *arguments],
        cwd=ROOT,
        env=environment(settings.pop("database", Path("unused.db")), **settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_garbage_that_was_left_alone_while_the_server_started_is_collected_from_then_on(tmp_path: Path) -> None:
    with running(tmp_path, program=("tests.api.collecting_host",)) as started:
        assert get(f"{started.url}/").text == "True"


def test_a_port_that_is_taken_is_said_in_one_line(whole: Server) -> None:
    port = whole.url.rsplit(":", 1)[1]
    done = command("serve", "--port", port)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr and "in use" in done.stderr


def test_a_wrong_setting_is_said_in_one_line() -> None:
    done = command("serve", "--port", "0", CHAT_RATE_LIMIT="often")
    assert done.returncode == 1
    assert "CHAT_RATE_LIMIT" in done.stderr and "Traceback" not in done.stderr


def test_fill_session_adds_messages_to_a_talk(whole: Server) -> None:
    session = httpx.post(f"{whole.api}/session/", trust_env=False).json()["session_id"]
    there = environment(whole.log.parent / "test.db")
    assert called("fill-session", session, "20", environment=there).returncode == 0
    assert len(get(f"{whole.api}/chat/?session_id={session}").text.splitlines()) == 20


def test_migrate_and_generate_need_no_server(tmp_path: Path) -> None:
    there = environment(tmp_path / "cli.db")
    assert called("migrate", environment=there).returncode == 0
    done = command("generate", "An agent that greets guests of a hotel.", database=there["DATABASE_URL"])
    assert done.returncode == 0 and '"return_type"' in done.stdout


def test_generate_by_a_model_that_fails_is_said_in_one_line(tmp_path: Path) -> None:
    with gemini.serving(failing(faults.WRONG_KEY)) as fake:
        given = {"database": f"sqlite:///{tmp_path / 'cli.db'}", "GOOGLE_API_KEY": fake.key}
        done = command("generate", "Sorts letters by urgency", **given, GOOGLE_GEMINI_BASE_URL=fake.url)
    assert (done.returncode, done.stdout) == (1, "")
    [line] = done.stderr.splitlines()
    assert "Gemini" in line and "Settings" in line and fake.key not in line


def test_the_listening_socket_does_not_wait_to_send_small_packets() -> None:
    with server.listen("127.0.0.1", 0) as listening:
        assert listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("host", ["evil.example; script-src *", "a" * 300, "", "x y", "é.example"])
def test_a_host_name_cannot_change_the_policy(host: str) -> None:
    (policy,) = [value for name, value in page_headers.page_headers(host) if name == b"content-security-policy"]
    assert b"connect-src 'self';" in policy


def test_page_headers_are_added_once_and_leave_the_body_alone() -> None:
    async def hello(_: object) -> PlainTextResponse:
        return PlainTextResponse("hello", headers={"X-Frame-Options": "DENY"})

    with in_thread(page_headers.PageHeaders(Starlette(routes=[Route("/", hello)]))) as address:
        response = get(f"{address}/")
    assert response.text == "hello"
    assert response.headers.get_list("x-frame-options") == ["DENY"]
    assert re.search(r"script-src 'self' blob: 'sha256-", response.headers["content-security-policy"])


def test_a_server_that_stops_lets_go_of_its_models_in_the_middle_of_an_answer(tmp_path: Path) -> None:
    with gemini.serving([Answer("never ", fault=faults.silent(after=1))]) as fake:
        given = {"GOOGLE_API_KEY": fake.key, "GOOGLE_GEMINI_BASE_URL": fake.url}
        with running(tmp_path, **given) as server, httpx.Client(base_url=server.api, trust_env=False) as client:
            session = client.post("/session/").json()["session_id"]
            assert client.get(f"/v1/sessions/{session}/talk").json()["engine"]["name"] == "google"
            body = {"message": "An agent that sorts letters"}
            stream = {"headers": {"Accept": "text/event-stream"}, "timeout": 60}
            with client.stream("POST", f"/v1/sessions/{session}/message", json=body, **stream) as answer:
                assert "event: Started" in next(answer.iter_lines())
                wait_until(lambda: len(fake.calls) == 1)
                server.process.terminate()
                server.process.wait(20)
        wait_until(lambda: fake.calls[0].aborted_at is not None)
        log = server.log.read_text("utf-8")
        for trouble in ("Traceback", "Unclosed", "was never awaited", "destroyed but it is pending", fake.key):
            assert trouble not in log


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
