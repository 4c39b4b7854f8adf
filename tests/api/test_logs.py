"""The log: JSON or lines, a call's id in each line and answer, causes once, no secrets, no words of people."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from builder.api.logs import HIDDEN, without_secrets
from tests.api.conftest import begin
from tests.models import faults, gemini
from tests.models.fake import KEY
from tests.models.script import failing
from tests.servers import ROOT, Server, environment, running
from tests.terminal.inside import called

PROMPT = "An agent for the secret garden of Ms Gray"


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with gemini.serving(failing(faults.WRONG_KEY)) as fake:
        given = {"GOOGLE_API_KEY": fake.key, "GOOGLE_GEMINI_BASE_URL": fake.url}
        with running(tmp_path_factory.mktemp("production"), ENVIRONMENT="production", **given) as server:
            yield server


def client_of(server: Server) -> httpx.Client:
    return httpx.Client(base_url=server.api, trust_env=False, timeout=60)


def lines_of(server: Server) -> list[dict[str, Any]]:
    """Every line but the one that says where the server is."""
    text = server.log.read_text("utf-8")
    return [json.loads(line) for line in text.splitlines() if not line.startswith("Agent Builder is ready")]


def written(server: Server, request_id: str) -> list[dict[str, Any]]:
    """All lines of a call; the last one comes just after the answer."""
    deadline = time.monotonic() + 20
    while True:
        found = [one for one in lines_of(server) if one.get("request_id") == request_id]
        if any(one["event"] == "request" for one in found):
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.02)


def test_in_production_every_line_is_json_and_calls_are_told_by_their_pattern(production: Server) -> None:
    with client_of(production) as client:
        session = begin(client)
        client.get(f"/v1/sessions/{session}/status", headers={"X-Request-ID": "my-call-1"})
    [line] = written(production, "my-call-1")
    assert (line["event"], line["method"], line["status"]) == ("request", "GET", 200)
    assert line["call"].endswith("/v1/sessions/{session_id}/status")
    assert line["milliseconds"] > 0 and line["level"] == "info" and line["timestamp"].endswith("Z")
    assert session not in production.log.read_text("utf-8")


def test_probes_of_machines_are_not_written_down(production: Server) -> None:
    with client_of(production) as client:
        for path in ("/healthz", "/health", "/metrics"):
            assert client.get(path, headers={"X-Request-ID": "probe"}).status_code == 200
        client.get("/openapi.json", headers={"X-Request-ID": "after"})
    written(production, "after")
    assert [one for one in lines_of(production) if one.get("request_id") == "probe"] == []


def test_a_turn_that_fails_is_in_the_log_under_the_id_of_its_call_without_words_or_keys(production: Server) -> None:
    with client_of(production) as client:
        session = begin(client)
        body = {"prompt": PROMPT, "session_id": session}
        client.post("/chat/", json=body, headers={"X-Request-ID": "my-turn"})
    found = written(production, "my-turn")
    assert [one["status"] for one in found if one["event"] == "request"] == [200]
    text = production.log.read_text("utf-8")
    assert "Gray" not in text and "garden" not in text
    assert KEY not in text


@pytest.mark.parametrize("given", ["a", "A1._-x", "x" * 64])
def test_a_sane_id_of_the_caller_is_taken(client: httpx.Client, given: str) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": given}).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a\tb", "é", "{}", "-x", "a;b", "<b>"])
def test_any_other_gets_one_of_ours(client: httpx.Client, given: str) -> None:
    answers = [client.get("/healthz", headers=[(b"X-Request-ID", given.encode())]) for _ in range(2)]
    ids = [answer.headers["x-request-id"] for answer in answers]
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in ids) and ids[0] != ids[1]


def test_every_refusal_names_its_call(client: httpx.Client) -> None:
    headers = {"X-Request-ID": "call-7"}
    big = b"x" * 1_000_001
    for refused in (
        client.get("/nothing", headers=headers),
        client.post("/chat/", json={}, headers=headers),
        client.post("/chat/", content=big, headers=headers),
        client.post("/session/", headers={**headers, "Origin": "https://foe.example"}),
    ):
        assert refused.status_code in (403, 404, 413, 422)
        assert refused.json()["request_id"] == refused.headers["x-request-id"] == "call-7"


TRACES = """
import sys
import httpx
from starlette.applications import Starlette
from starlette.routing import Mount
from builder.api import app as api, logs
from tests.servers import in_thread

