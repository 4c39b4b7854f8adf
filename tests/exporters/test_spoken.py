"""What targets that speak share: a section on speaking, a greeting, plain values to be taken down, memory blocks."""

import json
from typing import Any

import pytest
from hypothesis import given, settings

from builder.core.agent import AgentConfig
from builder.exporters.base import Exporter
from builder.exporters.elevenlabs import ElevenLabs
from builder.exporters.flat import described, flattened
from builder.exporters.memory_blocks import blocks
from builder.exporters.notes import Note
from builder.exporters.spoken import GREETINGS, RULES, spoken, stilled, unspoken
from builder.exporters.taken_down import HEADS, without_outputs
from builder.exporters.taken_down import RULES as OF_RESULTS
from builder.exporters.vapi import Vapi
from builder.interviewers.offline.pack import pack_for
from tests.exporters.configurations import configuration
from tests.exporters.schemas import schemas

VOICES = pytest.mark.parametrize("exporter", [ElevenLabs(), Vapi()], ids=lambda exporter: exporter.name)
CUSTOMER = {
    "type": "object",
    "properties": {
        "customer": {
            "type": "object",
            "properties": {"fullName": {"type": "string"}, "age": {"type": "integer", "minimum": 1}},
        },
        "customer_age": {"type": "number", "description": "How old."},
        "lines": {"type": "array", "items": {"type": "string"}},
        "Größe": {"type": "string", "enum": ["s", "l"]},
    },
    "required": ["customer"],
}


def agent(**changes: Any) -> AgentConfig:
    return AgentConfig.model_validate(configuration(**changes))


def codes(notes: tuple[Note, ...], field: str) -> list[str]:
    return [note.code for note in notes if note.field == field]


@pytest.mark.parametrize("language", ["en", "es", "de", "fr"])
def test_the_section_on_speaking_is_in_the_language_of_the_agent(language: str) -> None:
    told = spoken(agent(language=f"{language}-XX"), "X")
    assert told.content.endswith(f"\n\n{RULES[language]}") and told.greeting.startswith(GREETINGS[language][:5])
    assert "Letter Sorter" in told.greeting, "a name is said in words"
    assert codes(told.notes, "system_prompt") == ["spoken_rules"] and codes(told.notes, "first_message")
    assert len(RULES[language].splitlines()) == len(RULES["en"].splitlines())


def test_in_another_language_the_name_is_the_greeting() -> None:
    assert spoken(agent(language="ja", name="front_desk"), "X").greeting == "front desk."


def test_what_is_there_is_not_added_again() -> None:
    told = spoken(agent(system=f"Be kind.\n\n{RULES['en']}", first_message="Hi!"), "X")
    assert told.content.count("Speaking") == 1 and told.greeting == "Hi!" and told.notes == ()
    assert unspoken(told.content) == "Be kind." and unspoken("Be kind.") == "Be kind."


@VOICES
def test_a_greeting_is_no_command(exporter: Any) -> None:
    said = "{{ secret }} {% if x %} hello {name} 100%"
    file = exporter.export(agent(first_message=said)).files[0].content
    assert "{{ secret" not in file and "{%" not in file and "hello {name} 100%" in file
    assert stilled("Hello {name}!", "first_message", "X") == ("Hello {name}!", ())


def test_a_greeting_that_is_an_address_is_not_played() -> None:
    body = json.loads(Vapi().export(agent(first_message="https://example.com/a.mp3")).files[0].content)
    assert body["firstMessage"] == "“https://example.com/a.mp3”"


def test_outputs_are_taken_apart_into_plain_values() -> None:
    flat = flattened(CUSTOMER)
    assert flat.schema == {
        "customer_fullName": {"type": "string", "description": "Full Name"},
        "customer_age": {"type": "integer", "description": "Age. At least 1."},
        "customer_age_2": {"type": "number", "description": "How old."},
        "lines": {"type": "string", "description": "Lines. Written as JSON text."},
        "Grosse": {"type": "string", "description": "Größe", "enum": ["s", "l"]},
    }
    field = "schema_definition"
    assert codes(flat.notes, f"{field}.customer").count("schema_flattened") == 1
    assert codes(flat.notes, f"{field}.lines")[-1] == "schema_cut"
    assert codes(flat.notes, f"{field}.Größe")[-1] == "name_changed"
    required = [note.field for note in flat.notes if note.params == {"keyword": "required"}]
    assert required and all(name.startswith(f"{field}.") for name in required), "each output by its name"


@settings(deadline=None)
@given(schemas())
def test_any_outputs_are_plain_values_with_descriptions(schema: dict[str, Any]) -> None:
    for key, part in flattened(schema).schema.items():
        assert set(part) <= {"type", "description", "enum"} and part["description"].strip(), key
        assert part["type"] in ("string", "integer", "number", "boolean")
    again = flattened({"type": "object", "properties": flattened(schema).schema})
    assert again.schema == flattened(schema).schema


