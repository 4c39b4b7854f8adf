"""What the contract promises and no other test asks for by name: settings, two at once, restarts, doors."""

import json
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import redis
from tests.api.conftest import begin, serving
from tests.api.test_agents import fresh
from tests.api.test_artifacts import CODE, store
from tests.api.test_chat import talk
from tests.api.test_plain import lines_of
from tests.api.test_refusals import assert_problem
from tests.api.test_sessions import FIELDS, create, edit, sets
from tests.api.test_sockets import ask, is_event, text_of, until
from tests.api.test_sockets import serving as beside_sockets
from tests.models import gemini
from tests.servers import ROOT, Server, environment, running

FRIEND = "https://friend.example"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("whole"), CORS_ORIGINS=FRIEND, MOCK_MODE="true") as started:
        yield started


def calls(server: Server) -> httpx.Client:
    return httpx.Client(base_url=server.api, timeout=30, trust_env=False)


def chat(client: httpx.Client, session: str, prompt: str) -> httpx.Response:
    return client.post("/chat/", json={"prompt": prompt, "session_id": session})


# ---- settings: the server does what they say


def test_the_config_file_is_heard_by_a_server_and_the_environment_wins(tmp_path: Path) -> None:
    settings = {
        "CHAT_RATE_LIMIT": "1/minute",
        "max_conversation_length": 2,
        "MOCK_MODE": True,
        "ARTIFACT_RETENTION_DAYS": 2,
    }
    (tmp_path / "settings.yaml").write_text(json.dumps(settings), "utf-8")  # all JSON is YAML
    given = {"CONFIG_FILE": str(tmp_path / "settings.yaml"), "CHAT_RATE_LIMIT": "4/minute"}
    with running(tmp_path, **given) as server, calls(server) as client:
        session = begin(client)
        assert talk(client, session)["engine"]["name"] == "scripted"
        assert [chat(client, session, "hi").status_code for _ in range(3)] == [200, 200, 422], "two messages a talk"
        assert [chat(client, begin(client), "hi").status_code for _ in range(2)] == [200, 429], "four a minute"
        ends = store(client, f"/v1/sessions/{session}/artifacts").json()["metadata"]["expires_at"]
        left = datetime.fromisoformat(ends) - datetime.now(UTC)
        assert timedelta(days=1, hours=23) < left <= timedelta(days=2)


def test_the_files_beside_the_product_are_read_and_the_first_of_them_wins(tmp_path: Path) -> None:
    def command() -> "subprocess.CompletedProcess[str]":
        done = [sys.executable, "-m", "builder", "migrate"]
        return subprocess.run(done, cwd=tmp_path, env=own, capture_output=True, text=True, check=False)

    half_written = shutil.ignore_patterns("*.pyc.*")  # by another process that loads the same modules now
    shutil.copytree(ROOT / "builder", tmp_path / "builder", ignore=half_written)
    own = {name: value for name, value in environment("").items() if value and name != "CHAT_RATE_LIMIT"}
    own.pop("PYTHONPATH", None)
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".env").write_text("DB_PATH=first.db\n", "utf-8")
    (tmp_path / ".streamlit" / "secrets.toml").write_text('DB_PATH = "second.db"\nCHAT_RATE_LIMIT = "fast"\n', "utf-8")
    refused = command()
    assert refused.returncode == 1 and "CHAT_RATE_LIMIT" in refused.stderr and "10/minute" in refused.stderr
    assert "Traceback" not in refused.stderr
    (tmp_path / ".streamlit" / "secrets.toml").write_text('DB_PATH = "second.db"\n', "utf-8")
    assert command().returncode == 0
    assert (tmp_path / "first.db").is_file() and not (tmp_path / "second.db").exists()


def test_the_server_listens_where_host_and_port_say(tmp_path: Path) -> None:
    port = redis.free_port()
    with running(tmp_path, program=("builder", "serve", "--port"), port=port, HOST="127.0.0.2") as server:
        assert server.url == f"http://127.0.0.2:{port}"
        assert httpx.get(f"{server.api}/healthz", trust_env=False).text == "ok"
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"http://127.0.0.1:{port}/api/healthz", trust_env=False)