async def find():
    raise RuntimeError("nobody may see this; key sk-abcdefghijklmnopqrstuvwx")

with in_thread(Starlette(routes=[Mount("/api", api.create(find))])) as address:
    for with_words in (False, True):
        logs.set_up(as_json=True, with_words=with_words)
        call = {"X-Request-ID": "with-words" if with_words else "without-words"}
        answer = httpx.post(f"{address}/api/session/", headers=call, trust_env=False)
        print(answer.text)
"""


@pytest.fixture(scope="module")
def broken() -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """By the id of a call: what the caller hears of a mistake of ours, and the log's line of it."""
    command = [sys.executable, "-c", TRACES]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert "nobody" not in done.stdout and "sk-abc" not in done.stderr
    answers = [json.loads(text) for text in done.stdout.splitlines()]
    lines = [found for text in done.stderr.splitlines() if "exception" in (found := json.loads(text))]
    assert len(answers) == len(lines) == 2
    return {line["request_id"]: (answer, line) for answer, line in zip(answers, lines, strict=True)}


def test_a_mistake_of_ours_is_in_the_log_once_with_its_trace_and_its_call(broken: Any) -> None:
    answer, line = broken["without-words"]
    assert (answer["status"], answer["request_id"]) == (500, "without-words")
    assert line["exception"].count("Traceback") == 1
    assert "in find" in line["exception"] and line["exception"].endswith("RuntimeError")
    assert "nobody" not in json.dumps(line)
    assert answer["detail"].split()[-1].rstrip(".") in line["event"], "the reference leads to the line"


def test_what_an_error_says_is_in_the_log_where_words_are_asked_for_without_secrets(broken: Any) -> None:
    _, line = broken["with-words"]
    assert line["exception"].count("Traceback") == 1
    assert f"RuntimeError: nobody may see this; key {HIDDEN}" in line["exception"]


def test_plain_lines_are_for_people(tmp_path: Path) -> None:
    (tmp_path / "test.db").mkdir()
    with running(tmp_path) as server:
        with client_of(server) as client:
            client.post("/session/", headers={"X-Request-ID": "call-9"})
        text = server.log.read_text("utf-8")
    assert re.search(r"^\S+Z WARNING builder\.api: Storage\w*: .* \[call-9\]$", text, re.MULTILINE)
    assert "builder.requests" not in text, "a person at a terminal sees the page itself"


@pytest.mark.parametrize(
    ("settings", "written", "warned"),
    [
        ({"LOG_PROMPTS": "true", "API_TOKENS": "off"}, True, True),
        ({"LOG_PROMPTS": "false", "API_TOKENS": "required"}, False, False),
    ],
)
def test_what_people_write_is_in_the_log_only_when_it_is_asked_for_and_an_open_door_is_said(
    tmp_path: Path, settings: dict[str, str], written: bool, warned: bool
) -> None:
    program = ("builder", "serve", "--host", "0.0.0.0", "--port")
    there = environment(tmp_path / "test.db")
    token = called("token", "create", "for the log", environment=there).stdout.strip()
    with running(tmp_path, program=program, LOG_FORMAT="json", **settings) as server, client_of(server) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        answer = client.post("/chat/", json={"prompt": PROMPT, "session_id": begin(client)})
    assert answer.status_code == 200
    log = server.log.read_text("utf-8")
    assert (PROMPT in log) is written
    assert ("API_TOKENS=required" in log) is warned


@pytest.mark.parametrize(
    "secret",
    [
        "Authorization: Bearer abcdefghijklmnop",
        f"builder_{'0' * 12}_{'x' * 43}",
        "sk-proj-abcdefghijklmnopqrst",
        "AIzaSyA-abcdefghijklmnopqrstuvwxyz",
        "postgresql://someone:hush-hush@host/name",
    ],
)
def test_what_looks_like_a_secret_is_hidden(secret: str) -> None:
    entry = without_secrets(None, "", {"event": f"It was {secret}, so.", "count": 1})
    assert HIDDEN in entry["event"] and "abcdefgh" not in entry["event"] and "hush" not in entry["event"]
    assert "xxx" not in entry["event"] and entry["count"] == 1 and entry["event"].endswith(", so.")
