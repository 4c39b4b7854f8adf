"""What is pasted is taken by code, word for word, and its JSON is not sent."""

import json
from typing import Any

import pytest

from builder.core.draft import Draft, Entry
from builder.core.events import Proposed, TextDelta, Used
from tests.interviewers.model_led.conftest import Begin
from tests.interviewers.model_led.talking import READY, answer, ready_draft
from tests.models import faults
from tests.models.gemini import Gemini
from tests.models.script import Answer

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Verdict",
    "type": "object",
    "properties": {
        "zeta": {"type": "string", "pattern": "^[A-Z]+$", "description": "Never retyped: " + "x" * 300},
        "alpha": {"$ref": "#/$defs/deep"},
    },
    "$defs": {"deep": {"type": "array", "items": {"type": "number", "multipleOf": 0.5}}},
    "required": ["zeta"],
    "additionalProperties": False,
}
OK = answer("I have taken it.")


async def test_a_schema_is_stored_verbatim_and_only_a_note_is_sent(begin: Begin) -> None:
    talk = begin(OK)
    await talk.say(f"Use exactly this:\n```json\n{json.dumps(SCHEMA, indent=1)}\n```\nand be strict.")
    assert json.dumps(talk.value("schema_definition")) == json.dumps(SCHEMA)
    assert talk.session.draft.source("schema_definition") == "user" and talk.value("return_type") == "structured"
    assert talk.data["person"] == "Use exactly this:\n[schema pasted]\nand be strict."
    assert "word for word" in talk.data["taken"] and "schema_definition" in talk.data["taken"]
    assert "multipleOf" not in talk.sent.last and "Never retyped" not in talk.sent.last
    await talk.say("Go on")
    assert "multipleOf" not in talk.sent.text and "[schema pasted]" in talk.sent.history[0][1]


async def test_a_question_about_a_pasted_schema_writes_nothing(begin: Begin) -> None:
    talk = begin(answer("It is a good schema.", heard="question"), answer("Taken."))
    said = await talk.say(f"Is this a good schema? {json.dumps(SCHEMA)}")
    assert said == "It is a good schema." and talk.session.draft == Draft() and talk.proposed == []
    assert "zeta" in talk.data["draft"]["schema_definition"]  # it can be judged all the same
    await talk.say(f"Then use it: {json.dumps(SCHEMA)}")
    assert talk.value("schema_definition") == SCHEMA


async def test_the_words_do_not_wait_until_it_is_clear_what_becomes_of_the_paste(begin: Begin) -> None:
    talk = begin(OK)
    await talk.say(f"Use this: {json.dumps(SCHEMA)}")
    kinds = [type(event) for event in talk.events]
    first, last = kinds.index(TextDelta), len(kinds) - 1 - kinds[::-1].index(TextDelta)
    assert first < last < kinds.index(Proposed) < kinds.index(Used)


async def test_a_paste_without_a_word_is_no_question_whatever_the_model_hears(begin: Begin) -> None:
    talk = begin(answer("What is it?", heard="question"))
    await talk.say(json.dumps(SCHEMA))
    assert talk.value("schema_definition") == SCHEMA


async def test_in_a_specification_nobody_asks(begin: Begin) -> None:
    talk = begin(answer("What is it?", heard="question"))
    await talk.specify(f"Sort letters by urgency, is this good? {json.dumps(SCHEMA)}")
    assert talk.value("schema_definition") == SCHEMA


async def test_an_example_gives_its_schema(begin: Begin) -> None:
    talk = begin(OK)
    await talk.say('It should answer like {"city": "Paris", "days": 3}')
    assert talk.value("schema_definition")["properties"] == {"city": {"type": "string"}, "days": {"type": "integer"}}


async def test_an_example_in_the_middle_of_a_talk_does_not_replace_known_outputs(begin: Begin) -> None:
    talk = begin(OK, draft=ready_draft())
    said = 'Sometimes a complaint comes as data such as {"text": "late", "id": 3}, then please read the text of it only'
    await talk.say(said)
    assert talk.value("schema_definition") == READY["schema_definition"] and talk.data["person"] == said


async def test_a_whole_configuration_is_taken_even_its_tools(begin: Begin) -> None:
    config = {
        "name": "Greeter",
        "description": "Greets people.",
        "return_type": "unstructured",
        "prompts": [
            {"prompt_type": "system", "content": "Greet.", "placeholders": {}},
            {"prompt_type": "user", "content": "{name}", "placeholders": {"name": "Who."}},
        ],
        "tools": [{"name": "theirs", "parameters": {}}],
    }
    talk = begin(OK)
    await talk.say(json.dumps(config))
    assert talk.is_valid and talk.value("tools") == config["tools"] and talk.value("system_prompt") == "Greet."
    assert '"prompt_type"' not in talk.sent.text


async def test_a_configuration_with_flaws_is_taken_in_part_and_the_flaws_are_said(begin: Begin) -> None:
    talk = begin(OK)
    said = await talk.say(
        '{"name": "Customer Service!", "description": "Helps.", "return_type": "both", "prompts": []}'
    )
    assert talk.value("name") == "CustomerService" and talk.value("return_type") is None
    assert "system prompt is empty" in said and said.endswith("I have taken it.")
    assert talk.data["person"] == "[config pasted]"


@pytest.mark.parametrize("language", ["en", "de"])
async def test_broken_json_is_said_with_its_line_by_code(begin: Begin, language: str) -> None:
    talk = begin(OK, language=language)
    said = await talk.say('{"type": "object",\n "properties": {"a": {"type": "string"}\n "b": 1}}')
    assert ("line 2" if language == "en" else "Zeile 2") in said and said.endswith("I have taken it.")
    assert "cannot be read" in talk.data["taken"] and '"properties"' not in talk.sent.last
    assert talk.session.draft == Draft()


async def test_what_was_taken_is_taken_again_after_a_fault(begin: Begin, fake: Gemini) -> None:
    talk = begin()
    fake.play([Answer(json=OK, pieces=20, fault=faults.cut(after=1)), Answer(json=OK)])
    assert await talk.say(json.dumps(SCHEMA)) == "I have taken it."
    assert talk.value("schema_definition") == SCHEMA and talk.told and len(talk.told.changes) == 2


async def test_nothing_is_taken_when_the_turn_fails(begin: Begin, fake: Gemini) -> None:
    talk = begin()
    fake.play([Answer(fault=faults.BAD_REQUEST)])
    assert await talk.say(json.dumps(SCHEMA)) == ""
    assert talk.failed and talk.session.draft == Draft()


async def test_a_locked_schema_only_gets_a_proposal(begin: Begin) -> None:
    mine = Entry({"type": "object", "properties": {"mine": {"type": "string"}}}, "edited", locked=True)
    talk = begin(OK, draft=ready_draft().with_entry("schema_definition", mine))
    await talk.say(json.dumps(SCHEMA))
    assert talk.value("schema_definition") == mine.value
    assert talk.session.proposals["schema_definition"].after == SCHEMA
