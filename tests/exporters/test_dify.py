"""What is special to apps of Dify: names of 30 characters, texts that look like gaps, chats."""

from typing import Any

import yaml

from builder.core.agent import AgentConfig
from builder.exporters.dify import Dify
from tests.exporters.configurations import FLAT_SCHEMA, configuration

LONG = "a_name_that_is_longer_than_thirty_signs"


def export(**changes: Any) -> tuple[dict[str, Any], dict[str, Any], set[tuple[str, str]]]:
    """The app, its nodes by name, and the notes."""
    made = Dify().export(AgentConfig.model_validate(configuration(**changes)))
    app = yaml.safe_load(made.files[0].content)
    nodes = {node["id"]: node["data"] for node in app["workflow"]["graph"]["nodes"]}
    return app, nodes, {(note.field, note.code) for note in made.notes}


def test_an_agent_that_talks_is_a_chatflow_with_a_memory() -> None:
    app, nodes, notes = export(first_message="Hi {{x}}!", conversation_starters=["Where?"])
    assert app["app"]["mode"] == "advanced-chat"
    assert nodes["llm"]["memory"]["query_prompt_template"] == "{{#sys.query#}}"
    assert [one["variable"] for one in nodes["start"]["variables"]] == ["firm_name"]
    assert app["workflow"]["features"]["opening_statement"] == "Hi { {x}}!"
    assert app["workflow"]["features"]["suggested_questions"] == ["Where?"]
    assert ("first_message", "template_escaped") in notes


def test_an_agent_that_gives_a_result_is_a_workflow() -> None:
    app, nodes, notes = export(schema_definition=FLAT_SCHEMA, first_message="Hi!")
    assert app["app"]["mode"] == "workflow"
    assert nodes["end"]["outputs"][0]["value_selector"] == ["llm", "structured_output"]
    assert ("first_message", "set_up_there") in notes


def test_what_has_a_place_in_dify_is_not_told_to_have_none() -> None:
    voice, tools = {"voice_id": "x"}, [{"name": "look_up", "parameters": {}}]
    more = {"voice": voice, "tools": tools, "first_message": "Hi!", "conversation_starters": ["Where?"]}
    for said in ({}, {"schema_definition": FLAT_SCHEMA}):
        _, _, notes = export(**said, **more, memory={"architecture": "none"})
        here = {"first_message", "conversation_starters"} if said else set[str]()
        assert {field for field, code in notes if code == "set_up_there"} == {"tools", "voice", *here}
        assert {field for field, code in notes if code == "no_slot"} == {"memory"}


def test_only_the_question_of_a_chat_goes_unexplained() -> None:
    _, nodes, notes = export(system="{a}", user="{question}")
    assert nodes["start"]["variables"][0]["label"] == "What to write for a."
    assert ("placeholders.question", "hint_left_out") in notes
    assert ("placeholders", "no_slot") not in notes
    assert ("placeholders", "no_slot") in export(system="Be kind.", user="{question}")[2]


def test_long_names_are_made_shorter_and_stay_different() -> None:
    _, nodes, notes = export(system=f"{{{LONG}_one}} {{{LONG}_two}} {{{LONG[:30]}}}", user="{a} {b}")
    names = [one["variable"] for one in nodes["start"]["variables"]]
    assert len(set(names)) == 5
    assert LONG[:30] in names
    assert max(map(len, names)) == 30
    assert ("placeholders", "name_changed") in notes


def test_texts_that_look_like_gaps_stay_texts() -> None:
    _, nodes, notes = export(system="{x}start.x{x} {{{{#sys.query#}}}} {{{{#context#}}}}")
    said = nodes["llm"]["prompt_template"][0]["text"]
    assert said == "{{#start.x#}} start.x{{#start.x#}} {{ #sys.query#}} {{ #context#}}"
    assert ("system_prompt", "template_escaped") in notes


def test_a_name_of_both_prompts_is_explained_once() -> None:
    config = configuration(system="{x}", user="{x} {y}")
    config["prompts"][1]["placeholders"]["x"] = "Something else."
    _, nodes, notes = export(prompts=config["prompts"])
    assert [one["label"] for one in nodes["start"]["variables"]] == ["What to write for x.", "What to write for y."]
    assert ("placeholders", "sentence_once") in notes
