"""The calls of the page's chat: events as they happen, the talk in stretches, steps back and forth."""

import json
import threading
import time
import uuid
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from tests.api.test_refusals import assert_problem
from tests.scripts import SUGGESTIONS

EVENTS = {"Accept": "text/event-stream"}
MESSAGE_KEYS = {
    "id", "seq", "role", "text", "created", "state", "changes", "proposals", "suggestions", "stage", "reason",
    "dropped", "engine", "usage",
}  # fmt: skip


Told = list[tuple[str, dict[str, Any]]]


def events_of(text: str) -> Told:
    frames = [frame.split("\n") for frame in text.split("\n\n") if frame.startswith("event: ")]
    return [(kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for kind, data in frames]


def say(client: httpx.Client, session: str, message: str, message_id: str | None = None) -> Told:
    body = {"message": message} | ({"message_id": message_id} if message_id else {})
    response = client.post(f"/v1/sessions/{session}/message", json=body, headers=EVENTS)
    assert response.headers["content-type"].startswith("text/event-stream"), response.text
    return events_of(response.text)


def talk(client: httpx.Client, session: str, **params: int) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/v1/sessions/{session}/talk", params=params).json()
    return found


def test_a_message_is_answered_by_events_from_started_to_finished(client: httpx.Client, session: str) -> None:
    found = say(client, session, "name Triage", "my-own-id")
    kinds = [kind for kind, _ in found]
    assert (kinds[0], kinds[-1]) == ("Started", "Finished")
    assert {"DraftChanged", "TextDelta", "Suggested", "StageChanged"} <= set(kinds)
    data = dict(found)
    assert data["Started"]["message_id"] == "my-own-id" and data["Started"]["again"] is False
    change = {"field": "name", "before": None, "after": "Triage", "key": None, "kind": "added"}
    assert data["DraftChanged"]["change"] == change
    assert data["Finished"]["outcome"] == "done"
    assert data["Finished"]["revision"] == client.get(f"/v1/sessions/{session}/status").json()["revision"]


def test_events_leave_while_the_reply_is_still_being_written(client: httpx.Client, session: str) -> None:
    with client.stream("POST", f"/v1/sessions/{session}/message", json={"message": "hang"}, headers=EVENTS) as response:
        lines = response.iter_lines()
        seen = [line for line, _ in zip(lines, range(5), strict=False)]
        assert "event: TextDelta" in seen
        assert client.post(f"/v1/sessions/{session}/stop").status_code == 204
        rest = events_of("\n".join(["event: x", "data: {}", "", *lines, ""]))
    assert rest[-1] == ("Finished", rest[-1][1]) and rest[-1][1]["outcome"] == "stopped"
    last = talk(client, session)["messages"][-1]
    assert (last["text"], last["state"]) == ("One moment", "stopped")


def test_without_event_stream_the_finished_message_comes_whole(client: httpx.Client, session: str) -> None:
    message = client.post(f"/v1/sessions/{session}/message", json={"message": "tone warm"}).json()
    assert set(message) == MESSAGE_KEYS
    assert (message["role"], message["text"], message["state"]) == ("model", "Noted: warm.", "done")
    assert message["changes"] == [{"field": "tone", "key": None, "kind": "added"}]
    assert message["suggestions"] == list(SUGGESTIONS)


def test_a_failed_message_without_event_stream_is_a_problem(client: httpx.Client, session: str) -> None:
    response = client.post(f"/v1/sessions/{session}/message", json={"message": "fail"})
    assert response.status_code == 502
    assert response.json()["detail"] == "The model did not answer."


def test_the_same_message_id_again_makes_no_second_message(client: httpx.Client, session: str) -> None:
    message_id = uuid.uuid4().hex
    first = say(client, session, "hello", message_id)
    again = say(client, session, "hello", message_id)
    assert again[0][1]["again"] is True
    assert "".join(data["text"] for kind, data in again if kind == "TextDelta") == "You said: hello"
    assert first[0][1]["reply_id"] == again[0][1]["reply_id"]
    assert [one["role"] for one in talk(client, session)["messages"]] == ["user", "model"]


@pytest.mark.parametrize("message_id", ["", "a b", "x" * 65, "<script>", 5])
def test_a_message_id_is_short_and_plain(client: httpx.Client, session: str, message_id: object) -> None:
    body = {"message": "hi", "message_id": message_id}
    assert client.post(f"/v1/sessions/{session}/message", json=body).status_code == 422


def test_the_talk_says_all_that_the_chat_draws(client: httpx.Client, session: str) -> None:
    empty = talk(client, session)
    assert empty["messages"] == [] and empty["opening"]["text"]
    assert empty["opening"]["suggestions"] == empty["suggestions"]
    assert (empty["can_undo"], empty["can_redo"], empty["undoes"]) == (False, False, None)
    say(client, session, "name Triage", "first")
    found = talk(client, session)
    assert set(found) == {
        "revision", "stage", "progress", "stages", "missing", "engine", "language", "messages", "earlier", "running",
        "opening", "suggestions", "can_undo", "can_redo", "undoes", "engines", "used",
    }  # fmt: skip
    question, answer = found["messages"]
    assert set(question) == MESSAGE_KEYS and question["id"] == "first"
    assert found["engine"] == {"name": "scripted", "title": "Scripted (for trials)"}
    assert (found["can_undo"], found["undoes"]) == (True, answer["id"])


def test_a_long_talk_comes_in_stretches(client: httpx.Client, session: str) -> None:
    for number in range(5):
        say(client, session, f"say {number}")
    newest = talk(client, session, limit=4)
    assert [one["text"] for one in newest["messages"]] == ["say 3", "3", "say 4", "4"]
    assert newest["earlier"] is True
    before = talk(client, session, before=newest["messages"][0]["seq"], limit=50)
    assert [one["text"] for one in before["messages"]] == ["say 0", "0", "say 1", "1", "say 2", "2"]
    assert before["earlier"] is False
    assert client.get(f"/v1/sessions/{session}/talk", params={"limit": 0}).status_code == 422


def test_a_running_reply_can_be_joined_from_its_start(client: httpx.Client, session: str) -> None:
    assert client.get(f"/v1/sessions/{session}/turn").status_code == 204
    asking = threading.Thread(target=say, args=(client, session, "slow 25"))
    asking.start()
    deadline = time.monotonic() + 5
    while talk(client, session)["running"] is None and time.monotonic() < deadline:
        time.sleep(0.01)
    running = talk(client, session)["running"]
    joined = events_of(client.get(f"/v1/sessions/{session}/turn").text)
    asking.join()
    assert joined[0][0] == "Started" and joined[0][1]["reply_id"] == running["id"]
    text = "".join(data["text"] for kind, data in joined if kind == "TextDelta")
    assert text.split() == [f"word{number}" for number in range(25)]
    assert talk(client, session)["running"] is None


def test_steps_back_and_forth_move_the_draft(client: httpx.Client, session: str) -> None:
    def name() -> bool:
        return "name" in client.get(f"/v1/sessions/{session}/status").json()["collected"]

    reply = client.post(f"/v1/sessions/{session}/message", json={"message": "tone warm"}).json()
    say(client, session, "name Triage")
    assert name()
    undone = client.post(f"/v1/sessions/{session}/undo")
    assert undone.status_code == 200 and "name" not in undone.json()["collected"]
    assert talk(client, session)["can_redo"] is True
    assert "name" in client.post(f"/v1/sessions/{session}/redo").json()["collected"]
    back = client.post(f"/v1/sessions/{session}/go-back", json={"message_id": reply["id"]})
    assert back.json()["collected"] == ["tone"] and not name()


def test_a_step_that_is_not_there_is_refused_and_changes_nothing(client: httpx.Client, session: str) -> None:
    at = f"/v1/sessions/{session}"
    assert_problem(client.post(f"{at}/undo"), 409, "nothing-to-undo")
    say(client, session, "name Triage")
    assert_problem(client.post(f"{at}/redo"), 409, "nothing-to-redo")
    assert client.post(f"{at}/undo").status_code == 200
    before = client.get(at).json()
    assert_problem(client.post(f"{at}/undo"), 409, "nothing-to-undo")
    assert client.get(at).json() == before
    assert client.post(f"{at}/redo").json()["collected"] == ["name"]


def test_the_status_has_the_record_of_the_session(client: httpx.Client, session: str) -> None:
    say(client, session, "name Triage")
    status = client.get(f"/v1/sessions/{session}/status").json()
    assert set(status) == {
        "session_id", "stage", "progress", "collected", "missing", "revision", "stages", "mode", "engine", "agent_id",
        "saved_version", "engine_title", "used",
    }  # fmt: skip
    assert (status["engine"], status["engine_title"]) == ("scripted", "Scripted (for trials)")
    assert status["session_id"] == session
    assert status["stages"] == ["INITIAL", "COLLECTING_BASICS"]
    assert status["collected"] == ["name"] and "system_prompt" in status["missing"]
    assert 0 < status["progress"] < 100


def test_every_path_works_with_and_without_the_slash_at_its_end(client: httpx.Client, session: str) -> None:
    for path in ("/session", "/session/"):
        assert client.post(path).status_code == 200
    for path in ("/chat", "/chat/", "/finalize", "/finalize/", "/generate/finalize", "/generate/finalize/"):
        assert client.get(path, params={"session_id": session}).status_code in (200, 202)
    for path in (f"/v1/sessions/{session}/status", f"/v1/sessions/{session}/status/", "/healthz", "/healthz/"):
        assert client.get(path).status_code == 200


def test_the_published_schema_is_one(client: httpx.Client) -> None:
    response = client.get("/v1/schema/agent-config")
    assert response.headers["content-type"] == "application/schema+json"
    Draft202012Validator.check_schema(response.json())
    assert {"name", "description", "return_type", "prompts"} <= set(response.json()["required"])


def test_openapi_lists_the_calls_and_nothing_is_loaded_from_elsewhere(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for path in ("/healthz", "/session/", "/chat/", "/finalize/", "/generate/", "/generate/finalize/", "/reset/"):
        assert path in paths
    assert "/v1/sessions/{session_id}/status" in paths and "/v1/schema/agent-config" in paths
    for page in ("/docs", "/redoc"):
        assert "https://" not in client.get(page).text
