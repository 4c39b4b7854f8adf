from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.core.check import check
from builder.core.convert import as_config, fields_of, operations
from builder.core.draft import FIELDS, Draft, gaps
from builder.core.operation import Author, Operation
from builder.core.problem import WORDS
from builder.core.tend import tend
from tests.core import examples
from tests.core.examples import conversational, structured


def after(*steps: Operation, by: Author = "interviewer", draft: Draft | None = None) -> Draft:
    draft = draft or Draft()
    for step in steps:
        applied = draft.apply(step, by)
        assert applied.problem is None, applied.problem
        draft = applied.draft
    return draft


def test_a_value_is_set_and_the_change_says_what_was_before() -> None:
    first = Draft().apply(Operation("set", "tone", "calm"))
    second = first.draft.apply(Operation("set", "tone", " warm "))
    assert second.change is not None
    assert (second.change.before, second.change.after) == ("calm", "warm")


def test_the_same_value_again_is_no_change() -> None:
    draft = after(Operation("set", "tone", "calm"))
    assert draft.apply(Operation("set", "tone", "calm")).change is None


def test_a_person_who_says_what_was_assumed_makes_it_said() -> None:
    draft = after(Operation("set", "tone", "calm", source="assumed"))
    assert draft.assumed == ["tone"]
    assert after(Operation("set", "tone", "calm"), draft=draft).assumed == []


def test_an_empty_value_empties_the_field() -> None:
    draft = after(Operation("set", "tone", "calm"), Operation("set", "tone", "  "))
    assert "tone" not in draft


def test_lists_take_an_item_once_and_give_it_back() -> None:
    draft = after(Operation("add", "goals", "a"), Operation("add", "goals", "b"), Operation("add", "goals", "a"))
    assert draft.value("goals") == ["a", "b"]
    assert "goals" not in after(Operation("remove", "goals", "a"), Operation("remove", "goals", "b"), draft=draft)


def test_an_output_is_put_renamed_and_dropped_and_the_rest_of_the_schema_stays() -> None:
    schema = {"title": "T", "type": "object", "properties": {"a": {"type": "string", "x-own": 1}}, "required": ["a"]}
    draft = after(
        Operation("set", "schema_definition", schema),
        Operation("put", "schema_definition", {"type": "number", "required": True}, key="b"),
        Operation("rename", "schema_definition", "c", key="a"),
    )
    assert draft.value("schema_definition") == {
        "title": "T",
        "type": "object",
        "properties": {"c": {"type": "string", "x-own": 1}, "b": {"type": "number"}},
        "required": ["c", "b"],
    }
    optional = after(Operation("put", "schema_definition", {"type": "number", "required": False}, "b"), draft=draft)
    assert optional.value("schema_definition")["required"] == ["c"]
    emptied = after(*(Operation("drop", "schema_definition", key=key) for key in "cb"), draft=draft)
    assert "schema_definition" not in emptied


def test_a_property_may_itself_be_an_object_with_required_names() -> None:
    inner = {"type": "object", "properties": {"x": {}}, "required": ["x"]}
    draft = after(Operation("put", "schema_definition", inner, key="o"))
    assert draft.value("schema_definition")["properties"]["o"] == inner


def test_what_a_person_edits_is_locked_and_an_interviewer_only_proposes() -> None:
    draft = after(Operation("set", "name", "Mine"), by="person")
    applied = draft.apply(Operation("set", "name", "Theirs"))
    assert applied.draft == draft and applied.change is None
    assert applied.proposal is not None and applied.proposal.after == "Theirs"
    assert after(Operation("set", "name", "Theirs"), draft=draft.unlock("name")).value("name") == "Theirs"


def test_a_second_proposal_builds_on_the_first() -> None:
    draft = after(Operation("add", "goals", "mine"), by="person")
    first = draft.apply(Operation("add", "goals", "one")).proposal
    second = draft.apply(Operation("add", "goals", "two"), pending=first).proposal
    assert second is not None and second.after == ["mine", "one", "two"] and second.before == ["mine"]


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        (Operation("set", "colour", "red"), "unknown_field"),
        (Operation("set", "goals", "red"), "bad_operation"),
        (Operation("add", "name", "red"), "bad_operation"),
        (Operation("put", "placeholders", "red"), "bad_operation"),
        (Operation("drop", "schema_definition", key="a"), "unknown_entry"),
        (Operation("put", "schema_definition", "text", key="a"), "bad_output"),
    ],
)
def test_an_operation_that_does_not_fit_is_explained(operation: Operation, code: str) -> None:
    applied = Draft().apply(operation)
    assert applied.problem is not None and applied.problem.code == code
    assert applied.draft == Draft()


@given(st.lists(st.tuples(examples.operations, st.sampled_from(["person", "interviewer"])), max_size=12))
def test_any_operations_leave_a_draft_that_reads_as_a_judged_configuration(steps: list[tuple[Operation, Any]]) -> None:
    draft = Draft()
    for operation, by in steps:
        applied = draft.apply(operation, by)
        assert sum(part is not None for part in (applied.change, applied.proposal, applied.problem)) <= 1
        draft = tend(applied.draft, "en")
    assert set(draft.entries) <= set(FIELDS)
    assert all(problem.code in WORDS for problem in check(as_config(draft)))


@pytest.mark.parametrize("config", [structured(tone="Calm", metadata={"a": 1}), conversational(goals=["Be kind."])])
def test_a_configuration_becomes_a_draft_and_back(config: dict[str, Any]) -> None:
    draft = after(*operations(Draft(), config))
    assert as_config(draft) == config
    assert operations(draft, config) == []


def test_turning_to_chat_keeps_the_schema_in_the_draft_for_the_way_back() -> None:
    draft = after(*operations(Draft(), structured()))
    chat = after(*operations(draft, conversational()), draft=draft)
    assert "schema_definition" not in as_config(chat)
    assert as_config(after(Operation("set", "return_type", "structured"), draft=chat)) == structured()


def test_assumed_fields_are_listed_in_the_metadata_but_are_no_value_of_it() -> None:
    config = structured()
    draft = after(*operations(Draft(), config))
    decided = after(Operation("set", "tone", "calm", source="assumed"), draft=draft)
    written = as_config(decided)
    assert written["metadata"] == {"assumed": ["tone"]} and check(written) == []
    assert "metadata" not in fields_of(written)


def test_true_is_not_one_and_the_order_of_keys_is_the_persons() -> None:
    draft = after(Operation("set", "metadata", {"a": 1, "b": 2}))
    assert [step.field for step in operations(draft, {"metadata": {"b": 2, "a": 1}})] == ["metadata"]
    assert [step.field for step in operations(draft, {"metadata": {"a": True, "b": 2}})] == ["metadata"]


def test_every_used_placeholder_gets_a_sentence_and_a_written_one_stays() -> None:
    draft = after(
        Operation("set", "system_prompt", "For {firm}. {{no}}"),
        Operation("set", "user_prompt", "{order_text} {firm}"),
        Operation("put", "placeholders", "Name of the firm.", key="firm"),
    )
    assert gaps(draft) == ["firm", "order_text"]
    sentences = {"firm": "Name of the firm.", "order_text": "Provide the order text."}
    assert tend(draft, "en").value("placeholders") == sentences
    assert tend(draft, "de").value("placeholders")["order_text"] == "Hier einsetzen: order text."
