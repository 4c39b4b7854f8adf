"""What the API takes and gives is what its description says: every call, every example of a body, every stream."""

import json
import uuid
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from tests.api.real_calls import CONFIG, begun, edits, every_call, finished, served
from tests.api.test_description import CALLS, WHOLE, found, valid

KNOWN = {call["operationId"]: call for _, call in CALLS}
TOLD = ("ETag", "Location", "Retry-After", "Content-Disposition", "X-Request-ID")
EVENT, LINE, PROBLEM = ({"$ref": f"#/components/schemas/{name}"} for name in ("Event", "ChatLine", "Problem"))
EXAMPLES = [
    (name, number)
    for name, call in KNOWN.items()
    for number in call.get("requestBody", {}).get("content", {}).get("application/json", {}).get("examples", ())
]
SHOWN_ID = found({"$ref": "#/components/schemas/SessionId"})["examples"][0]


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, httpx.Response]]:
    return list(every_call(tmp_path_factory.mktemp("every")))


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with served(tmp_path_factory.mktemp("examples"), scripted=False, import_private_addresses=True) as client:
        yield client


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Has the file whose address an example names."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "agents").mkdir()
    (folder / "agents" / "sorter.yaml").write_text("instructions: You sort mail by urgency.\n", "utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def kind_of(response: httpx.Response) -> str:
    return response.headers.get("content-type", "").split(";")[0]


def described(name: str, response: httpx.Response) -> dict[str, Any]:
    return found(KNOWN[name]["responses"][str(response.status_code)])


def test_every_call_was_made_with_success(given: list[tuple[str, httpx.Response]]) -> None:
    assert set(KNOWN) == {name for name, response in given if response.is_success}


def test_every_answer_has_the_status_kind_and_shape_that_is_described(given: list[tuple[str, httpx.Response]]) -> None:
    for name, response in given:
        if response.status_code == 204:
            assert "204" in KNOWN[name]["responses"] and response.content == b"", name
            continue
        kind = kind_of(response)
        schema = described(name, response)["content"][kind]["schema"]
        value = response.json() if kind.endswith(("/json", "+json")) else response.text
        assert "binary" in str(schema) or valid(schema, value) == [], (name, response.status_code)


def test_every_answer_has_the_headers_that_are_described(given: list[tuple[str, httpx.Response]]) -> None:
    for name, response in given:
        if response.is_success and "stream" not in kind_of(response):
            says = set(described(name, response).get("headers", ())) - {"Idempotency-Replayed"}
            assert says == {one for one in TOLD if one in response.headers}, name


def test_every_line_of_a_stream_has_the_described_shape(given: list[tuple[str, httpx.Response]]) -> None:
    events, lines = [], []
    for _, response in given:
        if kind_of(response) == "text/event-stream":
            events += list(frames(response.text))
        elif kind_of(response) == "application/x-ndjson":
            lines += [json.loads(line) for line in response.text.splitlines()]
    assert [problem for event in events for problem in valid(EVENT, event)] == []
    assert [problem for line in lines for problem in valid(LINE, line)] == []
    seen = {event["event"] for event in events}
    assert seen >= {"Started", "TextDelta", "TextTakenBack", "DraftChanged", "Dropped", "Suggested", "StageChanged"}
    assert seen >= {"Used", "Retrying", "Failed", "Finished"} and any("quick_replies" in line for line in lines)


def frames(text: str) -> Iterator[dict[str, Any]]:
    for block in text.split("\n\n"):
        keys = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if keys:
            yield {"event": keys["event"], "data": json.loads(keys["data"])}


def test_a_wrong_event_would_be_found() -> None:
    assert valid(EVENT, {"event": "TextDelta", "data": {"text": 5}})
    assert valid(EVENT, {"event": "Unheard", "data": {}})


def test_events_of_a_websocket_have_the_same_shape(client: httpx.Client) -> None:
    address = f"{client.base_url}".replace("http://", "ws://") + f"ws/agent/{begun(client)}"
    seen = []
    with connect(address, proxy=None) as socket:
        socket.send("tone warm")
        while "Finished" not in seen:
            frame = json.loads(socket.recv(10))
            if "event" in frame["payload"]:
                seen.append(frame["payload"]["event"])
                assert valid(EVENT, {key: frame["payload"][key] for key in ("event", "data")}) == []
    assert {"Started", "TextDelta", "DraftChanged"} <= set(seen)


@pytest.mark.parametrize(("name", "number"), EXAMPLES)
def test_an_example_of_a_body_does_what_it_says(admin: httpx.Client, site: str, name: str, number: str) -> None:
    things = there_is(admin, name)
    body = KNOWN[name]["requestBody"]["content"]["application/json"]["examples"][number]["value"]
    method, path = next(name_.split(" ") for name_, call in CALLS if call["operationId"] == name)
    text = json.dumps(body).replace(SHOWN_ID, things["session_id"]).replace("https://example.com", site)
    response = admin.request(
        method, path.format(**things), content=text, headers={"Content-Type": "application/json"}
    )
    assert response.is_success and str(response.status_code) in KNOWN[name]["responses"], response.text
    assert name not in ("importAgents", "importConfigurations") or "refused" not in response.text


def there_is(client: httpx.Client, name: str) -> dict[str, str]:
    """A session and an agent to which the example may be done."""
    session = finished(client) if name == "createBundle" else begun(client)
    if name == "goBackToMessage":
        message = {"message": "tone warm", "message_id": "5d0f6a0e"}
        assert client.post(f"/v1/sessions/{session}/message", json=message).is_success
    if name in ("improveField", "saveSession"):
        written = edits(**{key: CONFIG[key] for key in ("name", "description", "return_type", "schema_definition")})
        prompts = edits(system_prompt="You sort mail", user_prompt="Sort it")
        both = {"operations": [*written["operations"], *prompts["operations"]]}
        assert client.patch(f"/v1/sessions/{session}/draft", json=both).is_success
    agent = client.post("/v1/agents", json={**CONFIG, "name": f"Sorter{uuid.uuid4().hex[:8]}"}).json()
    return {"session_id": session, "agent_id": agent["id"]}


@pytest.mark.parametrize("name", [name for name, call in KNOWN.items() if "404" in call["responses"]])
def test_what_is_not_there_is_answered_by_the_described_problem(admin: httpx.Client, name: str) -> None:
    method, path = next(name_.split(" ") for name_, call in CALLS if call["operationId"] == name)
    unknown = str(uuid.uuid4())
    things = {"session_id": unknown, "agent_id": unknown, "token_id": unknown, "artifact_id": unknown, "number": "1"}
    things["target"] = "pydantic_ai"
    content = KNOWN[name].get("requestBody", {}).get("content", {}).get("application/json", {})
    bodies = [example["value"] for example in content.get("examples", {}).values()]
    params = {"session_id": unknown, "id": unknown, "from": "1", "target": "pydantic_ai"}
    response = admin.request(
        method,
        path.format(**things, field="tone", verb="accept"),
        params=params if method == "GET" else None,
        json={**bodies[-1], **({"session_id": unknown} if name == "chatWithAgent" else {})} if bodies else None,
    )
    assert response.status_code == 404, response.text
    assert kind_of(response) == "application/problem+json" and valid(PROBLEM, response.json()) == []


def test_the_servers_address_is_the_one_in_the_file(tmp_path: Path) -> None:
    assert [server["url"] for server in WHOLE["servers"]] == ["/api"]
