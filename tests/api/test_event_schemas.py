"""The events of a reply as the description promises them, held against those that really come."""

from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from builder.api import event_schemas
from builder.core import events
from tests.api.test_chat import events_of

SAID = ("name Triage", "tone warm", "back", "half", "drop", "drop tone", "cost", "fail", "down", "unclear", "build")
HIDDEN = {"Proposed", "Remembered", "Planned", "Agreed"}


@pytest.fixture(scope="module")
def described(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()["components"]["schemas"]
    return found


def assert_fits(described: dict[str, Any], kind: str, data: Any) -> None:
    schema = {"$ref": f"#/components/schemas/{kind}Event", "components": {"schemas": described}}
    Draft202012Validator(schema).validate(data)


def test_every_event_is_described_but_those_that_no_program_sees(described: dict[str, Any]) -> None:
    kinds = {kind.kind for kind in events.Event.__subclasses__()}
    assert set(described[event_schemas.ALL]["properties"]) == kinds - HIDDEN


def test_events_that_come_are_as_described(client: httpx.Client, session: str, described: dict[str, Any]) -> None:
    edit = {"operations": [{"action": "set", "field": "name", "value": "Mine"}]}  # locked: the talk only proposes
    came = []
    for said in SAID:
        body, headers = {"message": said}, {"Accept": "text/event-stream"}
        came += events_of(client.post(f"/v1/sessions/{session}/message", json=body, headers=headers).text)
        client.patch(f"/v1/sessions/{session}/draft", json=edit)
    for kind, data in came:
        assert_fits(described, kind, data)
    never = {"ToolCalled"}  # no interviewer of these tests calls a tool
    assert {kind for kind, _ in came} == set(described[event_schemas.ALL]["properties"]) - never
