"""Pasted things: a schema, a sample result, a whole configuration, and JSON that is broken."""

import json

import pytest

from builder.interviewers.offline.reading.pasted import find_pasted, inferred
from tests.core.examples import structured
from tests.interviewers.talking import Talk
from tests.patience import at_once

SCHEMA = {
    "type": "object",
    "properties": {
        "plate": {"type": "string", "pattern": "^[A-Z]+$"},
        "fine": {"type": "number", "exclusiveMinimum": 0},
    },
    "required": ["plate"],
    "additionalProperties": False,
}


def asked_for_outputs() -> Talk:
    talk = Talk.begin()
    talk.say("Something that reads parking reports.", "structured", "PlateNote", "never guesses", "the report")
    return talk


@pytest.mark.parametrize("wrap", ["{}", "Here is the schema:\n{}", "```json\n{}\n```", "{} That is all we have."])
def test_a_schema_is_taken_word_for_word(wrap: str) -> None:
    talk = asked_for_outputs()
    talk.say(wrap.replace("{}", json.dumps(SCHEMA)))

    assert talk.value("schema_definition") == SCHEMA
    assert talk.stage == "FINALIZING"


def test_a_schema_in_the_first_message_settles_type_and_outputs() -> None:
    talk = Talk.begin()
    talk.say(f"We need an agent that reads parking reports. This is the schema:\n{json.dumps(SCHEMA)}")

    assert talk.value("return_type") == "structured"
    assert talk.value("schema_definition") == SCHEMA
    assert talk.value("description") == "Reads parking reports."


def test_a_sample_result_becomes_a_schema() -> None:
    talk = asked_for_outputs()
    sample = {"plate": "AB-1", "fine": 12.5, "paid": False, "on": "2026-05-01", "stops": [{"at": "gate", "minutes": 3}]}
    talk.say(f"It looks like this: {json.dumps(sample)}")

    assert talk.outputs["fine"] == {"type": "number"}
    assert talk.outputs["paid"] == {"type": "boolean"}
    assert talk.outputs["on"] == {"type": "string", "format": "date"}
    assert talk.outputs["stops"]["items"]["properties"]["minutes"] == {"type": "integer"}


def test_broken_json_is_explained_with_its_line_and_nothing_is_lost() -> None:
    talk = asked_for_outputs()
    before = talk.config
    reply = talk.say('{\n"type": "object",\n"properties": {"plate" {"type": "string"}}\n}')

    assert "line 3" in reply
    assert "contain" in reply
    assert talk.config == before
    talk.say("plate; fine, a number")
    assert list(talk.outputs) == ["plate", "fine"]


def test_a_whole_configuration_is_taken_as_it_is() -> None:
    config = structured()
    talk = Talk.begin()
    talk.say(f"Please start from this:\n{json.dumps(config)}")

    assert talk.config == config
    talk.say("yes")
    assert talk.stage == "COMPLETED"
    talk.say("It must never quote a price.")
    assert "never quote a price" in talk.value("system_prompt").lower()
    assert talk.value("system_prompt").startswith(config["prompts"][0]["content"])


def test_a_configuration_with_problems_gives_what_it_can_and_the_rest_is_asked() -> None:
    talk = Talk.begin()
    reply = talk.say(
        json.dumps(
            {"name": "Depot Reader!", "description": "Reads depot notes.", "return_type": "structured", "prompts": []}
        )
    )

    assert talk.value("name") == "DepotReader"
    assert talk.value("return_type") == "structured"
    assert reply.rstrip().endswith("?") or "?" in reply


def test_a_placeholder_is_no_json() -> None:
    assert find_pasted("Use {customer_name} and {order_date} please") is None


@pytest.mark.parametrize("piece", ["{", '{"a":', "[", "```", '"', '{"a":{"b":', "{ ", '\\"'])
def test_finding_json_takes_linear_time(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    with at_once():
        find_pasted(text)


def test_a_depth_bomb_is_broken_json_not_a_crash() -> None:
    found = find_pasted('{"a":' * 5_000 + "1" + "}" * 5_000)
    assert found is not None
    assert found.kind == "broken"


def test_a_list_is_described_by_its_items() -> None:
    assert inferred([{"a": 1}, {"a": 2, "b": "x"}]) == {
        "type": "object",
        "properties": {
            "items": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"a": {"type": "integer"}, "b": {"type": "string"}},
                    "required": ["a"],
                },
            }
        },
    }
