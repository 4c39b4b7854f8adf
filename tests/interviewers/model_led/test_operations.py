"""Whatever operations a model writes: the draft stays valid or says what is missing, and every refusal is explained."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.core.check import check
from builder.core.convert import as_config
from builder.core.draft import FIELDS, Draft, Entry
from builder.core.events import Dropped, Event, Proposed
from builder.core.session import Session
from builder.interviewers.expert.answer import Answer
from builder.interviewers.expert.taking import Taken
from builder.interviewers.expert.turn import Turn
from builder.services.conduct import Told
from tests.interviewers.model_led.talking import answer, ready_draft, sets, step

TEXTS = st.text(max_size=30) | st.sampled_from(
    [
        "structured",
        "{a",
        "{{x}}",
        "{order}",
        "{Order Number}",
        "!!!",
        "x" * 900,
        "null",
        "[]",
        "NaN",
        "1e999",
        "\x00",
        "\ud800",
    ]
)
VALUES = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "properties", "required", "steps", "id", "a", "name"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
WRITTEN = VALUES.map(lambda value: json.dumps(value)) | TEXTS | VALUES
ACTIONS = st.sampled_from(["set", "unset", "add", "remove", "put", "drop", "rename", "delete", ""])
OPERATION = st.fixed_dictionaries(
    {"action": ACTIONS | VALUES, "field": st.sampled_from([*FIELDS, "placeholders.a", "prompts", ""]) | VALUES},
    optional={"key": TEXTS | VALUES, "value_json": WRITTEN, "source": st.sampled_from(["user", "assumed"]) | VALUES},
)


def turned(operations: list[Any], draft: Draft) -> tuple[Turn, list[Event]]:
    turn = Turn(Session("test", draft=draft), Taken("Hello"))
    events = [*turn.begin(), *turn.whole(Answer.of({"reply": "Ok.", "operations": operations})), *turn.dropped()]
    return turn, events


def done(operations: list[Any], draft: Draft | None = None) -> Draft:
    return turned(operations, draft or ready_draft())[0].draft


@given(st.lists(OPERATION | VALUES, max_size=8), st.sampled_from([Draft(), ready_draft()]), st.booleans())
@settings(max_examples=250, deadline=None)
def test_any_operations_leave_a_draft_that_is_valid_or_says_what_is_missing(
    operations: list[Any], draft: Draft, locked: bool
) -> None:
    if locked and draft.entries:
        draft = draft.with_entry("schema_definition", Entry(draft.value("schema_definition"), "edited", locked=True))
    turn, events = turned(operations, draft)
    assert {flaw.code for flaw in check(as_config(turn.draft)) if not flaw.code.startswith("missing_")} == set()
    for event in events:
        assert not isinstance(event, Dropped) or (event.problem.reason and event.problem.next_step)
    json.dumps(as_config(turn.draft), allow_nan=False).encode()


@given(st.lists(OPERATION, max_size=6))
@settings(max_examples=200, deadline=None)
def test_the_service_comes_to_the_same_draft_as_the_turn(operations: list[Any]) -> None:
    turn, events = turned(operations, ready_draft())
    told = Told(turn.start, turn.start)
    for event in events:
        told, _ = told.hear(event)
    assert told.session.draft == turn.draft
    assert len(told.dropped) == sum(isinstance(event, Dropped) for event in events)


@pytest.mark.parametrize(
    ("said", "becomes"), [("Customer Service!", "CustomerService"), ("Größe", "Groesse"), (" Desk ", "Desk")]
)
def test_a_name_is_mended(said: str, becomes: str) -> None:
    assert done(sets(name=said)).value("name") == becomes


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        ("Read {Order Number} now", "Read {order_number} now"),
        ('Answer {"a": 1}', 'Answer {{"a": 1}}'),
        ("Text: {{complaint}}", "Text: {complaint}"),
        ("{complaint} as {{literal}}", "{complaint} as {{literal}}"),
    ],
)
def test_braces_of_a_prompt_are_placeholders_or_doubled(said: str, becomes: str) -> None:
    draft = done(sets(user_prompt=said))
    assert draft.value("user_prompt") == becomes and check(as_config(draft)) == []


def test_text_that_is_no_json_is_taken_as_it_is() -> None:
    plain = {"action": "set", "field": "tone", "key": "", "value_json": "calm and warm", "source": "user"}
    assert done([plain]).value("tone") == "calm and warm"


def test_json_with_bare_line_breaks_is_still_a_text() -> None:
    raw = {
        "action": "set",
        "field": "system_prompt",
        "key": "",
        "value_json": '"One\nTwo {complaint}"',
        "source": "user",
    }
    assert done([raw]).value("system_prompt") == "One\nTwo {complaint}"


def test_a_source_that_is_not_the_persons_is_assumed() -> None:
    draft = done([step("set", "tone", "calm", source="guessed")])
    assert draft.source("tone") == "assumed"


def test_a_renamed_placeholder_is_renamed_where_it_is_used() -> None:
    draft = done([step("rename", "placeholders", "request", "complaint")])
    assert draft.value("user_prompt") == "Complaint:\n{request}" and "{request}" in draft.value("system_prompt")
    assert draft.value("placeholders")["request"] == "The customer's complaint."
    assert check(as_config(draft)) == []


def test_an_output_may_be_named_by_its_type_alone() -> None:
    assert done([step("put", "schema_definition", "string", "city")]).value("schema_definition")["properties"][
        "city"
    ] == {"type": "string"}


def test_bare_properties_become_a_schema() -> None:
    schema = done([step("set", "schema_definition", {"city": {"type": "string"}})]).value("schema_definition")
    assert schema == {"type": "object", "properties": {"city": {"type": "string"}}}


def test_what_was_shown_in_outline_is_not_lost_when_one_thing_of_it_changes() -> None:
    long = {
        "type": "object",
        "properties": {f"part_{n}": {"type": "string", "description": "x" * 30} for n in range(9)},
    }
    draft = ready_draft(schema_definition={"type": "object", "properties": {"parts": long}})
    schema = done([step("put", "schema_definition", {"type": "object", "required": True}, "parts")], draft).value(
        "schema_definition"
    )
    assert schema["properties"]["parts"] == long and schema["required"] == ["parts"]


def test_a_schema_of_a_conversational_agent_is_checked_too() -> None:
    draft = ready_draft(return_type="unstructured")
    turn, _ = turned([step("set", "schema_definition", {"type": "object", "properties": {"a": {"type": 7}}})], draft)
    assert [bad.problem.code for bad in turn.bad] == ["bad_schema"]


def test_a_flaw_that_a_person_made_does_not_stop_other_changes() -> None:
    draft = ready_draft(name="two words").with_entry("tone", None)
    assert done(sets(tone="calm"), draft).value("tone") == "calm"


def test_endless_operations_are_cut_off_and_that_is_said() -> None:
    turn, events = turned([step("add", "goals", f"Goal {n}") for n in range(5000)], ready_draft())
    assert len(turn.draft.value("goals")) == 100
    assert [event.problem.code for event in events if isinstance(event, Dropped)] == ["too_many"]


@pytest.mark.parametrize("levels", [60, 900, 100_000])
def test_endless_depth_is_refused(levels: int) -> None:
    deep = "[" * levels + "]" * levels
    raws = [
        {"action": "set", "field": name, "key": "", "value_json": text, "source": "user"}
        for name, text in (("memory", f'{{"architecture": "a", "blocks": {deep}}}'), ("test_cases", deep))
    ]
    turn, _ = turned([*raws, step("put", "metadata", json.loads("[" * 60 + "]" * 60), "a")], ready_draft())
    assert [bad.problem.code for bad in turn.bad][:2] == ["bad_operation", "bad_operation"]


@pytest.mark.parametrize("text", ["NaN", '{"a": Infinity}', '{"a": 1e999}', "[1e999]"])
def test_numbers_that_no_database_takes_are_refused(text: str) -> None:
    raw = {"action": "set", "field": "metadata", "key": "", "value_json": text, "source": "user"}
    assert [bad.problem.code for bad in turned([raw], ready_draft())[0].bad] == ["bad_operation"]


@pytest.mark.parametrize("value", ["", " ", None])
def test_a_forgotten_value_empties_nothing(value: Any) -> None:
    turn, _ = turned([{"action": "set", "field": "name", "key": "", "value_json": value}], ready_draft())
    assert turn.draft.value("name") == "ParcelDesk" and [bad.problem.code for bad in turn.bad] == ["bad_operation"]


def test_null_empties_a_field() -> None:
    assert "tone" not in done([step("set", "tone", "calm"), {**step("set", "tone"), "value_json": "null"}])


def test_tools_may_only_be_taken_away() -> None:
    mine = ready_draft(tools=[{"name": "theirs", "parameters": {}}])
    turn, events = turned([step("set", "tools", [{"name": "fax", "parameters": {}}]), step("unset", "tools")], mine)
    assert [event.problem.code for event in events if isinstance(event, Dropped)] == ["unknown_tool"]
    assert "tools" not in turn.draft


def test_words_and_taps_of_any_shape_never_raise() -> None:
    odd = {"reply": {"a": 1}, "suggestions": "yes", "heard": ["told"], "operations": {"a": 1}, "topic": 3, "note": None}
    assert Answer.of(odd) == Answer()
    assert Answer.of(answer("Hi\x00 \ud800")).reply.startswith("Hi")
    assert any(isinstance(event, Proposed) for event in turned(sets(tone="calm"), Draft())[1])


@pytest.mark.parametrize("number", ["1e999", "-1e999", "Infinity", "NaN", '[{"a": 1e999}]'])
def test_a_number_without_an_end_goes_no_further(number: str) -> None:
    turn = Turn(Session("test", draft=ready_draft()), Taken(""))
    written = f'{{"action": "put", "field": "metadata", "key": "a", "value_json": {number}, "source": "user"}}'
    events = [
        *turn.begin(),
        *turn.hear(f'{{"reply": "Done.", "heard": "told", "operations": [{written}], '),
        *turn.hear('"topic": ""'),
    ]
    assert [event for event in events if isinstance(event, Proposed)] == []
    assert turn.draft == ready_draft() and [bad.problem.code for bad in turn.bad] == ["bad_operation"]
