"""The plain endpoints, each by its name, over real HTTP."""

import json
import re
import time
import uuid
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from tests.api.conftest import begin, serving
from tests.scripts import SUGGESTIONS

STAMP = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
SPEC = (
    "I want an agent that sorts support tickets by priority. Call it TicketTriage. A program reads the answers. "
    "It is given the ticket text and returns the priority (low, medium or high) and the department. "
    "It must never promise a refund."
)


def lines_of(response: httpx.Response) -> list[dict[str, Any]]:
    return [json.loads(line) for line in response.text.splitlines()]


def chat(client: httpx.Client, session: str, prompt: str, path: str = "/chat/") -> list[dict[str, Any]]:
    response = client.post(path, json={"prompt": prompt, "session_id": session})
    assert response.status_code == 200, response.text
    return lines_of(response)


def assert_well_formed(lines: list[dict[str, Any]], prompt: str) -> None:
    person, *model = lines
    assert person["role"] == "user" and person["content"] == prompt
    assert model and {line["role"] for line in model} == {"model"}
    assert len({line["timestamp"] for line in model}) == 1
    assert all(STAMP.match(line["timestamp"]) for line in lines)
    assert all(later["content"].startswith(earlier["content"]) for earlier, later in pairwise(model))


def test_healthz_says_ok_in_plain_text(client: httpx.Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.text) == (200, "ok")
    assert response.headers["content-type"].startswith("text/plain")


def test_session_begins_one_with_a_uuid(client: httpx.Client) -> None:
    answer = client.post("/session/").json()
    assert set(answer) == {"session_id"}
    assert str(uuid.UUID(answer["session_id"])) == answer["session_id"]


def test_chat_gives_the_persons_line_and_then_the_reply_as_it_grows(client: httpx.Client, session: str) -> None:
    lines = chat(client, session, "slow 20")
    assert_well_formed(lines, "slow 20")
    assert len(lines) > 4
    assert lines[-1]["content"].split() == [f"word{number}" for number in range(20)]


def test_chat_sends_a_line_at_most_every_fifty_milliseconds(client: httpx.Client, session: str) -> None:
    with client.stream("POST", "/chat/", json={"prompt": "slow 40", "session_id": session}) as response:
        arrived = [time.monotonic() for _ in response.iter_lines()]
    model = arrived[1:-1]
    assert len(model) > 5
    assert model[-1] - model[0] > 0.045 * (len(model) - 1), "faster than one line in 50 ms"
    assert arrived[-1] - arrived[0] > 0.5, "the lines came all at once"


def test_the_last_line_of_chat_says_what_the_turn_came_to(client: httpx.Client, session: str) -> None:
    *earlier, last = chat(client, session, "name Triage")
    assert last["quick_replies"] == list(SUGGESTIONS)
    assert last["changed"] == ["name"]
    assert last["stage"] == "COLLECTING_BASICS"
    assert last["problems"] == []
    assert all("quick_replies" not in line for line in earlier)


def test_chat_says_in_its_last_line_why_a_turn_failed(client: httpx.Client, session: str) -> None:
    last = chat(client, session, "fail")[-1]
    assert last["problems"][0]["reason"] == "The model did not answer."
    assert last["problems"][0]["next_step"] == "Try again in a moment."


def test_no_traceback_leaves_through_chat_when_an_interviewer_breaks(client: httpx.Client, session: str) -> None:
    response = client.post("/chat/", json={"prompt": "broken", "session_id": session})
    assert response.status_code == 200
    assert "nobody may see this" not in response.text and "Traceback" not in response.text
    assert lines_of(response)[-1]["content"]


def test_chat_keeps_what_was_said_when_the_reader_goes_away(client: httpx.Client, session: str) -> None:
    with client.stream("POST", "/chat/", json={"prompt": "hang", "session_id": session}) as response:
        lines = response.iter_lines()
        assert json.loads(next(lines))["role"] == "user"
        assert json.loads(next(lines))["content"] == "One moment"
    deadline = time.monotonic() + 10
    talk = client.get(f"/v1/sessions/{session}/talk").json()
    while talk["running"] and time.monotonic() < deadline:
        time.sleep(0.02)
        talk = client.get(f"/v1/sessions/{session}/talk").json()
    assert [(one["role"], one["text"], one["state"]) for one in talk["messages"]] == [
        ("user", "hang", "done"),
        ("model", "One moment", "stopped"),
    ]


def test_get_chat_gives_the_whole_history_a_line_a_message(client: httpx.Client, session: str) -> None:
    for number in range(3):
        chat(client, session, f"message {number}")
    history = lines_of(client.get("/chat/", params={"session_id": session}))
    assert [line["role"] for line in history] == ["user", "model"] * 3
    assert [line["content"] for line in history[::2]] == ["message 0", "message 1", "message 2"]
    assert history[1]["content"] == "You said: message 0"
    assert all(set(line) == {"role", "timestamp", "content"} and STAMP.match(line["timestamp"]) for line in history)


def test_get_chat_goes_past_one_page_of_messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(tmp_path, scripted=True) as client:
        session = begin(client)
        for number in range(7):
            chat(client, session, f"say {number}")
        monkeypatch.setattr("builder.api.routes.plain.PAGE", 4)
        history = lines_of(client.get("/chat/", params={"session_id": session}))
    assert [line["content"] for line in history[1::2]] == [str(number) for number in range(7)]


