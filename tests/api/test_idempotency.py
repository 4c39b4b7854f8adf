"""Idempotency-Key: what is sent twice is done once, also at once and with a restart in between."""

import re
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from builder.api import idempotency
from tests.api.conftest import begin, serving
from tests.api.test_agents import fresh, make
from tests.api.test_chat import events_of
from tests.api.test_plain import lines_of
from tests.api.test_refusals import assert_problem
from tests.api.test_sessions import sets
from tests.api.test_tokens import made
from tests.servers import running

REPEATED = "idempotency-replayed"
KEPT = ("content-type", "etag", "location")


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def same(first: httpx.Response, again: httpx.Response) -> None:
    assert REPEATED not in first.headers and again.headers[REPEATED] == "true"
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert {name: again.headers.get(name) for name in KEPT} == {name: first.headers.get(name) for name in KEPT}


def writes(client: httpx.Client) -> dict[str, tuple[str, str, Any]]:
    """Every kind of write, on things of its own."""
    agent, other, gone = make(client), make(client), make(client)
    session = begin(client)
    at, saved = f"/v1/sessions/{session}", f"/v1/agents/{agent['id']}"
    return {
        "plain session": ("POST", "/session/", None),
        "session": ("POST", "/v1/sessions/create", {"initial_message": "tone warm"}),
        "message": ("POST", f"{at}/message", {"message": "tone calm"}),
        "draft": ("PATCH", f"{at}/draft", {"operations": sets(name="Once")}),
        "undo": ("POST", f"{at}/undo", None),
        "redo": ("POST", f"{at}/redo", None),
        "unlock": ("POST", f"{at}/fields/name/unlock", None),
        "switch": ("POST", f"{at}/switch", {"language": "de"}),
        "stop": ("POST", f"{at}/stop", None),
        "resume": ("POST", f"{at}/resume", None),
        "reset": ("POST", "/reset/", {"session_id": session}),
        "delete session": ("DELETE", at, None),
        "agent": ("POST", "/v1/agents", fresh()),
        "version": ("PUT", saved, {**agent["configuration"], "tone": "warm"}),
        "restore": ("POST", f"{saved}/restore", {"version": 1}),
        "rename": ("POST", f"{saved}/rename", {"name": f"R{uuid.uuid4().hex[:8]}"}),
        "duplicate": ("POST", f"{saved}/duplicate", None),
        "open": ("POST", f"{saved}/open", None),
        "import": ("POST", "/v1/agents/import", [fresh(), other["configuration"]]),
        "delete agent": ("DELETE", f"/v1/agents/{gone['id']}", None),
        "agent chat": ("POST", "/agent/chat", {"message": "name Chat"}),
    }


def test_every_write_gives_its_first_answer_again(client: httpx.Client) -> None:
    for name, (method, path, body) in writes(client).items():
        headers = key()
        first = client.request(method, path, json=body, headers=headers)
        assert first.is_success, (name, first.text)
        same(first, client.request(method, path, json=body, headers=headers))


def test_what_is_sent_twice_is_done_once(client: httpx.Client) -> None:
    def count() -> int:
        return len(client.get("/v1/agents", params={"limit": 200}).json()["agents"])

    made, headers = make(client), key()
    before = count()
    copies = [client.post(f"/v1/agents/{made['id']}/duplicate", headers=headers).json()["id"] for _ in range(3)]
    assert len(set(copies)) == 1 and count() == before + 1
    session = begin(client)
    for name in ("One", "Two"):
        client.patch(f"/v1/sessions/{session}/draft", json={"operations": sets(name=name)})
    undo = key()
    for _ in range(3):
        assert client.post(f"/v1/sessions/{session}/undo", headers=undo).is_success
    assert client.get(f"/v1/sessions/{session}").json()["draft"]["name"]["value"] == "One"


def test_without_a_key_every_request_counts(client: httpx.Client) -> None:
    assert len({client.post("/session/").json()["session_id"] for _ in range(3)}) == 3


def test_the_first_answer_is_given_also_after_a_restart(tmp_path: Path) -> None:
    headers = key()
    with serving(tmp_path, scripted=True) as client:
        first = client.post("/v1/sessions/create", json={"mode": "quick"}, headers=headers)
    with serving(tmp_path, scripted=True) as client:
        same(first, client.post("/v1/sessions/create", json={"mode": "quick"}, headers=headers))
        assert len(client.get("/v1/sessions").json()["sessions"]) == 1


