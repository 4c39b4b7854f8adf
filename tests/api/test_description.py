"""The API's own description: a person can use it, and it says what the calls really answer."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from tests.api.test_agents import fresh
from tests.api.test_sessions import FIELDS, sets

PROMISED = {
    "GET /healthz",
    "POST /session/",
    "POST /chat/",
    "GET /chat/",
    "GET /finalize/",
    "POST /generate/",
    "GET /generate/finalize/",
    "POST /reset/",
    "POST /v1/sessions/create",
    "GET /v1/sessions",
    "GET /v1/sessions/{session_id}",
    "DELETE /v1/sessions/{session_id}",
    "POST /v1/sessions/{session_id}/message",
    "GET /v1/sessions/{session_id}/status",
    "POST /v1/sessions/{session_id}/resume",
    "PATCH /v1/sessions/{session_id}/draft",
    "GET /v1/sessions/{session_id}/configuration",
    "GET /v1/sessions/{session_id}/problems",
    "GET /v1/sessions/{session_id}/artifacts",
    "POST /v1/sessions/{session_id}/save",
    "GET /v1/agents",
    "POST /v1/agents",
    "GET /v1/agents/{agent_id}",
    "PUT /v1/agents/{agent_id}",
    "DELETE /v1/agents/{agent_id}",
    "GET /v1/agents/{agent_id}/versions",
    "GET /v1/agents/{agent_id}/versions/{number}",
    "GET /v1/agents/{agent_id}/diff",
    "POST /v1/agents/{agent_id}/restore",
    "POST /v1/agents/{agent_id}/rename",
    "POST /v1/agents/{agent_id}/duplicate",
    "POST /v1/agents/{agent_id}/undelete",
    "POST /v1/agents/{agent_id}/open",
    "GET /v1/agents/{agent_id}/file",
    "GET /v1/agents/export",
    "POST /v1/agents/import",
    "GET /v1/schema/agent-config",
    "POST /agent/chat",
}


@pytest.fixture(scope="module")
def described(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def calls(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, call in methods.items():
            yield f"{method.upper()} {path}", call


def test_every_call_of_the_contract_is_there(described: dict[str, Any]) -> None:
    assert {name for name, _ in calls(described)} >= PROMISED


def test_every_call_says_what_it_is_for(described: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in described["tags"]}
    for name, call in calls(described):
        assert call["summary"] and call.get("description"), name
        assert call["tags"] and set(call["tags"]) <= tags, name


def test_every_body_has_an_example(described: dict[str, Any]) -> None:
    shapes = described["components"]["schemas"]
    for name, call in calls(described):
        if "requestBody" not in call:
            continue
        content = call["requestBody"]["content"]["application/json"]
        named = re.findall(r"#/components/schemas/(\w+)", str(content["schema"]))
        examples = [content["schema"].get("examples"), *(shapes[shape].get("examples") for shape in named)]
        assert any(examples), name


def test_every_call_says_how_it_refuses(described: dict[str, Any]) -> None:
    shape = described["components"]["schemas"]["Problem"]
    assert {"type", "title", "detail", "next_step", "status"} <= set(shape["required"]) and shape["examples"]
    for name, call in calls(described):
        for status, answer in call["responses"].items():
            if (status == "default" or int(status) >= 400) and name != "GET /health":  # that one says how bad it is
                content = answer.get("content", {})
                refers = content.get("application/problem+json", {}).get("schema", {}).get("$ref")
                assert refers == "#/components/schemas/Problem", (name, status)
        assert "default" in call["responses"], name
        plain = name in ("POST /chat/", "GET /finalize/", "POST /reset/")
        if plain or ("_id}" in name and call["tags"] != ["tokens"]):
            assert "404" in call["responses"], name


def test_every_write_takes_a_key(described: dict[str, Any]) -> None:
    for name, call in calls(described):
        headers = {one["name"] for one in call.get("parameters", []) if one["in"] == "header"}
        assert ("Idempotency-Key" in headers) == (not name.startswith("GET ")), name


def test_all_that_is_referred_to_is_there(described: dict[str, Any]) -> None:
    shapes = described["components"]["schemas"]
    named = set(re.findall(r"'#/components/schemas/(\w+)'", str(described)))
    assert named <= set(shapes)


def test_the_examples_of_bodies_are_accepted(client: httpx.Client, described: dict[str, Any]) -> None:
    shapes = described["components"]["schemas"]
    agent = described["paths"]["/v1/agents"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert client.post("/v1/agents", json=agent["examples"][0]).status_code in (200, 201)
    session = client.post("/v1/sessions/create", json=shapes["NewSession"]["examples"][0])
    assert session.status_code == 201
    at = f"/v1/sessions/{session.json()['session_id']}"
    assert client.patch(f"{at}/draft", json=shapes["Edits"]["examples"][0]).status_code == 200
    assert client.post(f"{at}/message", json=shapes["NewMessage"]["examples"][0]).status_code == 200
    assert client.post("/agent/chat", json=shapes["Turn"]["examples"][0]).status_code == 200


def test_answers_have_the_shape_that_is_described(client: httpx.Client, described: dict[str, Any]) -> None:
    for name, response in real_answers(client):
        method, path = name.split(" ")
        answer = described["paths"][path][method.lower()]["responses"][str(response.status_code)]
        schema = answer["content"]["application/json"]["schema"]
        assert schema, name
        whole = {**schema, "components": described["components"]}
        problems = [error.message for error in Draft202012Validator(whole).iter_errors(response.json())]
        assert problems == [], name


def real_answers(client: httpx.Client) -> Iterator[tuple[str, httpx.Response]]:
    made = client.post("/v1/sessions/create", json={"initial_message": "cost name", "context": {"a": 1}})
    at, session = f"/v1/sessions/{made.json()['session_id']}", "/v1/sessions/{session_id}"
    yield "POST /v1/sessions/create", made
    yield "POST /v1/sessions/create", client.post("/v1/sessions/create")
    outputs = {"action": "put", "field": "schema_definition", "key": "reply", "value": {"type": "string"}}
    wrong = {"action": "set", "field": "colour", "value": "x"}
    edits = {"operations": [*sets(**FIELDS, tone="mine"), outputs, wrong]}
    yield f"PATCH {session}/draft", client.patch(f"{at}/draft", json=edits)
    for message in ("tone theirs", "drop goals"):
        yield f"POST {session}/message", client.post(f"{at}/message", json={"message": message})
    for part in ("", "/status", "/problems", "/artifacts"):
        yield f"GET {session}{part}", client.get(f"{at}{part}")
    yield f"POST {session}/fields/{{field}}/{{verb}}", client.post(f"{at}/fields/tone/accept")
    for step in ("undo", "redo", "resume", "save"):
        yield f"POST {session}/{step}", client.post(f"{at}/{step}")
    yield f"POST {session}/switch", client.post(f"{at}/switch", json={"engine": "guided"})
    yield f"POST {session}/improve", client.post(f"{at}/improve", json={"field": "description"})
    yield "GET /v1/sessions", client.get("/v1/sessions")
    yield "POST /agent/chat", client.post("/agent/chat", json={"message": "hello"})
    yield from real_agents(client)


def real_agents(client: httpx.Client) -> Iterator[tuple[str, httpx.Response]]:
    wanted = fresh()
    for _ in range(2):
        made = client.post("/v1/agents", json=wanted)
        yield "POST /v1/agents", made
    at, agent = f"/v1/agents/{made.json()['id']}", "/v1/agents/{agent_id}"
    yield f"PUT {agent}", client.put(at, json={**wanted, "tone": "warm"})
    yield f"GET {agent}", client.get(at)
    yield f"GET {agent}/versions", client.get(f"{at}/versions")
    yield f"GET {agent}/versions/{{number}}", client.get(f"{at}/versions/1")
    yield f"GET {agent}/diff", client.get(f"{at}/diff", params={"from": 1})
    yield f"POST {agent}/restore", client.post(f"{at}/restore", json={"version": 1})
    yield f"POST {agent}/rename", client.post(f"{at}/rename", json={"name": fresh()["name"]})
    yield f"POST {agent}/duplicate", client.post(f"{at}/duplicate")
    yield f"POST {agent}/open", client.post(f"{at}/open")
    yield "POST /v1/agents/import", client.post("/v1/agents/import", json=[fresh(), wanted, {}])
    yield "GET /v1/agents", client.get("/v1/agents")
    client.delete(at)
    yield f"POST {agent}/undelete", client.post(f"{at}/undelete")
