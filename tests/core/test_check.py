import copy
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from builder.core.agent import KEYS, AgentConfig, contract_schema
from builder.core.check import check
from builder.core.check_schema import schema_problems
from builder.core.problem import WORDS
from tests.core.examples import conversational, json_values, structured
from tests.patience import at_once

PUBLISHED = Draft202012Validator(contract_schema())
NESTED: dict[str, Any] = {}
for _ in range(5_000):
    NESTED = {"a": NESTED}


def codes(config: Any) -> list[str]:
    return [problem.code for problem in check(config)]


@pytest.mark.parametrize("config", [structured(), conversational(), structured(tone="Calm", language="de-AT")])
def test_a_complete_configuration_has_no_problems(config: dict[str, Any]) -> None:
    assert check(config) == []
    assert PUBLISHED.is_valid(config)


@pytest.mark.parametrize(
    ("config", "code", "field"),
    [
        ([], "not_an_object", ""),
        (structured(name=...), "missing_name", "name"),
        (structured(name="Customer Service!"), "mendable_name", "name"),
        (structured(name="!!"), "bad_name", "name"),
        (structured(name="a" * 65), "mendable_name", "name"),
        (structured(name=7), "bad_value", "name"),
        (structured(description=""), "missing_description", "description"),
        (structured(description="x" * 501), "long_description", "description"),
        (structured(return_type="chat"), "bad_return_type", "return_type"),
        (structured(return_type=...), "missing_return_type", "return_type"),
        (structured(prompts=[]), "missing_system_prompt", "system_prompt"),
        (structured(prompts="Hello"), "missing_user_prompt", "user_prompt"),
        (structured(schema_definition=...), "missing_schema_definition", "schema_definition"),
        (structured(schema_definition=[]), "schema_not_object", "schema_definition"),
        (structured(schema_definition={"type": "array"}), "schema_root", "schema_definition"),
        (structured(schema_definition={"type": "object"}), "schema_empty", "schema_definition"),
        (structured(schema_definition=NESTED), "schema_too_deep", "schema_definition"),
        (conversational(schema_definition={"type": "object"}), "needless_schema", "schema_definition"),
        (structured(goals=[]), "empty", "goals"),
        (structured(tone=None), "empty", "tone"),
        (structured(voice={"model": None}), "empty", "voice.model"),
        (structured(model={"settings": None}), "empty", "model.settings"),
        (structured(voice={"speed": "1.5"}), "bad_value", "voice.speed"),
        (structured(language="German"), "bad_language", "language"),
        (structured(lanuage="de"), "misspelt_key", "lanuage"),
        (structured(zzz=1), "unknown_key", "zzz"),
        (structured(voice={"pitch": 1}), "unknown_key", "voice.pitch"),
        (structured(tools=[{"name": "search"}]), "missing_key", "tools.0.Tool.parameters"),
    ],
)
def test_each_breach_is_named_with_field_and_next_step(config: Any, code: str, field: str) -> None:
    assert (code, field) in [(problem.code, problem.field) for problem in check(config)]
    assert all(problem.reason and problem.next_step for problem in check(config))


def test_a_required_output_must_exist_and_the_mend_removes_it() -> None:
    broken = structured()
    broken["schema_definition"]["required"] = ["desk", "lost"]
    (problem,) = check(broken)
    assert problem.code == "schema_required" and problem.mend is not None
    assert check(structured(schema_definition=problem.mend.value)) == []


def test_tens_of_thousands_of_required_names_are_looked_at_at_once() -> None:
    many = structured()
    many["schema_definition"]["required"] = [f"lost{number}" for number in range(40_000)]
    with at_once():
        (problem,) = check(many)
    assert problem.mend is not None and problem.mend.value["required"] == []


def test_a_schema_with_a_wrong_keyword_is_named_where_it_stands() -> None:
    (problem,) = check(structured(schema_definition={"type": "object", "properties": {"a": {"type": "text"}}}))
    assert (problem.code, problem.field) == ("bad_schema", "schema_definition.properties.a.type")


