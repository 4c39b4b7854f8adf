"""What a session produced, over HTTP: its configurations by themselves, code that a program stores."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from jsonschema import Draft202012Validator

from tests.api.conftest import serving
from tests.api.test_agents import config, fresh
from tests.api.test_refusals import assert_problem
from tests.api.test_sessions import UNKNOWN, create, edit, sets
from tests.api.test_tokens import made

CODE = "def urgent(mail: str) -> bool:\n    return 'now' in mail\n"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving(tmp_path_factory.mktemp("artifacts"), scripted=True) as client:
        yield client


@pytest.fixture
def at(client: httpx.Client) -> str:
    """The address of the artifacts of a new session."""
    return f"/v1/sessions/{create(client)['session_id']}/artifacts"


@pytest.fixture
def finished(client: httpx.Client) -> str:
    """The same of a session that holds a finished agent."""
    agent = client.post("/v1/agents", json=fresh()).json()
    opened = client.post(f"/v1/agents/{agent['id']}/open").json()
    return f"/v1/sessions/{opened['session_id']}/artifacts"


def store(client: httpx.Client, at: str, content: str = CODE, name: str = "sort.py", **headers: str) -> httpx.Response:
    return client.post(at, json={"type": "code", "name": name, "content": content}, headers=headers)


def listed(client: httpx.Client, at: str, **query: object) -> list[dict[str, Any]]:
    answer = client.get(at, params={key: str(value) for key, value in query.items()})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["artifacts"]
    return found


def test_a_finished_configuration_is_an_artifact(client: httpx.Client, finished: str) -> None:
    [artifact] = listed(client, finished)
    session = finished.removesuffix("/artifacts")
    assert artifact["content"] == client.get(f"{session}/configuration").json()
    assert (artifact["type"], artifact["version"], artifact["media_type"]) == ("agent_config", 1, "application/json")
    found = artifact["metadata"]
    assert {"session_id", "version", "type", "created_at"} <= set(found)
    assert found["session_id"] == session.rpartition("/")[2] and found["expires_at"] is None and found["agent_id"]


def test_corrections_are_versions_and_the_list_shows_the_last(client: httpx.Client, finished: str) -> None:
    session = finished.split("/")[3]
    for tone in ("warm", "warm", "calm"):
        assert edit(client, session, sets(tone=tone)).status_code == 200
    [latest] = listed(client, finished)
    assert (latest["version"], latest["content"]["tone"]) == (3, "calm")
    every = listed(client, finished, all="true")
    assert [(one["version"], one["content"]) for one in every] == [(3, None), (2, None), (1, None)]
    first = client.get(f"{finished}/{every[-1]['id']}").json()
    assert first["version"] == 1 and "tone" not in first["content"]


def test_all_versions_are_listed_a_page_at_a_time(client: httpx.Client, at: str) -> None:
    for number in range(5):
        assert store(client, at, f"x = {number}\n").status_code == 201
    seen: list[int] = []
    query = {"all": "true", "limit": "2"}
    while True:
        page = client.get(at, params=query).json()
        seen.extend(one["version"] for one in page["artifacts"])
        if page["next"] is None:
            break
        query["after"] = page["next"]
    assert seen == [5, 4, 3, 2, 1]
    assert_problem(client.get(at, params={"all": "true", "after": "nonsense"}), 422, "invalid")


def test_a_program_stores_code_and_reads_it_again(client: httpx.Client, at: str) -> None:
    made = store(client, at)
    assert made.status_code == 201
    artifact = made.json()
    assert made.headers["location"] == f"/api{at}/{artifact['id']}"
    found = client.get(made.headers["location"].removeprefix("/api")).json()
    assert found["content"] == CODE and found["metadata"]["hash"] == hashlib.sha256(CODE.encode()).hexdigest()
    assert found["metadata"]["size"] == len(CODE) and found["name"] == "sort.py"
    ends = datetime.fromisoformat(found["metadata"]["expires_at"])
    assert timedelta(days=29, hours=23) < ends - datetime.now(UTC) <= timedelta(days=30)


def test_the_same_code_again_is_no_new_version(client: httpx.Client, at: str) -> None:
    first, again, other = store(client, at), store(client, at), store(client, at, "x = 1\n")
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 201)
    assert first.json()["id"] == again.json()["id"]
    assert [one["version"] for one in listed(client, at, all="true")] == [2, 1]


def test_a_key_makes_a_repeated_request_the_same(client: httpx.Client, at: str) -> None:
    key = {"Idempotency-Key": uuid4().hex}
    first = store(client, at, **key)
    assert store(client, at, "x = 2\n").status_code == 201
    again = store(client, at, **key)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert len(listed(client, at, all="true")) == 2


def test_code_that_runs_other_code_or_holds_secrets_is_refused_line_by_line(client: httpx.Client, at: str) -> None:
    key = "sk-" + "proj-Ab3dEf6hIj9kLm2nOp5q"
    refused = store(client, at, f"import json\nimport subprocess as s\n\ns.run(['ls'])\nKEY = '{key}'\n")
    problem = assert_problem(refused, 422, "invalid")
    assert [one["line"] for one in problem["problems"]] == [2, 4, 5]
    assert all(one["reason"] and one["next_step"] and one["field"] == "content" for one in problem["problems"])
    assert key not in refused.text
    assert listed(client, at) == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "code", "name": "x.py"},
        {"type": "code", "name": "x.py", "content": 1},
        {"type": "code", "name": "x.py", "content": "x = 1", "extra": 1},
        {"type": "agent_config", "name": "x.json", "content": "{}"},
        {"type": "code", "name": "../x.py", "content": "x = 1"},
        {"type": "code", "name": 'x".py', "content": "x = 1"},
        {"type": "code", "name": "x\r\nSet-Cookie: a.py", "content": "x = 1"},
        {"type": "code", "name": "x.txt", "content": "x = 1"},
        {"type": "code", "name": "x" * 200 + ".py", "content": "x = 1"},
        {"type": "code", "name": "x.py", "content": "def ("},
        {"type": "code", "name": "x.py", "content": "[" * 900_000},
        {"type": "code", "name": "x.py", "content": "-" * 90_000 + "1"},
        {"type": "code", "name": "x.py", "content": "ev\0al('1')"},
    ],
)
def test_what_cannot_be_stored_is_refused_as_a_problem(client: httpx.Client, at: str, body: dict[str, Any]) -> None:
    answer = client.post(at, json=body)
    assert answer.status_code == 422 and answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] and answer.json()["next_step"]
    assert listed(client, at) == []


def test_half_characters_in_code_are_stored_readable(client: httpx.Client, at: str) -> None:
    body = b'{"type": "code", "name": "x.py", "content": "x = \'\\ud83d\'"}'
    answer = client.post(at, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 201 and answer.json()["content"] in (None, "x = '\ufffd'")


def test_a_file_is_downloaded_as_it_was_stored(client: httpx.Client, finished: str) -> None:
    text = "# größer\nx = 'ü'\n"
    made = store(client, finished, text, "größer".encode("ascii", "ignore").decode() + "_1.py").json()
    file = client.get(f"{finished}/{made['id']}/file")
    assert file.content == text.encode() and file.headers["content-type"].startswith("text/x-python")
    assert file.headers["content-disposition"] == f'attachment; filename="{made["name"]}"'
    assert file.headers["x-content-type-options"] == "nosniff"
    [configuration] = [one for one in listed(client, finished) if one["type"] == "agent_config"]
    file = client.get(f"{finished}/{configuration['id']}/file")
    assert json.loads(file.content) == configuration["content"]
    assert file.headers["content-disposition"].endswith('.json"')
    assert hashlib.sha256(file.content).hexdigest() == configuration["metadata"]["hash"]


def test_an_artifact_is_deleted_for_good(client: httpx.Client, finished: str) -> None:
    made = store(client, finished).json()
    for artifact in listed(client, finished):
        one = f"{finished}/{artifact['id']}"
        assert client.delete(one).status_code == 204
        for answer in (client.get(one), client.get(f"{one}/file"), client.delete(one)):
            assert_problem(answer, 404, "not-found")
    assert listed(client, finished) == [] == listed(client, finished, all="true")
    assert store(client, finished).json()["version"] == made["version"] + 1
    assert client.get(finished.replace("/artifacts", "/configuration")).status_code == 200


def test_artifacts_are_found_in_their_own_session_only(client: httpx.Client, at: str, finished: str) -> None:
    made = store(client, at).json()["id"]
    elsewhere = (finished, f"/v1/sessions/{UNKNOWN}/artifacts")
    for one in (*(f"{other}/{made}" for other in elsewhere), *(f"{at}/{name}" for name in (UNKNOWN, "%00", "💥"))):
        assert_problem(client.get(one), 404, "not-found")
        assert_problem(client.get(f"{one}/file"), 404, "not-found")
        assert_problem(client.delete(one), 404, "not-found")
    for session in (UNKNOWN, "nonsense"):
        assert_problem(client.get(f"/v1/sessions/{session}/artifacts"), 404, "not-found")
        assert_problem(store(client, f"/v1/sessions/{session}/artifacts"), 404, "not-found")
    assert client.get(f"{at}/{made}").status_code == 200


def test_artifacts_go_with_their_session_and_stay_at_its_reset(client: httpx.Client, finished: str) -> None:
    session = finished.split("/")[3]
    store(client, finished)
    assert client.post("/reset/", json={"session_id": session}).status_code == 200
    assert [one["type"] for one in listed(client, finished)] == ["code", "agent_config"]
    assert client.delete(f"/v1/sessions/{session}").status_code == 204
    assert_problem(client.get(finished), 404, "not-found")


def test_they_are_there_after_a_restart(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True) as client:
        at = f"/v1/sessions/{create(client)['session_id']}/artifacts"
        made = store(client, at).json()["id"]
    with serving(tmp_path, scripted=True) as client:
        assert client.get(f"{at}/{made}").json()["content"] == CODE


def test_agent_chat_and_metrics_tell_of_what_is_stored(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True) as client:
        agent = client.post("/v1/agents", json=config("Chatty")).json()
        session = client.post(f"/v1/agents/{agent['id']}/open").json()["session_id"]
        store(client, f"/v1/sessions/{session}/artifacts")
        store(client, f"/v1/sessions/{session}/artifacts")
        store(client, f"/v1/sessions/{session}/artifacts", "import subprocess\n")
        told = client.post("/agent/chat", json={"message": "hello", "session_id": session}).json()["artifacts"]
        assert told == listed(client, f"/v1/sessions/{session}/artifacts") and len(told) == 2
        figures = client.get("/metrics").text
    assert 'artifacts_created_total{artifact_type="agent_config"} 1.0' in figures
    assert 'artifacts_created_total{artifact_type="code"} 1.0' in figures


def test_tokens_that_only_read_store_and_delete_nothing(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True, api_tokens="required") as client:
        reader, writer = made(tmp_path, "read"), made(tmp_path, "write")
        session = client.post("/v1/sessions/create", headers=writer).json()["session_id"]
        at = f"/v1/sessions/{session}/artifacts"
        stored = store(client, at, **writer).json()["id"]
        assert store(client, at, **reader).status_code == 403
        assert client.delete(f"{at}/{stored}", headers=reader).status_code == 403
        assert client.get(f"{at}/{stored}").status_code == 401
        assert client.get(f"{at}/{stored}/file", headers=reader).content == CODE.encode()


def test_answers_have_the_shape_that_is_described(client: httpx.Client, finished: str) -> None:
    described = client.get("/openapi.json").json()
    path = "/v1/sessions/{session_id}/artifacts"
    made, again = store(client, finished), store(client, finished)
    answers = [
        ("post", path, made),
        ("post", path, again),
        ("get", path, client.get(finished)),
        ("get", path, client.get(finished, params={"all": "true"})),
        ("get", f"{path}/{{artifact_id}}", client.get(f"{finished}/{made.json()['id']}")),
    ]
    for method, name, answer in answers:
        call = described["paths"][name][method]["responses"][str(answer.status_code)]
        whole = {**call["content"]["application/json"]["schema"], "components": described["components"]}
        assert [error.message for error in Draft202012Validator(whole).iter_errors(answer.json())] == []
    example = described["components"]["schemas"]["NewArtifact"]["examples"][0]
    assert client.post(finished, json=example).status_code == 201
