"""POST /agent/chat: a whole chat in one call, over real HTTP."""

import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from tests.api.conftest import serving
from tests.api.test_plain import SPEC
from tests.api.test_refusals import assert_problem


def chat(client: httpx.Client, message: str, **more: Any) -> dict[str, Any]:
    response = client.post("/agent/chat", json={"message": message, **more})
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def test_the_first_message_makes_the_session_and_the_next_goes_on_in_it(client: httpx.Client) -> None:
    first = chat(client, "name Triage", enable_tools=True)
    assert {"session_id", "message", "artifacts", "tool_calls"} <= set(first)
    assert str(uuid.UUID(first["session_id"])) == first["session_id"]
    assert (first["message"], first["artifacts"], first["tool_calls"]) == ("Noted: Triage.", [], [])
    second = chat(client, "tone warm", session_id=first["session_id"], enable_tools=False)
    assert second["session_id"] == first["session_id"]
    assert client.get(f"/v1/sessions/{first['session_id']}/status").json()["collected"] == ["name", "tone"]


def test_the_answer_carries_the_revision_of_the_session(client: httpx.Client) -> None:
    response = client.post("/agent/chat", json={"message": "hi"})
    status = client.get(f"/v1/sessions/{response.json()['session_id']}/status")
    assert response.headers["etag"] == status.headers["etag"]


def test_the_configuration_is_an_artifact_once_it_is_finished(guided: httpx.Client) -> None:
    found = chat(guided, SPEC)
    for _ in range(12):
        if found["artifacts"]:
            break
        talk = guided.get(f"/v1/sessions/{found['session_id']}/talk").json()
        yes = next((reply for reply in talk["suggestions"] if reply.lower().startswith("yes")), "You decide")
        found = chat(guided, yes, session_id=found["session_id"])
    [artifact] = found["artifacts"]
    schema = guided.get("/v1/schema/agent-config").json()
    assert list(Draft202012Validator(schema).iter_errors(artifact["content"])) == []
    assert (artifact["type"], artifact["content"]["name"]) == ("agent_config", "TicketTriage")
    assert (found["stage"], found["progress"]) == ("COMPLETED", 100)


def test_only_the_whole_answer_counts_when_a_try_was_taken_back(client: httpx.Client) -> None:
    assert chat(client, "back")["message"] == "The whole answer."


def test_people_of_one_program_do_not_meet_in_a_session(client: httpx.Client) -> None:
    ann = chat(client, "hello", user_id="ann")["session_id"]
    bob = chat(client, "hello", user_id="bob")["session_id"]
    assert ann != bob
    assert client.get(f"/v1/sessions/{ann}").json()["context"] == {"user_id": "ann"}
    refused = client.post("/agent/chat", json={"message": "hi", "session_id": ann, "user_id": "bob"})
    assert_problem(refused, 422, "invalid")
    assert chat(client, "again", session_id=ann, user_id="ann")["session_id"] == ann
    assert chat(client, "again", session_id=ann)["session_id"] == ann


def test_a_failed_reply_names_the_session_to_go_on_in(client: httpx.Client) -> None:
    response = client.post("/agent/chat", json={"message": "down"})
    found = assert_problem(response, 502, "engine-failed")
    assert chat(client, "name Later", session_id=found["session_id"])["message"] == "Noted: Later."


@pytest.mark.parametrize("session", ["6f0e5b8e-0000-4000-8000-000000000000", "nonsense", 5, [], {}, "", "\x00", True])
def test_an_unknown_session_is_not_found(client: httpx.Client, session: object) -> None:
    response = client.post("/agent/chat", json={"message": "hi", "session_id": session})
    assert_problem(response, 404, "not-found")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "message"),
        ({"message": ""}, "message"),
        ({"message": "hi", "user_id": 5}, "user_id"),
        ({"message": "hi", "enable_tools": "perhaps"}, "enable_tools"),
        ({"message": "hi", "tools": True}, "tools"),
    ],
)
def test_the_field_that_cannot_be_used_is_named(client: httpx.Client, body: object, field: str) -> None:
    found = assert_problem(client.post("/agent/chat/", json=body), 422, "invalid-request")
    assert found["problems"][0]["field"] == field


def test_the_chat_goes_on_after_a_restart(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True) as client:
        session = chat(client, "name Before")["session_id"]
    with serving(tmp_path, scripted=True) as client:
        assert chat(client, "tone after", session_id=session)["message"] == "Noted: after."
        assert client.get(f"/v1/sessions/{session}/status").json()["collected"] == ["name", "tone"]


def test_messages_are_counted_like_those_of_the_other_chats(tmp_path: Path) -> None:
    with serving(tmp_path, scripted=True, chat_limit="2/minute") as client:
        session = chat(client, "hi")["session_id"]
        client.post("/chat/", json={"prompt": "hi", "session_id": session})
        refused = client.post("/agent/chat", json={"message": "hi"})
        assert_problem(refused, 429, "too-many")
        assert 0 < int(refused.headers["retry-after"]) <= 60