def test_streamlit_run_is_the_whole_deployment(tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{(port := redis.free_port())}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    where = ["--server.address=127.0.0.1", f"--server.port={port}"]
    with (tmp_path / "log").open("wb") as log:
        env = environment(tmp_path / "test.db")
        process = subprocess.Popen([*command, *where], cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT)
    try:
        with httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
            _until_it_answers(client)
            assert "<title>Streamlit</title>" in client.get("/").text
            session = client.post("/api/session/").json()["session_id"]
            lines = lines_of(client.post("/api/chat/", json={"prompt": "hello", "session_id": session}))
            assert [line["role"] for line in lines[:2]] == ["user", "model"]
            assert client.get("/api/openapi.json").json()["info"]["title"] == "Agent Builder"
    finally:
        process.terminate()
        process.wait(20)


def _until_it_answers(client: httpx.Client) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            assert client.get("/api/healthz").text == "ok"
            return
        except httpx.TransportError:
            assert time.monotonic() < deadline, "it does not start"
            time.sleep(0.1)


def test_an_idle_session_with_a_draft_is_put_away_and_goes_on_with_the_next_message(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True) as client:
        session, young = begin(client), begin(client)
        assert edit(client, session, sets(name="Unfinished")).status_code == 200
    with closing(sqlite3.connect(tmp_path / "test.db")) as kept:
        kept.execute("UPDATE sessions SET updated = updated - 61000000 WHERE id = ?", (session,))
        kept.commit()
    with running(tmp_path, MOCK_MODE="true", SESSION_EXPIRY_SECONDS="60") as server, calls(server) as client:
        deadline = time.monotonic() + 20
        while not (found := client.get(f"/v1/sessions/{session}").json())["archived"]:
            assert time.monotonic() < deadline, "it is never put away"
            time.sleep(0.1)
        assert found["draft"]["name"]["value"] == "Unfinished"
        assert not client.get(f"/v1/sessions/{young}").json()["archived"]
        assert chat(client, session, "hello").status_code == 200
        found = client.get(f"/v1/sessions/{session}").json()
        assert not found["archived"] and found["draft"]["name"]["value"] == "Unfinished"


@pytest.mark.parametrize("given", [" ", "a-key-that-is-wrong"])
def test_a_blank_key_is_none_and_a_wrong_one_is_said_in_words(tmp_path: Path, given: str) -> None:
    with gemini.serving() as fake:
        settings = {"GOOGLE_API_KEY": given, "GOOGLE_GEMINI_BASE_URL": fake.url}
        with running(tmp_path, **settings) as server, calls(server) as client:
            answer = chat(client, begin(client), "An agent that sorts letters by urgency.")
            last = lines_of(answer)[-1]
        if given.strip():
            assert "key" in last["problems"][0]["reason"] and "Settings" in last["problems"][0]["next_step"]
        else:
            assert last["problems"] == [] and last["content"] and not fake.received
        for text in (answer.text, server.log.read_text("utf-8")):
            assert "Traceback" not in text and (not given.strip() or given not in text)


# ---- what is there after a restart, by every face


def test_a_session_goes_on_after_a_restart_by_every_face(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True) as client:
        sessions = [create(client)["session_id"] for _ in range(4)]
        for session in sessions:
            assert edit(client, session, sets(**FIELDS)).status_code == 200
            assert chat(client, session, "tone warm").status_code == 200
        made = client.post("/v1/agents", json=fresh()).json()
        code = store(client, f"/v1/sessions/{sessions[0]}/artifacts").json()["id"]
    with beside_sockets(tmp_path) as place:
        client, (plain, events, whole_, socket) = place.client, sessions
        history = lines_of(client.get("/chat/", params={"session_id": plain}))
        assert [line["content"] for line in history] == ["tone warm", "Noted: warm."]
        assert lines_of(chat(client, plain, "say on"))[-1]["content"] == "on"
        accept = {"Accept": "text/event-stream"}
        told = client.post(f"/v1/sessions/{events}/message", json={"message": "say on"}, headers=accept)
        assert 'data: {"text": "on"}' in told.text
        assert client.post("/agent/chat", json={"message": "say on", "session_id": whole_}).json()["message"] == "on"
        with place.open(f"/{socket}") as opened:
            opened.send("say on")
            assert text_of(until(opened, is_event("Finished"))) == "on"
        for session in sessions:
            found = client.get(f"/v1/sessions/{session}").json()
            assert (found["draft"]["name"]["value"], found["draft"]["tone"]["value"]) == (FIELDS["name"], "warm")
            assert len(talk(client, session)["messages"]) == 4
        assert client.get(f"/v1/agents/{made['id']}").json() == made
        assert client.get(f"/v1/sessions/{plain}/artifacts/{code}").json()["content"] == CODE


# ---- two at once on one draft


def test_a_program_by_http_and_one_by_a_websocket_write_one_list_and_nothing_is_lost(tmp_path: Path) -> None:
    each = 20
    with beside_sockets(tmp_path) as place:
        session = place.begin()

        def by_http(number: int) -> dict[str, Any] | None:
            now = place.client.get(f"/v1/sessions/{session}")
            answer = edit(place.client, session, _longer(now.json(), f"http {number}"), match=now.headers["etag"])
            return None if answer.status_code == 200 else assert_problem(answer, 409, "conflict")

        def by_socket(number: int) -> dict[str, Any] | None:
            now = place.client.get(f"/v1/sessions/{session}").json()
            told = ask(socket, "edit", operations=_longer(now, f"socket {number}"), revision=now["revision"])
            return None if told["type"] != "error" else {**told["payload"], "type": "/problems/conflict"}

        def until_each_is_in(write: Any) -> list[dict[str, Any]]:
            refused = []
            for number in range(each):
                while (found := write(number)) is not None:
                    refused.append(found)
            return refused

        with place.open(f"/{session}") as socket, ThreadPoolExecutor(2) as pool:
            refused = [one for found in pool.map(until_each_is_in, (by_http, by_socket)) for one in found]
        kept = place.client.get(f"/v1/sessions/{session}").json()["draft"]["goals"]["value"]
    assert sorted(kept) == sorted(f"{who} {number}" for who in ("http", "socket") for number in range(each))
    assert refused, "they never met"
    for one in refused:
        assert one["status"] == 409 and one["next_step"] and one["revision"]
        assert set(one["theirs"]) == {"goals"}, "what stands there now"


def _longer(session: dict[str, Any], goal: str) -> list[dict[str, Any]]:
    """The whole list again with one goal more: who does not see what the other wrote would drop it."""
    return sets(goals=[*session["draft"].get("goals", {}).get("value", []), goal])


# ---- doors


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_named_page_may_ask_beforehand_for_every_method_and_header_of_ours(whole: Server, method: str) -> None:
    wanted = "authorization,content-type,if-match,idempotency-key,x-request-id"
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": wanted}
    with calls(whole) as client:
        answer = client.options("/v1/agents", headers={"Origin": FRIEND, **asked})
        foreign = client.options("/v1/agents", headers={"Origin": "https://foe.example", **asked})
        read = client.post("/v1/sessions/create", json={}, headers={"Origin": FRIEND})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, FRIEND)
    assert method in answer.headers["access-control-allow-methods"]
    allowed = {name.strip() for name in answer.headers["access-control-allow-headers"].lower().split(",")}
    assert set(wanted.split(",")) <= allowed
    assert "access-control-allow-origin" not in foreign.headers
    shown = {name.strip().lower() for name in read.headers["access-control-expose-headers"].split(",")}
    assert {"etag", "location", "retry-after", "idempotency-replayed", "x-request-id"} <= shown


@pytest.mark.parametrize("path", ["/", "/Build", "/nothing/here.js", "/_stcore/health", "/api/docs", "/api/nothing"])
def test_every_answer_of_the_one_address_has_the_security_headers(whole: Server, path: str) -> None:
    with httpx.Client(base_url=whole.url, timeout=30, trust_env=False) as client:
        answers = [client.get(path), client.post(path, content=b"{"), client.get(path, headers={"Host": "foe.example"})]
    for headers in (answer.headers for answer in answers):
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] in ("DENY", "SAMEORIGIN")
        assert "frame-ancestors" in headers["content-security-policy"] and headers["referrer-policy"]