def test_what_cannot_be_stored_in_a_message_is_replaced(client: httpx.Client, session: str) -> None:
    body = b'{"prompt": "say half \\ud83d and \\u0000 nothing", "session_id": "%s"}' % session.encode()
    response = client.post("/chat/", content=body, headers={"Content-Type": "application/json"})
    assert lines_of(response)[-1]["content"] == "half ? and  nothing"


def test_finalize_is_not_ready_at_first(client: httpx.Client, session: str) -> None:
    for path in ("/finalize/", "/generate/finalize/"):
        response = client.get(path, params={"session_id": session})
        assert (response.status_code, response.text) == (202, "Not finalized yet.")


@pytest.mark.parametrize(("path", "final"), [("/chat/", "/finalize/"), ("/generate/", "/generate/finalize/")])
def test_an_interview_ends_with_a_configuration_that_the_published_schema_accepts(
    guided: httpx.Client, path: str, final: str
) -> None:
    session = begin(guided)
    prompt = SPEC
    for _ in range(12):
        lines = chat(guided, session, prompt, path)
        assert_well_formed(lines, prompt)
        response = guided.get(final, params={"session_id": session})
        if response.status_code == 200:
            break
        replies = lines[-1]["quick_replies"]
        prompt = next((reply for reply in replies if reply.lower().startswith("yes")), "You decide")
    assert response.status_code == 200, lines[-1]
    assert_valid(guided, response.json())
    assert response.json()["name"] == "TicketTriage"
    assert guided.get(f"/v1/sessions/{session}/status").json()["stage"] == "COMPLETED"


def test_no_talk_is_completed_while_its_agent_could_not_be_saved(guided: httpx.Client) -> None:
    session = begin(guided)
    at = f"/v1/sessions/{session}"
    for prompt in ("It sorts letters.", "you decide the rest"):
        chat(guided, session, prompt)
    name = {"action": "set", "field": "name", "value": "no good!"}
    guided.patch(f"{at}/draft", json={"operations": [name]})
    line = chat(guided, session, "Yes")[-1]
    assert line["stage"] == "FINALIZING" and "no good!" in line["content"] and "NoGood" in line["content"]
    assert guided.get("/finalize/", params={"session_id": session}).status_code == 202
    assert guided.get(f"{at}/artifacts").json()["artifacts"] == []

    guided.patch(f"{at}/draft", json={"operations": [name | {"value": "Good"}]})
    assert chat(guided, session, "Yes")[-1]["stage"] == "COMPLETED"
    assert guided.get("/finalize/", params={"session_id": session}).json()["name"] == "Good"
    spoilt = guided.patch(f"{at}/draft", json={"operations": [name]}).json()
    assert spoilt["stage"] == "FINALIZING" and spoilt["progress"] < 100


def test_generate_with_a_spec_needs_no_session(guided: httpx.Client) -> None:
    response = guided.post("/generate/", json={"spec": SPEC})
    assert response.status_code == 200
    config = response.json()
    assert_valid(guided, config)
    assert config["return_type"] == "structured"
    assert set(config["metadata"]["assumed"]) <= set(config) | {"system_prompt", "user_prompt", "placeholders"}


def test_generate_with_a_spec_that_names_no_task_says_what_to_write(guided: httpx.Client) -> None:
    response = guided.post("/generate/", json={"spec": "hello"})

    assert response.status_code == 422
    assert "task" in response.json()["detail"]
    assert "for example" in response.json()["next_step"]


def assert_valid(client: httpx.Client, config: dict[str, Any]) -> None:
    schema = client.get("/v1/schema/agent-config").json()
    assert list(Draft202012Validator(schema).iter_errors(config)) == []


def test_generate_with_a_prompt_is_the_quick_interview(client: httpx.Client, session: str) -> None:
    lines = chat(client, session, "name Quick", "/generate/")
    assert_well_formed(lines, "name Quick")
    assert client.get(f"/v1/sessions/{session}/status").json()["mode"] == "quick"


@pytest.mark.parametrize("body", [{}, {"spec": "x", "prompt": "y"}, {"spec": ""}])
def test_generate_wants_one_of_its_two_forms(client: httpx.Client, body: dict[str, str]) -> None:
    assert client.post("/generate/", json=body).status_code == 422


def test_reset_clears_messages_and_draft(client: httpx.Client, session: str) -> None:
    chat(client, session, "name Gone")
    response = client.post("/reset/", json={"session_id": session})
    assert (response.status_code, response.text) == (200, "OK")
    assert client.get("/chat/", params={"session_id": session}).text == ""
    status = client.get(f"/v1/sessions/{session}/status").json()
    assert (status["stage"], status["collected"], status["progress"]) == ("INITIAL", [], 0)


def test_a_second_message_while_one_is_answered_is_refused(client: httpx.Client, session: str) -> None:
    with client.stream("POST", "/chat/", json={"prompt": "hang", "session_id": session}) as response:
        lines = response.iter_lines()
        next(lines)
        second = client.post("/chat/", json={"prompt": "me too", "session_id": session})
    assert second.status_code == 409
    assert second.json()["type"] == "/problems/busy"
