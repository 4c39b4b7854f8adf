"""Our own file, as people download it, as the API gives it, and as people write it who nearly know it."""

import json
from typing import Any

import pytest

from builder.core.check import check
from builder.importers.intake import Item, Upload, intake
from builder.importers.settling import settled
from builder.templates import all_templates
from tests.exporters.configurations import EVERYTHING, configuration, configurations

CONFIG = configuration()
PROMPTS = CONFIG["prompts"]


def taken(data: Any, name: str = "a.json") -> Item:
    [item] = intake([Upload(name, json.dumps(data).encode())]).items
    assert item.importer == "own"
    return item


def codes(item: Item) -> set[str]:
    return {remark.code for remark in item.remarks}


def test_every_configuration_comes_back_as_it_was() -> None:
    for name, config in configurations().items():
        stored = settled(config.to_json())[0]
        item = taken(stored)
        assert (dict(item.values), item.remarks, item.problems) == (stored, (), ()), name


def test_a_pasted_one_and_one_in_yaml_are_the_same() -> None:
    assert taken(EVERYTHING, "").values == EVERYTHING
    assert taken(EVERYTHING, "a.yaml").values == EVERYTHING


@pytest.mark.parametrize("key", ["config", "configuration", "content", "agent"])
def test_what_the_api_answers_holds_a_configuration(key: str) -> None:
    item = taken({"id": "3", "version": 2, key: CONFIG})
    assert item.values == CONFIG
    assert {remark.where: remark.code for remark in item.remarks} == dict.fromkeys(("id", "version"), "unknown_part")


def test_lists_of_all_kinds_hold_several() -> None:
    other = configuration(name="Other")
    for data in (
        [CONFIG, other],
        {"agents": [CONFIG, other], "next": None},
        {"artifacts": [{"id": "a", "content": CONFIG}, {"id": "b", "content": other}], "next": None},
        [{"config": CONFIG}, {"config": other}],
    ):
        items = intake([Upload("all.json", json.dumps(data).encode())]).items
        assert [item.values for item in items] == [CONFIG, other]
        assert [item.path for item in items] == ["all.json#1", "all.json#2"]


def test_lines_of_json_are_no_json_and_say_so() -> None:
    [refused] = intake([Upload("a.json", f"{json.dumps(CONFIG)}\n{json.dumps(CONFIG)}".encode())]).refused
    assert (refused.code, refused.params["line"]) == ("broken_json", 2)


def test_a_template_is_read_as_the_agent_in_it() -> None:
    template = all_templates()[0]
    item = taken({"id": template.id, "title": "T", "config": dict(template.config)})
    assert item.values == template.config


def test_keys_that_are_nearly_right_are_taken_for_what_they_mean() -> None:
    said = {
        "Name": "LetterSorter",
        "descripton": "Sorts letters.",
        "returnType": "Unstructured",
        "systemPrompt": "You answer for {firm_name}.",
        "user-prompt": "{letter}",
        "conversationStarters": "Where is my letter?",
        "nonsense": 1,
    }
    item = taken(said)
    assert item.problems == ()
    assert (item.values["name"], item.values["description"]) == ("LetterSorter", "Sorts letters.")
    assert item.values["return_type"] == "unstructured"
    assert [prompt["content"] for prompt in item.values["prompts"]] == ["You answer for {firm_name}.", "{letter}"]
    assert item.values["conversation_starters"] == ["Where is my letter?"]
    assert codes(item) == {"key_renamed", "unknown_part", "made_list", "placeholder_explained"}


def test_nothings_are_left_out_and_told() -> None:
    item = taken({**CONFIG, "tone": None, "goals": [], "voice": {"speed": 1.0, "model": None}, "metadata": {}})
    assert item.values == {**CONFIG, "voice": {"speed": 1.0}}
    assert [remark.where for remark in item.remarks] == ["tone", "goals", "voice.model", "metadata"]


