"""Everything the API refuses: which status, which words, and never a traceback."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from builder.api import app as api
from builder.api import guard, problems
from builder.core import errors
from builder.wiring import App
from tests.api.conftest import begin, serving
from tests.core.examples import structured
from tests.servers import in_thread

UNKNOWN = ("6f0e5b8e-0000-4000-8000-000000000000", "nonsense", "", "../../etc/passwd", "\x00", "💥", "a" * 5000)
KNOWN_SLUGS = {slug for _, slug in problems.TABLE.values()}


def assert_problem(response: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document["type"] == f"/problems/{slug}"
    assert document["status"] == status
    assert document["title"] and document["detail"] and document["next_step"]
    assert "Traceback" not in response.text
    return document


@pytest.mark.parametrize("session", UNKNOWN)
def test_an_unknown_or_malformed_session_is_not_found_anywhere(client: httpx.Client, session: str) -> None:
    for path in ("/chat/", "/finalize/", "/generate/finalize/"):
        assert_problem(client.get(path, params={"session_id": session}), 404, "not-found")
    for path in ("/chat/", "/generate/"):
        assert_problem(client.post(path, json={"prompt": "hi", "session_id": session}), 404, "not-found")
    assert_problem(client.post("/reset/", json={"session_id": session}), 404, "not-found")


@pytest.mark.parametrize("session", UNKNOWN[:2])
def test_what_to_do_when_a_thing_is_not_there_is_a_call_of_the_same_kind(client: httpx.Client, session: str) -> None:
    plain = client.get("/chat/", params={"session_id": session}).json()
    assert plain["next_step"] == "Begin one with POST /session/."
    known = begin(client)
    for path, call in (
        (f"/v1/sessions/{session}", "GET /v1/sessions, or begin one with POST /v1/sessions/create"),
        (f"/v1/agents/{session}", "GET /v1/agents"),
    ):
        assert call in assert_problem(client.get(path), 404, "not-found")["next_step"]
    asked = client.post("/agent/chat", json={"message": "hi", "session_id": session})
    assert "POST /v1/sessions/create" in assert_problem(asked, 404, "not-found")["next_step"]
    lost = client.post(f"/v1/sessions/{known}/go-back", json={"message_id": session})
    assert "GET /v1/sessions/{session_id}/talk" in assert_problem(lost, 404, "not-found")["next_step"]
    saved = client.post("/v1/agents", json=structured()).json()
    version = client.get(f"/v1/agents/{saved['id']}/versions/99")
    assert "GET /v1/agents/{agent_id}/versions" in assert_problem(version, 404, "not-found")["next_step"]


@pytest.mark.parametrize("session", [5, None, [], {"a": 1}, True])
def test_a_session_id_that_is_no_text_is_not_found(client: httpx.Client, session: object) -> None:
    assert_problem(client.post("/chat/", json={"prompt": "hi", "session_id": session}), 404, "not-found")


@pytest.mark.parametrize("path", ["status", "talk", "turn"])
def test_unknown_sessions_of_the_chat_are_not_found(client: httpx.Client, path: str) -> None:
    for session in ("6f0e5b8e-0000-4000-8000-000000000000", "nonsense"):
        assert_problem(client.get(f"/v1/sessions/{session}/{path}"), 404, "not-found")


@pytest.mark.parametrize("path", ["message", "stop", "undo", "redo", "go-back"])
def test_unknown_sessions_of_the_chat_cannot_be_changed(client: httpx.Client, path: str) -> None:
    body = {"message": {"message": "hi"}, "go-back": {"message_id": "x"}}.get(path)
    for session in ("6f0e5b8e-0000-4000-8000-000000000000", "nonsense"):
        assert_problem(client.post(f"/v1/sessions/{session}/{path}", json=body), 404, "not-found")


def test_an_unknown_call_and_an_unknown_method_are_problems_too(client: httpx.Client) -> None:
    assert_problem(client.get("/nothing/here"), 404, "no-such-call")
    assert_problem(client.delete("/chat/"), 405, "no-such-method")


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/chat/", "GET, POST"),
        ("/chat", "GET, POST"),
        ("/v1/sessions/x", "DELETE, GET"),
        ("/v1/sessions/create", "POST"),
        ("/v1/agents/x", "DELETE, GET, PUT"),
        ("/v1/agents/import", "POST"),
        ("/v1/tokens", "GET, POST"),
    ],
)
def test_a_refused_method_is_told_which_ones_the_address_takes(client: httpx.Client, path: str, methods: str) -> None:
    refused = client.request("TRACE", path)
    assert_problem(refused, 405, "no-such-method")
    assert refused.headers["allow"] == methods


@pytest.mark.parametrize("said", ["", " \n", "\x00", "\x1c\x85", "\ufeff", "\u2028"])
def test_a_message_in_which_nothing_can_be_seen_is_refused(client: httpx.Client, session: str, said: str) -> None:
    found = assert_problem(client.post("/chat/", json={"prompt": said, "session_id": session}), 422, "invalid-request")
    assert [problem["field"] for problem in found["problems"]] == ["prompt"]


def test_broken_json_is_told_from_a_wrong_request(client: httpx.Client) -> None:
    headers = {"Content-Type": "application/json"}
    assert_problem(client.post("/chat/", content=b'{"prompt": ', headers=headers), 400, "not-json")
    found = assert_problem(client.post("/chat/", json={"promt": "hi"}), 422, "invalid-request")
    assert {problem["field"]: problem["reason"] for problem in found["problems"]} == {
        "prompt": "is missing",
        "session_id": "is missing",
        "promt": "is not known here",
    }


def test_a_body_that_is_not_called_json_is_explained(client: httpx.Client) -> None:
    response = client.post("/chat/", content=b'{"prompt": "hi", "session_id": "x"}')
    assert "Content-Type" in assert_problem(response, 422, "invalid-request")["detail"]


@pytest.mark.parametrize("prompt", ["", "   \n ", 7, None, ["hi"]])
def test_an_empty_prompt_is_refused_in_plain_words(client: httpx.Client, session: str, prompt: object) -> None:
    response = client.post("/chat/", json={"prompt": prompt, "session_id": session})
    assert assert_problem(response, 422, "invalid-request")["problems"][0]["field"] == "prompt"


def test_a_large_body_is_refused_before_it_is_read(client: httpx.Client, session: str) -> None:
    body = {"prompt": "x" * guard.LARGEST_BODY, "session_id": session}
    assert_problem(client.post("/chat/", json=body), 413, "too-large")


def test_a_large_body_of_unknown_length_is_refused_while_it_comes(client: httpx.Client) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"prompt": "'
        for _ in range(20):
            yield b"x" * 100_000
        yield b'"}'

    response = client.post("/chat/", content=pieces(), headers={"Content-Type": "application/json"})
    assert_problem(response, 413, "too-large")


def test_a_prompt_that_is_too_long_is_refused_in_words(client: httpx.Client, session: str) -> None:
    response = client.post("/chat/", json={"prompt": "x" * 300_000, "session_id": session})
    assert "200,000" in assert_problem(response, 422, "invalid-request")["detail"]


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://127.0.0.1:1", "http://127.0.0.1.example"])
def test_a_foreign_page_may_not_change_anything(client: httpx.Client, origin: str) -> None:
    assert_problem(client.post("/session/", headers={"Origin": origin}), 403, "foreign-origin")


def test_a_page_of_the_same_host_and_one_that_is_named_may(tmp_path: Path) -> None:
    with serving(tmp_path, origins=("https://friend.example",)) as client:
        own = f"http://{client.base_url.netloc.decode()}"
        assert client.post("/session/", headers={"Origin": own}).status_code == 200
        friend = client.post("/session/", headers={"Origin": "https://friend.example"})
        assert friend.headers["access-control-allow-origin"] == "https://friend.example"
        asked = {"Origin": "https://friend.example", "Access-Control-Request-Method": "POST"}
        assert client.options("/chat/", headers=asked).status_code == 200
        assert_problem(client.post("/session/", headers={"Origin": "https://foe.example"}), 403, "foreign-origin")


def test_a_foreign_page_is_not_allowed_to_read(client: httpx.Client, session: str) -> None:
    response = client.get(f"/v1/sessions/{session}/talk", headers={"Origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in response.headers


def test_too_many_messages_are_refused_with_the_time_to_wait(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True, chat_limit="3/minute") as client:
        session = begin(client)
        body = {"prompt": "hi", "session_id": session}
        assert [client.post("/chat/", json=body).status_code for _ in range(2)] == [200, 200]
        assert client.post("/generate/", json=body).status_code == 200
        refused = client.post("/chat", json=body)
        assert_problem(refused, 429, "too-many")
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert client.get("/chat/", params={"session_id": session}).status_code == 200
        assert client.post("/session/").status_code == 200
        other = client.post(f"/v1/sessions/{session}/message", json={"message": "hi"})
        assert_problem(other, 429, "too-many")


@pytest.mark.parametrize("body", [b"\xff\xfe{", b"[" * 100_000, b"{"], ids=["no text", "depth", "half"])
def test_a_body_that_is_no_json_is_named(body: bytes, tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True) as client:
        refused = client.post("/chat/", content=body, headers={"content-type": "application/json"})
        assert_problem(refused, 400, "not-json")


def test_an_unknown_call_and_a_wrong_method_are_said_in_a_sentence(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True) as client:
        assert client.get("/nonsense").json()["detail"] == "There is no such call."
        assert client.put("/session/").json()["detail"] == "This call does not take that method."


def test_the_limit_lets_go_again(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True, chat_limit="1/5 second") as client:
        body = {"prompt": "hi", "session_id": begin(client)}
        assert client.post("/chat/", json=body).status_code == 200
        refused = client.post("/chat/", json=body)
        assert refused.status_code == 429
        time.sleep(int(refused.headers["retry-after"]) + 0.05)
        assert client.post("/chat/", json=body).status_code == 200


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [
        (errors.StorageMissing("The database is gone."), 503, "storage-missing"),
        (errors.StorageLocked("Locked."), 503, "storage-locked"),
        (errors.StorageFull("Full."), 503, "storage-full"),
        (errors.StorageReadOnly("Read only."), 503, "storage-read-only"),
        (errors.Conflict("Changed elsewhere."), 409, "conflict"),
        (errors.EngineFailed("No answer."), 502, "engine-failed"),
        (RuntimeError("nobody may see this"), 500, "unexpected"),
    ],
)
def test_trouble_behind_the_door_has_its_status_and_words(error: Exception, status: int, slug: str) -> None:
    async def find() -> App:
        raise error

    with in_thread(Starlette(routes=[Mount("/api", api.create(find))])) as address:
        found = assert_problem(httpx.post(f"{address}/api/session/", trust_env=False), status, slug)
        assert "nobody may see this" not in str(found)
        assert httpx.get(f"{address}/api/healthz", trust_env=False).text == "ok"


def test_every_error_of_the_tree_has_a_status() -> None:
    def tree(kind: type[errors.BuilderError]) -> list[type[errors.BuilderError]]:
        return [kind, *(below for child in kind.__subclasses__() for below in tree(child))]

    for kind in tree(errors.BuilderError):
        found = problems.of_error(kind("What happened."))
        assert 400 <= found["status"] < 600 and found["next_step"]
        assert found["type"].removeprefix("/problems/") in KNOWN_SLUGS


@pytest.mark.parametrize("path", ["/healthz", "/v1/schema/agent-config", "/nothing", "/openapi.json"])
def test_every_answer_of_the_api_carries_the_security_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["referrer-policy"] == "no-referrer"
