"""Gemini's bodies: an agent as it is created, a call as programs make it, and the two of one agent."""

import json
from typing import Any

from builder.core.check import check
from builder.importers.base import Document
from builder.importers.gemini import GeminiImporter
from tests.importers.broken import read_all

AGENT: dict[str, Any] = {
    "id": "data-analyst",
    "base_agent": "antigravity-preview-09-2026",
    "system_instruction": "You read tables for {team}. Show your numbers.",
    "tools": [
        {"type": "code_execution"},
        {"type": "google_maps"},
        {"type": "mcp_server", "name": "stock", "url": "https://x.example/mcp", "headers": {"Authorization": "me"}},
    ],
    "base_environment": {"type": "remote", "sources": [{"type": "gcs", "source": "gs://bucket/data"}]},
    "agent_config": {"type": "antigravity", "model": "gemini-3.8-flash", "max_total_tokens": 9},
}
CALL: dict[str, Any] = {
    "model": "models/gemini-2.5-pro",
    "system_instruction": "You sort letters.",
    "input": [{"type": "user_input", "content": [{"type": "text", "text": "Sort this: {letter}"}]}],
    "generation_config": {"temperature": 0.3, "thinking_level": "low", "max_output_tokens": 90},
    "response_format": {
        "type": "text",
        "mime_type": "application/json",
        "schema": {"type": "array", "items": {"type": "string"}},
    },
    "tools": [{"type": "function", "name": "find", "description": "Finds a letter.", "parameters": {}}],
}


def read(data: Any, path: str = "letters.json", **others: Any) -> Any:
    importer = GeminiImporter()
    beside = {f"{name}.json": value if isinstance(value, str) else json.dumps(value) for name, value in others.items()}
    document = Document(path, json.dumps(data), data, beside)
    assert importer.recognises(document)
    return importer.read(document)


def places(reading: Any, code: str) -> list[str]:
    return [remark.where for remark in reading.remarks if remark.code == code]


def test_an_agent_is_a_configuration() -> None:
    reading = read(AGENT)
    assert check(dict(reading.values)) == []
    assert reading.values["name"] == "data-analyst" and list(reading.values["prompts"][0]["placeholders"]) == ["team"]
    assert reading.values["tools"] == [
        {"name": "code_execution", "parameters": {}},
        {"mcp": {"name": "stock", "url": "https://x.example/mcp"}},
    ]
    assert reading.values["model"] == {"provider": "google", "name": "gemini-3.8-flash"}
    assert {"base_environment", "tools.1", "agent_config.max_total_tokens"} <= set(places(reading, "unknown_part"))
    assert places(reading, "is_key") == ["tools.2.headers"]


def test_a_call_is_a_configuration() -> None:
    reading = read(CALL)
    assert check(dict(reading.values)) == []
    assert reading.values["prompts"][1]["content"] == "Sort this: {letter}"
    assert reading.values["name"] == "letters" and "schema_wrapped" in [remark.code for remark in reading.remarks]
    assert reading.values["tools"] == [{"name": "find", "parameters": {"description": "Finds a letter."}}]
    settings = {"temperature": 0.3, "max_tokens": 90}
    assert reading.values["model"] == {"provider": "google", "name": "gemini-2.5-pro", "settings": settings}
    assert places(reading, "unknown_part") == ["generation_config.thinking_level"]


def test_the_two_files_of_an_agent_are_read_together_and_never_two_of_different_names() -> None:
    both = read(AGENT, "gemini_agent.json", gemini_interaction=CALL)
    assert both.used == {"gemini_interaction.json"} and both.values["name"] == "data-analyst"
    assert both.values["prompts"][1]["content"] == "Sort this: {letter}"
    assert read(CALL, "gemini_interaction.json", gemini_agent=AGENT).values == both.values
    assert read(AGENT, "gemini_agent.json", gemini_interaction="{").used == frozenset()
    assert read(AGENT, "one.json", two=CALL).used == frozenset()


def test_parts_of_the_wrong_kind_are_left_out() -> None:
    assert len(read_all(GeminiImporter(), AGENT)) > 60 and len(read_all(GeminiImporter(), CALL)) > 80


def test_other_documents_are_not_recognised() -> None:
    gpt = {**CALL, "model": "gpt-6.1-terra"}
    others: list[Any] = [None, [], {}, {"model": "gemini-2.5-pro"}, gpt, {"base_agent": "x"}, {"id": "a", "tools": []}]
    assert not any(GeminiImporter().recognises(Document("a.json", "", data)) for data in others)
