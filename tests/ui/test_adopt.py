"""JSON text judged against the draft: what is taken over, what waits, and on which line."""

import json
from typing import Any

import pytest

from builder.core.convert import as_config, as_draft
from builder.core.draft import Draft
from builder.core.operation import Operation
from builder.templates import all_templates, find
from builder.ui.panel.adopt import as_text, judge

CONFIG = dict(find("billing_support").config)
DRAFT = as_draft(CONFIG)


def _text(**changed: Any) -> str:
    return json.dumps(CONFIG | changed, indent=2)


def _after(draft: Draft, operations: tuple[Operation, ...]) -> dict[str, Any]:
    for operation in operations:
        draft = draft.apply(operation, "person").draft
    return as_config(draft)


@pytest.mark.parametrize("template", all_templates(), ids=lambda template: template.id)
def test_the_draft_as_text_changes_nothing(template: Any) -> None:
    draft = as_draft(template.config)
    judged = judge(as_text(draft), draft)
    assert not judged.waiting
    assert judged.operations == ()
    assert judged.problems == ()


def test_a_changed_value_is_taken_over_alone() -> None:
    judged = judge(_text(description="Sorts."), DRAFT)
    assert judged.operations == (Operation("set", "description", "Sorts."),)


def test_a_broken_text_is_not_taken_over_and_says_where() -> None:
    judged = judge(_text()[:-1], DRAFT)
    assert judged.waiting
    assert judged.operations == ()
    assert judged.flaws[0].line == len(_text().splitlines())


def test_only_what_does_not_fit_waits() -> None:
    judged = judge(_text(description="New.", language=5, tone="Calm"), DRAFT)
    assert judged.held == ("language",)
    assert {operation.field for operation in judged.operations} == {"description", "tone"}


def test_a_bad_name_waits_with_its_repair_and_its_line() -> None:
    judged = judge(_text(name="Customer Service!"), DRAFT)
    (problem,) = judged.problems
    assert judged.held == ("name",)
    assert problem.line == 2
    assert problem.mend == Operation("set", "name", "CustomerService")


def test_a_misspelt_key_waits_and_nothing_is_taken_for_removed() -> None:
    config = {key: value for key, value in CONFIG.items() if key != "return_type"} | {"retrun_type": "structured"}
    judged = judge(json.dumps(config), DRAFT)
    assert "retrun_type" in judged.held
    assert _after(DRAFT, judged.operations) == as_config(DRAFT)


def test_an_unfinished_configuration_is_taken_over() -> None:
    judged = judge('{"name": "Triage"}', Draft())
    assert not judged.waiting
    assert _after(Draft(), judged.operations) == {"name": "Triage"}


def test_a_removed_key_empties_the_field_when_the_text_is_whole() -> None:
    draft = DRAFT.apply(Operation("set", "first_message", "Hello.")).draft
    assert judge(_text(), draft).operations == (Operation("unset", "first_message"),)


def test_prompts_that_are_no_list_wait() -> None:
    judged = judge(_text(prompts="hello", tone="Calm"), DRAFT)
    assert judged.held == ("prompts",)
    assert [operation.field for operation in judged.operations] == ["tone"]


@pytest.mark.parametrize("value", ["[]", "5", '"text"', "null"])
def test_what_is_no_object_waits(value: str) -> None:
    judged = judge(value, DRAFT)
    assert judged.waiting
    assert judged.operations == ()


def test_sentences_of_unused_placeholders_survive_in_the_draft() -> None:
    draft = DRAFT.apply(Operation("put", "placeholders", "Kept for later.", "unused")).draft
    assert judge(as_text(draft), draft).operations == ()


def test_problems_below_the_top_carry_their_own_lines() -> None:
    schema = CONFIG["schema_definition"] | {"required": ["nobody"]}
    prompts = [CONFIG["prompts"][0], CONFIG["prompts"][1] | {"placeholders": {}}]
    text = _text(schema_definition=schema, prompts=prompts)
    lines = text.splitlines()
    found = {problem.code: problem.line for problem in judge(text, DRAFT).problems}
    assert '"content"' in lines[found["unlisted_placeholder"] - 1]
    assert '"schema_definition"' in lines[found["schema_required"] - 1]


@pytest.mark.parametrize(
    "hostile",
    [
        {"prompts": [1, None]},
        {"prompts": {}},
        {"metadata": []},
        {"schema_definition": 4},
        {"tools": None},
        {"prompts": [{"prompt_type": ["x"]}]},
        {"a.b": {"c": 1}},
    ],
)
def test_nothing_makes_it_stumble(hostile: dict[str, Any]) -> None:
    judged = judge(json.dumps(CONFIG | hostile), DRAFT)
    assert judged.problems
    assert _after(DRAFT, judged.operations)["name"] == CONFIG["name"]