def test_placeholders_are_listed_exactly_as_used() -> None:
    config = structured()
    config["prompts"][0]["placeholders"] = {"other": "Something."}
    assert codes(config) == ["unlisted_placeholder", "unused_placeholder"]


def test_a_single_brace_is_found_on_its_line_and_mended() -> None:
    config = structured()
    config["prompts"][1]["content"] = "{letter}\nas {JSON}"
    (problem,) = check(config)
    assert problem.reason.startswith("Line 2")
    assert problem.mend is not None and problem.mend.value == "{letter}\nas {{JSON}}"


def test_a_workflow_step_leads_to_a_known_one() -> None:
    step = {"id": "read", "title": "Read", "kind": "input", "next": ["write"]}
    assert codes(structured(workflow={"steps": [step]})) == ["unknown_step"]


def test_two_system_prompts_are_one_too_many() -> None:
    config = structured()
    config["prompts"][1]["prompt_type"] = "system"
    assert codes(config) == ["double_prompt", "missing_user_prompt"]


@given(json_values)
def test_anything_at_all_is_judged_without_an_exception(value: Any) -> None:
    for config in (value, structured() | dict.fromkeys(KEYS[:6], value), structured(zz=value, prompts=[value, value])):
        for problem in check(config):
            assert problem.code in WORDS
            json.dumps(problem.to_json())


def test_the_published_schema_refuses_what_the_check_refuses() -> None:
    Draft202012Validator.check_schema(contract_schema())
    for key in ("name", "description", "return_type", "prompts", "schema_definition"):
        assert not PUBLISHED.is_valid(structured(**{key: ...})), key
    assert not PUBLISHED.is_valid(conversational(schema_definition=structured()["schema_definition"]))
    assert not PUBLISHED.is_valid(structured(extra=1))
    assert not PUBLISHED.is_valid(structured(prompts=[structured()["prompts"][0]] * 2))


def test_a_configuration_is_written_back_as_it_was_read() -> None:
    config = structured(metadata={"note": None}, test_cases=[{"inputs": {"a": None}, "expect": None}])
    config["schema_definition"]["properties"]["desk"]["default"] = None
    before = copy.deepcopy(config)
    assert AgentConfig.model_validate(config).to_json() == before
    assert list(AgentConfig.model_validate(config).to_json()) == [key for key in KEYS if key in config]


def test_the_prompts_are_found_by_their_kind() -> None:
    assert AgentConfig.model_validate(structured()).prompt("user").content == "{letter}"


def test_one_of_a_thousand_outputs_is_changed_without_looking_at_all_of_them_again() -> None:
    outputs = {f"output_{number}": {"type": "string", "dependentRequired": {"a": ["b"]}} for number in range(1000)}
    by_parts, whole = _seconds(outputs, "known"), _seconds(outputs, "fresh {}")
    assert by_parts * 2 < whole


def _seconds(outputs: dict[str, Any], described: str) -> float:
    """Of processor time for looking at four schemas with one output changed in each; `{}` makes all others new, too."""
    began = time.process_time()
    for number in range(4):
        said = described.format(number)
        others = {name: {**about, "description": f"{name}, {said}"} for name, about in outputs.items()}
        changed = {**others, f"output_{number}": {"type": "integer", "minimum": number}}
        assert list(schema_problems({"type": "object", "properties": changed})) == []
    return time.process_time() - began


@given(
    st.dictionaries(
        st.sampled_from(["a", "properties", "$ref", ""]),
        st.recursive(
            st.sampled_from([True, None, 5, "string", {"type": "text"}, {"pattern": 1}, {"$ref": 1}]),
            lambda inner: st.dictionaries(st.sampled_from(["type", "properties", "items", "not", "enum"]), inner),
            max_leaves=6,
        ),
        min_size=1,
    )
)
def test_part_by_part_and_as_a_whole_a_schema_is_judged_the_same(outputs: dict[str, Any]) -> None:
    schema = {"type": "object", "properties": outputs}
    by_parts = [found.code for found in schema_problems(schema)]
    assert (by_parts == []) == Draft202012Validator(Draft202012Validator.META_SCHEMA).is_valid(schema)
