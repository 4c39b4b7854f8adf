"""The API's own description: a person and a generator of clients can use it. Every call is held to the same demands."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from builder.api import entry
from builder.api.actions import NAMES
from builder.api.app import description_of
from builder.api.description import EXAMPLES
from tests.servers import ROOT

PROMISED = {
    "GET /healthz": "pingServer",
    "POST /session/": "beginPlainSession",
    "POST /chat/": "sendPlainMessage",
    "GET /chat/": "getPlainHistory",
    "GET /finalize/": "getPlainConfiguration",
    "POST /generate/": "generateAgent",
    "GET /generate/finalize/": "getGeneratedConfiguration",
    "POST /reset/": "resetPlainSession",
    "POST /v1/sessions/create": "createSession",
    "GET /v1/sessions": "listSessions",
    "GET /v1/sessions/{session_id}": "getSession",
    "DELETE /v1/sessions/{session_id}": "deleteSession",
    "POST /v1/sessions/{session_id}/message": "sendMessage",
    "GET /v1/sessions/{session_id}/talk": "getTalk",
    "GET /v1/sessions/{session_id}/turn": "followReply",
    "GET /v1/sessions/{session_id}/status": "getSessionStatus",
    "POST /v1/sessions/{session_id}/resume": "resumeSession",
    "POST /v1/sessions/{session_id}/stop": "stopReply",
    "POST /v1/sessions/{session_id}/undo": "undoChange",
    "POST /v1/sessions/{session_id}/redo": "redoChange",
    "POST /v1/sessions/{session_id}/go-back": "goBackToMessage",
    "POST /v1/sessions/{session_id}/switch": "switchInterviewer",
    "POST /v1/sessions/{session_id}/improve": "improveField",
    "PATCH /v1/sessions/{session_id}/draft": "editDraft",
    "POST /v1/sessions/{session_id}/fields/{field}/{verb}": "decideProposal",
    "GET /v1/sessions/{session_id}/configuration": "getConfiguration",
    "GET /v1/sessions/{session_id}/problems": "listProblems",
    "GET /v1/sessions/{session_id}/artifacts": "listArtifacts",
    "POST /v1/sessions/{session_id}/artifacts": "createArtifact",
    "GET /v1/sessions/{session_id}/artifacts/{artifact_id}": "getArtifact",
    "GET /v1/sessions/{session_id}/artifacts/{artifact_id}/file": "downloadArtifact",
    "DELETE /v1/sessions/{session_id}/artifacts/{artifact_id}": "deleteArtifact",
    "POST /v1/sessions/{session_id}/save": "saveSession",
    "GET /v1/agents": "listAgents",
    "POST /v1/agents": "createAgent",
    "GET /v1/agents/{agent_id}": "getAgent",
    "PUT /v1/agents/{agent_id}": "updateAgent",
    "DELETE /v1/agents/{agent_id}": "deleteAgent",
    "GET /v1/agents/{agent_id}/versions": "listAgentVersions",
    "GET /v1/agents/{agent_id}/versions/{number}": "getAgentVersion",
    "GET /v1/agents/{agent_id}/diff": "diffAgentVersions",
    "POST /v1/agents/{agent_id}/restore": "restoreAgentVersion",
    "POST /v1/agents/{agent_id}/rename": "renameAgent",
    "POST /v1/agents/{agent_id}/duplicate": "duplicateAgent",
    "POST /v1/agents/{agent_id}/undelete": "undeleteAgent",
    "POST /v1/agents/{agent_id}/open": "openAgent",
    "GET /v1/agents/{agent_id}/file": "downloadAgent",
    "GET /v1/agents/export": "exportAgents",
    "POST /v1/agents/import": "importAgents",
    "GET /v1/exports": "listExports",
    "GET /v1/agents/{agent_id}/exports/{target}": "getAgentExport",
    "GET /v1/agents/{agent_id}/exports.zip": "downloadAgentExports",
    "GET /v1/sessions/{session_id}/exports/{target}": "getSessionExport",
    "GET /v1/sessions/{session_id}/exports.zip": "downloadSessionExports",
    "POST /v1/sessions/{session_id}/artifacts/export": "createBundle",
    "POST /v1/imports/preview": "previewImport",
    "POST /v1/imports": "importConfigurations",
    "GET /v1/schema/agent-config": "getAgentConfigSchema",
    "POST /agent/chat": "chatWithAgent",
    "GET /health": "getHealth",
    "GET /metrics": "getMetrics",
    "GET /v1/tokens": "listTokens",
    "POST /v1/tokens": "createToken",
    "DELETE /v1/tokens/{token_id}": "revokeToken",
}
SHOWN = ("application/json", "application/problem+json", "application/x-ndjson", "text/event-stream")
LIVE_FROM = {  # each of them leads to these, at the least
    "createSession": {"sendMessage", "getSessionStatus", "getTalk", "editDraft", "saveSession", "deleteSession"},
    "createAgent": {"getAgent", "updateAgent", "listAgentVersions", "renameAgent", "openAgent", "deleteAgent"},
    "beginPlainSession": {"sendPlainMessage", "getPlainHistory", "getPlainConfiguration", "resetPlainSession"},
}
WHOLE = description_of()
PARTS = WHOLE["components"]
CALLS = [(f"{method.upper()} {path}", call) for path, at in WHOLE["paths"].items() for method, call in at.items()]
EVERY = pytest.mark.parametrize(("name", "call"), CALLS, ids=[name for name, _ in CALLS])


def found(part: dict[str, Any]) -> dict[str, Any]:
    """The part itself, or what it refers to."""
    at = part.get("$ref", "").split("/")
    return PARTS[at[2]][at[3]] if len(at) == 4 else part


def answers(call: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for status, answer in call["responses"].items():
        yield status, found(answer)


def valid(schema: Any, value: Any) -> list[str]:
    whole = {"allOf": [schema], "components": PARTS}
    checked = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [error.message for error in checked.iter_errors(value)]


def test_the_file_is_valid_openapi() -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(WHOLE).iter_errors()] == []


def test_all_that_is_referred_to_is_there_and_all_that_is_there_is_referred_to() -> None:
    named = set(re.findall(r"#/components/(\w+)/([\w-]+)", json.dumps(WHOLE)))
    there = {(kind, name) for kind, parts in PARTS.items() if kind != "securitySchemes" for name in parts}
    assert named - there == set()
    assert there - named <= {("schemas", "TurnEvents")}  # a table for generators of clients


def test_every_call_of_the_contract_is_there_under_its_lasting_name() -> None:
    there = {name: call["operationId"] for name, call in CALLS}
    assert {name: there.get(name) for name in PROMISED} == PROMISED
    assert len(set(there.values())) == len(there)
    assert all(re.fullmatch(r"[a-z]+([A-Z][a-z]+)+", one) for one in there.values())


@EVERY
def test_a_call_says_what_it_is_for(name: str, call: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in WHOLE["tags"] if tag["description"]}
    assert call["summary"] and len(call["description"]) > 20
    assert len(call["tags"]) == 1 and set(call["tags"]) <= tags


@EVERY
def test_what_a_call_takes_is_described(name: str, call: dict[str, Any]) -> None:
    parameters = [found(one) for one in call["parameters"]]
    assert all(one.get("description") for one in parameters)
    headers = {one["name"] for one in parameters if one["in"] == "header"}
    writes = not name.startswith("GET ")
    assert ({"Idempotency-Key", "X-Client"} <= headers) == writes and "X-Request-ID" in headers
    for one in parameters:
        shape = found(one["schema"])
        kinds = [found(each).get("type") for each in (shape, *shape.get("anyOf", ()))]
        if one["in"] == "query" and "integer" in kinds:
            assert "minimum" in str(shape), one["name"]


@EVERY
def test_a_body_has_examples_of_its_shape(name: str, call: dict[str, Any]) -> None:
    for content in call.get("requestBody", {}).get("content", {}).values():
        assert content["examples"]
        for example in content["examples"].values():
            assert valid(content["schema"], example["value"]) == []


@EVERY
def test_every_status_has_a_shape_and_an_example(name: str, call: dict[str, Any]) -> None:
    assert "default" in call["responses"]
    for status, answer in answers(call):
        assert len(answer["description"]) > 4, status
        assert status == "204" or answer["content"], status
        for kind, content in answer.get("content", {}).items():
            assert content["schema"], (status, kind)
            problem = content["schema"].get("$ref") == "#/components/schemas/Problem"
            bad = status == "default" or int(status) >= 400
            assert problem == (kind == "application/problem+json") == (bad and (name, status) != ("GET /health", "503"))
            if kind in SHOWN:
                assert "example" in content or (bad and not problem), (status, kind)
                assert "example" not in content or valid(content["schema"], content["example"]) == []
        assert "X-Request-ID" in answer["headers"], status
        assert status != "429" or "Retry-After" in answer["headers"]


@EVERY
def test_a_call_says_how_it_may_refuse(name: str, call: dict[str, Any]) -> None:
    path, statuses = name.split(" ")[1], set(call["responses"])
    assert ({"401", "403", "503"} <= statuses) == (not entry.is_open(path))
    assert "404" in statuses or not re.search(r"_id}|chat/$|finalize/$|reset/$", path)
    if "requestBody" in call:
        assert {"400", "413", "422"} <= statuses
    if not name.startswith("GET "):
        assert {"409", "422"} <= statuses


@EVERY
def test_a_call_says_whether_it_needs_a_token(name: str, call: dict[str, Any]) -> None:
    needed = call.get("security", WHOLE["security"])
    if entry.is_open(name.split(" ")[1]):
        assert needed == []
    else:
        assert {"token": []} in needed and ({} in needed) == (call["tags"] != ["tokens"])
    assert PARTS["securitySchemes"]["token"]["scheme"] == "bearer"


@EVERY
def test_examples_of_answers_are_of_calls_that_exist(name: str, call: dict[str, Any]) -> None:
    recorded = json.loads(EXAMPLES.read_text("utf-8"))
    assert set(recorded) <= {one["operationId"] for _, one in CALLS}
    assert set(recorded.get(call["operationId"], ())) <= set(call["responses"])


def test_links_lead_from_what_is_made_to_what_can_be_done_with_it() -> None:
    known = {call["operationId"]: call for _, call in CALLS}
    led: dict[str, set[str]] = {name: set() for name in known}
    for name, call in known.items():
        for _, answer in answers(call):
            for link in answer.get("links", {}).values():
                taker = known[link["operationId"]]
                asked = {found(one)["name"] for one in taker["parameters"]}
                assert set(link.get("parameters", ())) <= asked
                led[name].add(link["operationId"])
    assert {name: taken - led[name] for name, taken in LIVE_FROM.items()} == {name: set() for name in LIVE_FROM}


def test_the_websockets_are_told_of_in_words() -> None:
    (live,) = [tag["description"] for tag in WHOLE["tags"] if tag["name"] == "live"]
    for word in ("/ws/agent/{session_id}", "state_update", "4004", *(f"`{name}`" for name in NAMES)):
        assert word in live


def test_the_command_prints_what_the_server_gives(client: httpx.Client) -> None:
    command = [sys.executable, "-m", "builder", "openapi"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout
    assert json.loads(printed) == client.get("/openapi.json").json() == json.loads(json.dumps(WHOLE))


def test_it_says_where_a_429_has_no_retry_after() -> None:
    told = WHOLE["components"]["responses"]["TooMany"]
    assert "left out where waiting does not help" in told["description"]
    assert "where waiting helps" in WHOLE["components"]["headers"]["Retry-After"]["description"]