@pytest.mark.parametrize(
    "prompts",
    [
        {"system": "You answer for {firm_name}.", "user": "{letter}"},
        {"system": {"content": "You answer for {firm_name}."}, "user": {"text": "{letter}"}},
        [{"role": "system", "content": "You answer for {firm_name}."}, {"role": "user", "content": "{letter}"}],
        [{**PROMPTS[0], "placeholders": ["firm_name"]}, {**PROMPTS[1], "placeholders": None}],
    ],
)
def test_prompts_are_read_in_every_way_in_which_people_write_them(prompts: Any) -> None:
    item = taken({**CONFIG, "prompts": prompts})
    assert [prompt["content"] for prompt in item.values["prompts"]] == ["You answer for {firm_name}.", "{letter}"]
    assert [list(prompt["placeholders"]) for prompt in item.values["prompts"]] == [["firm_name"], ["letter"]]
    assert item.problems == ()
    assert codes(item) == {"placeholder_explained"}


def test_placeholders_that_are_explained_twice_wrongly_or_not_at_all_are_mended() -> None:
    system = {"prompt_type": "system", "content": "{a} and {b} and {c", "placeholders": {"a": "The A.", "z": "Unused."}}
    user = {"prompt_type": "user", "content": "{a}", "placeholders": [{"name": "a", "description": "The user's A."}]}
    item = taken({**CONFIG, "prompts": [system, user]})
    assert item.values["prompts"][0]["placeholders"]["a"] == "The A."
    assert item.values["prompts"][1]["placeholders"] == {"a": "The user's A."}
    assert item.values["prompts"][0]["content"] == "{a} and {b} and {{c"
    assert item.problems == ()
    assert codes(item) == {"hint_unused", "placeholder_explained", "braces_doubled"}


def test_a_second_prompt_of_a_kind_is_left_out_and_a_missing_one_added() -> None:
    item = taken({**CONFIG, "prompts": [PROMPTS[0], {**PROMPTS[0], "content": "Another."}]})
    assert [prompt["content"] for prompt in item.values["prompts"]] == ["You answer for {firm_name}.", "{message}"]
    assert codes(item) == {"only_first", "user_prompt_added"}


def test_a_name_and_a_description_that_do_not_fit_are_mended() -> None:
    item = taken({**CONFIG, "name": "Letter Sorter!", "description": "d" * 600})
    assert (item.values["name"], len(item.values["description"])) == ("LetterSorter", 500)
    assert codes(item) == {"name_mended", "description_cut"}


def test_what_has_no_name_is_called_after_its_file_or_by_what_it_says() -> None:
    bare = {key: value for key, value in CONFIG.items() if key != "name"}
    assert taken(bare, "letters.json").values["name"] == "letters"
    system = {**PROMPTS[0], "content": "You are a friendly letter sorter for {firm_name}."}
    assert taken({**bare, "prompts": [system, PROMPTS[1]]}, "").values["name"] == "FriendlyLetterSorter"


def test_values_of_the_wrong_kind_are_left_out_and_the_rest_is_kept() -> None:
    wrong = {"language": "German", "memory": 3, "tools": [{"nam": 1}], "voice": {"speed": "fast"}, "goals": [1]}
    item = taken({**CONFIG, **wrong})
    assert item.values == CONFIG
    assert {remark.where for remark in item.remarks} == set(wrong)
    assert codes(item) == {"wrong_kind"}


def test_what_cannot_be_mended_is_a_problem_with_its_next_step() -> None:
    item = taken({**CONFIG, "return_type": "structured"})
    assert [problem.code for problem in item.problems] == ["missing_schema_definition"]
    rooted = taken({**CONFIG, "return_type": "structured", "schema_definition": {"properties": {"a": {}}}})
    assert [problem.code for problem in rooted.problems] == ["schema_root"]
    assert rooted.problems[0].mend is not None


def test_a_schema_as_a_text_is_read() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    item = taken({**CONFIG, "return_type": "structured", "schema_definition": json.dumps(schema)})
    assert item.values["schema_definition"] == schema
    assert check(item.values) == []


def test_an_agent_of_another_platform_is_not_ours() -> None:
    for data in ({"name": "a", "description": "b", "tools": [], "model": "x"}, {"system_prompt": "a"}, {"prompts": 3}):
        items = intake([Upload("a.json", json.dumps(data).encode())]).items
        assert [item for item in items if item.importer == "own"] == []
