"""ElevenLabs' agents as their API gives them back and as their command line keeps them."""

import json
from typing import Any

from builder.core.check import check
from builder.exporters.elevenlabs import ElevenLabs
from builder.importers.base import Document, Reading
from builder.importers.elevenlabs import ElevenLabsImporter
from tests.exporters.configurations import configurations
from tests.importers.broken import read_all

DENTIST: dict[str, Any] = {
    "agent_id": "agent_01",
    "name": "Dentist line",
    "tags": ["practice"],
    "conversation_config": {
        "asr": {"quality": "high"},
        "turn": {"turn_timeout": 7, "mode": "turn"},
        "tts": {"model_id": "eleven_flash_v2_5", "voice_id": "cjVigY5qzO86Huf0OWal", "stability": 0.5, "speed": 1.1},
        "agent": {
            "first_message": "Praxis Weiß, guten Tag {{caller}}!",
            "language": "de",
            "dynamic_variables": {"dynamic_variable_placeholders": {"praxisName": "Weiß", "floor": 2, "unused": "x"}},
            "prompt": {
                "prompt": "You answer for {{praxisName}} on floor {{ floor }}. Answer as JSON {\"a\": 1} when asked.",
                "llm": "gemini-2.5-flash",
                "temperature": 0.0,
                "max_tokens": -1,
                "tool_ids": ["tool_9"],
                "knowledge_base": [{"id": "kb_1"}],
                "tools": [
                    {
                        "type": "client",
                        "name": "free_slots",
                        "description": "Looks up free slots.",
                        "expects_response": True,
                        "parameters": {
                            "type": "object",
                            "required": ["day"],
                            "properties": {
                                "day": {"type": "string", "description": "The day.", "dynamic_variable": ""},
                                "practice": {"type": "string", "dynamic_variable": "praxisName"},
                            },
                        },
                    },
                    {
                        "type": "webhook",
                        "name": "book",
                        "description": "Books a slot.",
                        "api_schema": {
                            "url": "https://example.com/book",
                            "method": "POST",
                            "request_headers": {"Authorization": "Bearer 123"},
                            "request_body_schema": {"type": "object", "properties": {"slot": {"type": "string"}}},
                        },
                    },
                    {"type": "system", "name": "end_call", "params": {"system_tool_type": "end_call"}},
                ],
                "built_in_tools": {"skip_turn": {"name": "skip_turn"}, "transfer_to_number": {"name": "x"}, "z": None},
            },
        },
    },
    "platform_settings": {
        "data_collection": {
            "reason": {"type": "string", "description": "Why.", "enum": ["pain", "check"], "constant_value": ""}
        },
        "widget": {"variant": "full"},
    },
    "metadata": {"created_at_unix_secs": 1},
}


def read(data: Any = DENTIST, path: str = "agent_configs/dentist.json") -> Reading:
    importer, document = ElevenLabsImporter(), Document(path, "", data)
    assert importer.recognises(document)
    return importer.read(document)


def places(reading: Reading, code: str) -> list[str]:
    return [remark.where for remark in reading.remarks if remark.code == code]


def test_an_agent_of_the_api_is_a_configuration() -> None:
    values = read().values
    assert check(dict(values)) == []
    system, user = values["prompts"]
    assert system["content"] == (
        'You answer for {praxis_name} on floor {floor}. Answer as JSON {{"a": 1}} when asked.'
    )
    assert set(system["placeholders"]) == {"praxis_name", "floor"}
    assert "Weiß" in system["placeholders"]["praxis_name"] and user["content"] == "{message}"
    assert values["language"] == "de" and values["first_message"] == "Praxis Weiß, guten Tag {{caller}}!"
    assert values["voice"] == {"voice_id": "cjVigY5qzO86Huf0OWal", "model": "eleven_flash_v2_5", "speed": 1.1}
    assert values["model"] == {"provider": "google", "name": "gemini-2.5-flash", "settings": {"temperature": 0.0}}
    assert values["name"] == "DentistLine"


def test_tools_keep_what_they_take_and_leave_where_they_lead() -> None:
    reading = read()
    slots, book, skip = reading.values["tools"]
    assert slots["parameters"]["description"] == "Looks up free slots."
    assert slots["parameters"]["properties"] == {
        "day": {"type": "string", "description": "The day."},
        "practice": {"type": "string"},
    }
    assert (book["name"], list(book["parameters"]["properties"])) == ("book", ["slot"])
    assert skip == {"name": "skip_turn", "parameters": {}}
    prompt = "conversation_config.agent.prompt"
    assert f"{prompt}.tools.1.api_schema.url" in places(reading, "reads_elsewhere")
    assert f"{prompt}.tools.1.api_schema.request_headers" in places(reading, "is_key")
    assert {f"{prompt}.tool_ids", f"{prompt}.knowledge_base"} <= set(places(reading, "reads_elsewhere"))
    assert f"{prompt}.tools.0.parameters.properties.practice.dynamic_variable" in places(reading, "unknown_part")
    assert "Bearer" not in str(reading.values) and "example.com" not in str(reading.values)


def test_what_is_collected_of_a_call_is_the_output() -> None:
    values = read().values
    assert values["return_type"] == "structured"
    reason = {"type": "string", "description": "Why.", "enum": ["pain", "check"]}
    assert values["schema_definition"] == {"type": "object", "properties": {"reason": reason}}


def test_what_has_no_place_is_told() -> None:
    told = places(read(), "unknown_part")
    expected = {"conversation_config.asr", "conversation_config.turn", "conversation_config.tts.stability", "tags"}
    assert expected | {"platform_settings.widget"} <= set(told)
    assert places(read(), "template_kept") == ["conversation_config.agent.first_message"]


def test_a_bare_agent_is_enough() -> None:
    reading = read({"conversation_config": {"agent": {"prompt": {"prompt": "You help."}}}})
    assert reading.values["description"] == "You help." and reading.values["name"] == "dentist"
    assert reading.values["return_type"] == "unstructured"


def test_parts_of_the_wrong_kind_are_left_out() -> None:
    assert len(read_all(ElevenLabsImporter(), DENTIST)) > 300


def test_other_documents_are_not_recognised() -> None:
    others: list[Any] = [None, [], {}, "x", {"conversation_config": 1}, {"conversation_config": {}}, {"name": "a"}]
    assert not any(ElevenLabsImporter().recognises(Document("a.json", "", data)) for data in others)


def test_what_our_own_export_added_is_left_out_again() -> None:
    config = configurations()["flat schema"]
    reading = read(json.loads(ElevenLabs().export(config).files[0].content))
    assert reading.values["prompts"][0]["content"] == config.prompt("system").content
    assert reading.values["prompts"][0]["placeholders"] == config.prompt("system").placeholders
    assert "tools" not in reading.values and len(places(reading, "comes_again")) == 2
