"""Letta's agents as programs create them and as a server gives them back."""

from typing import Any

from builder.core.check import check
from builder.importers.base import Document, Reading
from builder.importers.letta import LettaImporter
from tests.importers.broken import read_all

CREATED: dict[str, Any] = {
    "name": "study-friend",
    "model": "anthropic/claude-sonnet-5",
    "embedding": "openai/text-embedding-3-small",
    "system": "You help {student} learn.",
    "memory_blocks": [
        {"label": "human", "value": "Learns French."},
        {"label": "persona", "value": "Patient.", "limit": 9000, "read_only": True, "description": "Who you are."},
    ],
    "tools": ["web_search", "quiz"],
    "tool_ids": ["tool-1"],
    "initial_message_sequence": [{"role": "assistant", "content": "Bonjour!"}, {"role": "user", "content": "Hi"}],
    "model_settings": {
        "provider_type": "anthropic",
        "temperature": 0.1,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "card", "schema": {"type": "object", "properties": {"word": {"type": "string"}}}},
        },
    },
    "tool_exec_environment_variables": {"API": "hidden"},
    "secrets": {"A": "hidden"},
    "metadata": {"course": "A1"},
    "context_window_limit": 32000,
}
GIVEN_BACK: dict[str, Any] = {
    "id": "agent-1",
    "agent_type": "memgpt_v2_agent",
    "name": "Study friend",
    "description": "Learns with people.",
    "system": "You help people learn.",
    "model": "openai/gpt-4o",
    "memory": {"blocks": [{"id": "block-1", "label": "human", "value": "x"}], "prompt_template": "{}"},
    "tools": [{"id": "tool-1", "name": "quiz", "source_code": "def quiz(): ..."}],
    "created_at": "2026-01-01",
}


def read(data: Any) -> Reading:
    importer, document = LettaImporter(), Document("friend.json", "", data)
    assert importer.recognises(document)
    return importer.read(document)


def places(reading: Reading, code: str) -> set[str]:
    return {remark.where for remark in reading.remarks if remark.code == code}


def test_an_agent_of_a_program_is_a_configuration() -> None:
    reading = read(CREATED)
    values = reading.values
    assert check(dict(values)) == []
    assert values["memory"] == {
        "architecture": "memgpt",
        "blocks": [
            {"label": "human", "value": "Learns French."},
            {"label": "persona", "value": "Patient.", "description": "Who you are.", "limit": 9000},
        ],
    }
    assert values["first_message"] == "Bonjour!" and list(values["prompts"][0]["placeholders"]) == ["student"]
    claude = {"provider": "anthropic", "name": "claude-sonnet-5", "settings": {"temperature": 0.1}}
    assert values["model"] == claude and values["metadata"] == {"course": "A1"}
    assert [tool["name"] for tool in values["tools"]] == ["web_search", "quiz"]
    assert list(values["schema_definition"]["properties"]) == ["word"]
    assert {"context_window_limit", "embedding", "initial_message_sequence"} <= places(reading, "unknown_part")
    assert "tool_ids" in places(reading, "reads_elsewhere") and "hidden" not in str(values)


def test_an_agent_of_a_server_is_a_configuration_without_its_code() -> None:
    reading = read(GIVEN_BACK)
    assert check(dict(reading.values)) == []
    assert reading.values["name"] == "StudyFriend" and reading.values["description"] == "Learns with people."
    assert reading.values["memory"]["blocks"] == [{"label": "human", "value": "x"}]
    assert places(reading, "runs_code") == {"tools.0.source_code"} and "def quiz" not in str(reading.values)


def test_parts_of_the_wrong_kind_are_left_out() -> None:
    assert len(read_all(LettaImporter(), CREATED)) > 200 and len(read_all(LettaImporter(), GIVEN_BACK)) > 60


def test_other_documents_are_not_recognised() -> None:
    others: list[Any] = [None, [], {}, {"model": "openai/gpt", "name": "a"}, {"memory": {}, "prompts": []}]
    assert not any(LettaImporter().recognises(Document("a.json", "", data)) for data in others)
