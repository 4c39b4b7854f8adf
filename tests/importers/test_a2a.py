"""Cards of other people's agents, of both versions of the protocol."""

from typing import Any

from builder.core.check import check
from builder.importers.a2a import A2AImporter
from builder.importers.base import Document, Reading
from tests.importers.broken import read_all

ROUTES: dict[str, Any] = {
    "name": "Route planner",
    "description": "Plans ways by train.",
    "version": "2.1.0",
    "supportedInterfaces": [{"url": "https://rail.example/a2a", "protocolBinding": "GRPC", "protocolVersion": "1.0"}],
    "provider": {"organization": "Rail", "url": "https://rail.example"},
    "capabilities": {"streaming": True},
    "securitySchemes": {"key": {"apiKeySecurityScheme": {"location": "header", "name": "X-Key"}}},
    "defaultInputModes": ["text/plain"],
    "defaultOutputModes": ["text/plain", "application/json"],
    "skills": [
        {"id": "plan", "name": "Plan", "description": "Finds a way.", "tags": ["r"], "examples": ["Berlin to {city}"]},
        {"id": "price", "name": "Price", "description": "Says what it costs.", "tags": ["rail"], "x": 1},
    ],
}
OLDER: dict[str, Any] = {
    "protocolVersion": "0.3.0",
    "name": "counter",
    "description": "Counts words.",
    "url": "http://127.0.0.1:9/",
    "preferredTransport": "JSONRPC",
    "version": "1",
    "capabilities": {},
    "defaultInputModes": ["text/plain"],
    "defaultOutputModes": ["application/json"],
    "skills": [],
}


def read(data: Any) -> Reading:
    importer, document = A2AImporter(), Document(".well-known/agent-card.json", "", data)
    assert importer.recognises(document)
    return importer.read(document)


def places(reading: Reading, code: str) -> set[str]:
    return {remark.where for remark in reading.remarks if remark.code == code}


def test_a_card_is_the_beginning_of_a_configuration() -> None:
    reading = read(ROUTES)
    assert check(dict(reading.values)) == []
    assert reading.values["name"] == "RoutePlanner" and reading.values["conversation_starters"] == ["Berlin to {city}"]
    system = reading.values["prompts"][0]
    assert system["content"] == "Plans ways by train.\n\n- Plan: Finds a way.\n- Price: Says what it costs."
    assert places(reading, "system_made") == {"skills"} and reading.values["return_type"] == "unstructured"
    assert {"provider", "securitySchemes", "skills.1.x"} <= places(reading, "unknown_part")
    assert "supportedInterfaces" in places(reading, "reads_elsewhere") and "rail.example" not in str(reading.values)


def test_a_card_of_the_older_protocol_that_gives_json() -> None:
    reading = read(OLDER)
    assert check(dict(reading.values)) == []
    assert reading.values["return_type"] == "structured" and places(reading, "output_made")
    assert places(reading, "reads_elsewhere") == {"url"}


def test_parts_of_the_wrong_kind_are_left_out() -> None:
    assert len(read_all(A2AImporter(), ROUTES)) > 150


def test_other_documents_are_not_recognised() -> None:
    others: list[Any] = [None, [], {}, {"name": "a", "skills": []}, {"skills": [], "capabilities": {}, "version": "1"}]
    assert not any(A2AImporter().recognises(Document("a.json", "", data)) for data in others)