@settings(deadline=None)
@given(schemas())
def test_every_value_is_described(schema: dict[str, Any]) -> None:
    open_ends = list(described(schema).schema["properties"].values())
    while open_ends:
        part = open_ends.pop()
        assert part["description"].strip() and part["type"] != "null" and "anyOf" not in part
        open_ends += [*part.get("properties", {}).values(), *([part["items"]] if "items" in part else [])]


@VOICES
def test_a_voice_is_taken_over_as_far_as_the_platform_has_it(exporter: Any) -> None:
    voice = {"voice_id": "abc", "model": "own model", "speed": 3.0}
    export = exporter.export(agent(voice=voice, language="fr"))
    body = json.loads(export.files[0].content)
    told = body["conversation_config"]["tts"] if exporter.name == "elevenlabs" else body["voice"]
    assert "eleven_flash_v2_5" in told.values() and "abc" in told.values() and "speed" not in told
    assert [codes(export.notes, f"voice.{key}") for key in ("model", "speed")] == [
        ["setting_other", "model_chosen"],
        ["setting_other"],
    ]


def test_memory_is_blocks_with_short_names() -> None:
    held = ["persona", "Likes tea.", {"name": "Human - Facts about the user", "text": "x", "colour": "red"}, 7]
    made = blocks(agent(memory={"architecture": "memgpt", "blocks": [*held, {"label": "human", "value": "y"}]}), "X")
    assert made.values == [
        {"label": "persona", "value": ""},
        {"label": "notes", "value": "Likes tea."},
        {"label": "human", "value": "x"},
        {"label": "human_2", "value": "y"},
    ]
    assert codes(made.notes, "memory.blocks.3") == ["no_slot"] == codes(made.notes, "memory.blocks.2.colour")
    same = [{"label": "human", "value": "y", "limit": 90}]
    assert blocks(agent(memory={"architecture": "memgpt", "blocks": same}), "X") == type(made)(same, ())


@VOICES
def test_a_language_that_the_speech_does_not_know_stands_in_the_instructions_all_the_same(exporter: Exporter) -> None:
    made = exporter.export(agent(language="xx"))
    assert sorted(codes(made.notes, "language")) == ["in_instructions", "language_unspoken"]
    assert "Language of your answers: xx" in made.files[0].content and '"language": "xx"' not in made.files[0].content
    assert codes(exporter.export(agent(language="de-AT")).notes, "language") == ["in_instructions", "value_other"]


def test_elevenlabs_says_which_placeholders_it_does_not_explain() -> None:
    both = ElevenLabs().export(agent(system="{firm}", user="{letter}")).notes
    assert codes(both, "placeholders") == ["hint_as_example"]
    assert codes(both, "placeholders.letter") == ["hint_left_out"] and not codes(both, "placeholders.firm")
    assert codes(ElevenLabs().export(agent(system="Be kind.", user="{letter}")).notes, "placeholders") == ["no_slot"]


@VOICES
def test_one_that_talks_is_told_nothing_of_an_output(exporter: Exporter) -> None:
    assert [note for note in exporter.export(agent()).notes if note.field.startswith("schema_definition")] == []


LISTED = """What you give back, and nothing else:
- urgency: one of low, high
- reason (optional): Short reason"""
OUTPUT = {"type": "object", "properties": {"urgency": {"type": "string"}, "reason": {"type": "string"}}}


@VOICES
def test_outputs_are_taken_down_and_not_spoken_of(exporter: Exporter) -> None:
    config = agent(system=f"Sort.\n\n{LISTED}\n\nBe kind.", schema_definition=OUTPUT)
    made = exporter.export(config)
    written = made.files[0].content
    assert "nothing else" not in written and "urgency" in written
    assert OF_RESULTS["en"] in written and "Be kind." in written
    assert codes(made.notes, "schema_definition") == ["taken_down"]
    assert codes(made.notes, "system_prompt") == ["outputs_unspoken", "spoken_rules"]
    talks = exporter.export(agent(system="Sort."))
    assert OF_RESULTS["en"] not in talks.files[0].content
    told = spoken(config, "X", takes_down=True)
    assert unspoken(told.content) == "Sort.\n\nBe kind."


def test_what_is_no_plain_list_of_outputs_stays() -> None:
    for content in (f"{LISTED}\n- other", f"{LISTED}\nAnd more.", LISTED.replace("What", "All"), LISTED):
        config = agent(system=f"Sort.\n\n{content}", schema_definition=OUTPUT)
        given = content if content == LISTED else f"Sort.\n\n{content}"  # alone it is all there is
        assert without_outputs(given, config, "X") == (given, ())


def test_the_lines_above_outputs_are_those_of_the_interviewer() -> None:
    assert set(HEADS) == {pack_for(language).text("prompt.outputs") for language in ("en", "es", "de", "fr")}
    assert set(OF_RESULTS) == set(RULES)