def test_the_first_answer_is_given_also_after_the_server_was_killed(tmp_path: Path) -> None:
    headers = key()
    with running(tmp_path) as server:
        first = httpx.post(f"{server.api}/v1/sessions/create", json={}, headers=headers, trust_env=False)
        server.kill()
    with running(tmp_path) as server:
        same(first, httpx.post(f"{server.api}/v1/sessions/create", json={}, headers=headers, trust_env=False))


@pytest.mark.parametrize("change", ["body", "path", "method", "query", "if-match"])
def test_the_same_key_with_another_request_is_refused(client: httpx.Client, change: str) -> None:
    made, headers = make(client), key()
    at = f"/v1/agents/{made['id']}"
    wanted = {**made["configuration"], "tone": "warm"}
    assert client.put(at, json=wanted, headers=headers).status_code == 200
    other = {
        "body": lambda: client.put(at, json={**wanted, "tone": "cold"}, headers=headers),
        "path": lambda: client.put(f"/v1/agents/{make(client)['id']}", json=wanted, headers=headers),
        "method": lambda: client.delete(at, headers=headers),
        "query": lambda: client.put(at, json=wanted, params={"note": "x"}, headers=headers),
        "if-match": lambda: client.put(at, json=wanted, headers={**headers, "If-Match": '"1"'}),
    }
    assert_problem(other[change](), 422, "idempotency-key-reused")
    assert client.get(at).json()["configuration"]["tone"] == "warm"


def test_the_slash_at_the_end_makes_no_other_request(client: httpx.Client) -> None:
    headers = key()
    same(client.post("/session", headers=headers), client.post("/session/", headers=headers))


def test_many_at_once_with_one_key_get_one_answer(client: httpx.Client) -> None:
    headers, wanted = key(), {"initial_message": "slow 10"}
    together = threading.Barrier(8)

    def create(_: int) -> httpx.Response:
        with httpx.Client(base_url=client.base_url, trust_env=False, timeout=30) as other:
            together.wait()
            return other.post("/v1/sessions/create", json=wanted, headers=headers)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(create, range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum(REPEATED in answer.headers for answer in answers) == 7


def test_a_second_one_does_not_wait_for_ever(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "PATIENCE", 0.2)
    headers, wanted = key(), {"initial_message": "slow 60"}
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.post, "/v1/sessions/create", json=wanted, headers=headers)
        time.sleep(0.3)
        second = client.post("/v1/sessions/create", json=wanted, headers=headers)
        found = assert_problem(second, 409, "in-progress")
        assert second.headers["retry-after"] == "1" and "same key" in found["next_step"]
        assert first.result().status_code == 201
    same(first.result(), client.post("/v1/sessions/create", json=wanted, headers=headers))


def test_a_refusal_wrote_nothing_and_leaves_the_key_free(client: httpx.Client) -> None:
    headers, wanted = key(), fresh()
    for _ in range(2):
        assert_problem(client.post("/v1/agents", json={**wanted, "name": "no name"}, headers=headers), 422, "invalid")
    first = client.post("/v1/agents", json=wanted, headers=headers)
    assert first.status_code == 201
    same(first, client.post("/v1/agents", json=wanted, headers=headers))


def test_a_failure_here_leaves_the_key_free(client: httpx.Client) -> None:
    headers = key()
    session = begin(client)
    body = {"message": "fail"}
    at = f"/v1/sessions/{session}/message"
    assert_problem(client.post(at, json=body, headers=headers), 502, "engine-failed")
    assert client.post(at, json=body, headers=headers).json()["text"] == "This time it worked."
    talk = client.get(f"/v1/sessions/{session}/talk").json()
    assert [one["role"] for one in talk["messages"]] == ["user", "model"]


def test_a_stream_of_events_is_told_again_and_makes_no_second_message(client: httpx.Client) -> None:
    session, headers = begin(client), key() | {"Accept": "text/event-stream"}
    answers = [
        client.post(f"/v1/sessions/{session}/message", json={"message": "hello"}, headers=headers) for _ in range(2)
    ]
    first, again = [events_of(answer.text) for answer in answers]
    assert first[0][1]["again"] is False and again[0][1]["again"] is True
    assert again[0][1]["reply_id"] == first[0][1]["reply_id"]
    words = ["".join(data["text"] for kind, data in told if kind == "TextDelta") for told in (first, again)]
    assert words == ["You said: hello"] * 2
    assert len(client.get(f"/v1/sessions/{session}/talk").json()["messages"]) == 2
    other = client.post(f"/v1/sessions/{session}/message", json={"message": "other"}, headers=headers)
    assert_problem(other, 422, "idempotency-key-reused")


@pytest.mark.parametrize("path", ["/chat/", "/generate/"])
def test_a_stream_of_lines_is_told_again_after_a_restart_too(tmp_path: Path, path: str) -> None:
    headers = key()
    with serving(tmp_path, scripted=True) as client:
        session = begin(client)
        body = {"prompt": "name Triage", "session_id": session}
        first = lines_of(client.post(path, json=body, headers=headers))
    with serving(tmp_path, scripted=True) as client:
        again = lines_of(client.post(path, json=body, headers=headers))
        assert again[-1]["content"] == first[-1]["content"] == "Noted: Triage."
        assert len(lines_of(client.get("/chat/", params={"session_id": session}))) == 2


def test_a_second_stream_joins_the_reply_that_is_being_written(client: httpx.Client) -> None:
    session, headers = begin(client), key() | {"Accept": "text/event-stream"}

    def say(_: int) -> str:
        with httpx.Client(base_url=client.base_url, trust_env=False, timeout=30) as other:
            at = f"/v1/sessions/{session}/message"
            return other.post(at, json={"message": "slow 25"}, headers=headers).text

    with ThreadPoolExecutor(3) as pool:
        told = [events_of(text) for text in pool.map(say, range(3))]
    assert len({events[0][1]["reply_id"] for events in told}) == 1
    for events in told:
        text = "".join(data["text"] for kind, data in events if kind == "TextDelta")
        assert text.split() == [f"word{number}" for number in range(25)]


@pytest.mark.parametrize("given", ["", '""', "x" * 256, "é", "a\tb"])
def test_a_key_that_cannot_be_one_is_refused(client: httpx.Client, given: str) -> None:
    response = client.post("/session/", headers={"Idempotency-Key": given.encode()})
    assert_problem(response, 422, "bad-idempotency-key")


def test_the_quotes_of_a_key_do_not_count(client: httpx.Client) -> None:
    given = str(uuid.uuid4())
    bare = client.post("/session/", headers={"Idempotency-Key": given})
    same(bare, client.post("/session/", headers={"Idempotency-Key": f'"{given}"'}))


def test_a_key_does_not_hide_that_there_is_no_such_call(client: httpx.Client) -> None:
    headers = key()
    assert client.post("/session/", headers=headers).status_code == 200
    assert_problem(client.put("/session/", headers=headers), 405, "no-such-method")
    assert_problem(client.post("/nothing", headers=headers), 404, "no-such-call")


def test_a_key_is_no_token(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True) as client:
        headers, admin = key(), made(tmp_path, "admin")
        token = client.post("/v1/tokens", json={"name": "nightly"}, headers=admin).json()["id"]
        assert client.delete(f"/v1/tokens/{token}", headers=headers | admin).status_code == 204
        assert_problem(client.delete(f"/v1/tokens/{token}", headers=headers), 401, "no-token")


def test_reading_takes_no_notice_of_a_key(client: httpx.Client) -> None:
    headers = key()
    assert client.get("/v1/agents", headers=headers).status_code == 200
    assert client.get("/v1/sessions", headers=headers).status_code == 200
    assert client.post("/session/", headers=headers).status_code == 200


@pytest.mark.parametrize("announced", [True, False])
def test_too_large_a_body_is_refused_also_with_a_key(client: httpx.Client, announced: bool) -> None:
    body: Any = b"x" * 1_100_000
    content = body if announced else iter([body])
    headers = key() | {"Content-Type": "application/json"}
    assert_problem(client.post("/v1/agents", content=content, headers=headers), 413, "too-large")
    assert client.post("/session/", headers=headers).status_code == 200, "the key is free"


def test_the_secret_of_a_token_is_written_down_nowhere(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True) as client:
        headers = made(tmp_path, "admin") | key()
        first = client.post("/v1/tokens", json={"name": "nightly"}, headers=headers)
        assert first.status_code == 201
        again = client.post("/v1/tokens", json={"name": "nightly"}, headers=headers)
        assert_problem(again, 409, "shown-once")
        kept = client.get("/v1/tokens", headers=headers).json()["tokens"]
        assert [token["name"] for token in kept].count("nightly") == 1
    secret = first.json()["token"].encode()
    assert all(secret not in file.read_bytes() for file in tmp_path.iterdir() if file.is_file())


def test_a_database_in_trouble_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "test.db").mkdir()
    with running(tmp_path) as server:
        refused = httpx.post(f"{server.api}/session/", headers=key(), trust_env=False)
    assert refused.status_code == 503 and re.match(r"/problems/storage", refused.json()["type"])
