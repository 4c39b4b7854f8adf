"""Outputs as rows of a table, and the table as a schema again."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.templates import all_templates
from builder.ui.panel import table
from builder.ui.panel.table import KINDS, Row, kind_of, rows, with_rows

SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "priority": {"type": "string", "enum": ["low", "high"], "x-note": "kept"},
        "score": {"type": "number", "minimum": 0, "maximum": 1, "description": "How sure"},
        "items": {
            "type": "array",
            "items": {"type": "object", "properties": {"sku": {"type": "string"}}},
            "minItems": 1,
        },
        "odd": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    },
    "required": ["score", "priority"],
}


def test_each_property_is_a_row_in_its_order() -> None:
    assert [(row.name, row.kind, row.required) for row in rows(SCHEMA)] == [
        ("priority", "choice", True),
        ("score", "number", True),
        ("items", "objects", False),
        ("odd", "other", False),
    ]
    assert rows(SCHEMA)[1].minimum == 0
    assert rows(SCHEMA)[0].choices == "low, high"


def test_an_untouched_table_is_the_same_schema_to_the_letter() -> None:
    for schema in (
        SCHEMA,
        *(t.config["schema_definition"] for t in all_templates() if "schema_definition" in t.config),
    ):
        written, flaws = with_rows(schema, rows(schema))
        assert json.dumps(written) == json.dumps(schema)
        assert not flaws


def _edited(place: int, **cells: Any) -> tuple[dict[str, Any], list[table.Flaw]]:
    wanted = rows(SCHEMA)
    wanted[place] = replace(wanted[place], **cells)
    written, flaws = with_rows(SCHEMA, wanted)
    assert written is not None
    return written, flaws


def test_a_change_of_one_row_leaves_the_others_and_what_a_table_does_not_show() -> None:
    written, _ = _edited(0, choices="low, medium, high")
    assert written["properties"]["priority"] == {"type": "string", "enum": ["low", "medium", "high"], "x-note": "kept"}
    assert written["properties"]["items"] == SCHEMA["properties"]["items"]
    assert written["additionalProperties"] is False


def test_renaming_keeps_place_content_and_being_required() -> None:
    written, _ = _edited(1, name="certainty")
    assert list(written["properties"]) == ["priority", "certainty", "items", "odd"]
    assert written["properties"]["certainty"] == SCHEMA["properties"]["score"]
    assert written["required"] == ["certainty", "priority"]


def test_another_kind_keeps_only_what_fits_every_kind() -> None:
    written, _ = _edited(1, kind="text")
    assert written["properties"]["score"] == {"type": "string", "description": "How sure"}


def test_a_description_of_something_odd_leaves_the_odd_thing_alone() -> None:
    written, _ = _edited(3, description="Perhaps")
    assert written["properties"]["odd"] == SCHEMA["properties"]["odd"] | {"description": "Perhaps"}


def test_a_limit_can_be_set_and_taken_away() -> None:
    assert _edited(1, maximum=10.0)[0]["properties"]["score"]["maximum"] == 10
    assert "maximum" not in _edited(1, maximum=None)[0]["properties"]["score"]


def test_rows_can_be_added_and_deleted_and_the_last_one_takes_the_schema_along() -> None:
    written, _ = with_rows(SCHEMA, [rows(SCHEMA)[0], Row("tags", "texts", required=True)])
    assert written is not None
    assert list(written["properties"]) == ["priority", "tags"]
    assert written["properties"]["tags"] == {"type": "array", "items": {"type": "string"}}
    assert written["required"] == ["priority", "tags"]
    assert with_rows(SCHEMA, []) == (None, [])


def test_nothing_is_required_any_more_means_no_empty_list() -> None:
    written, _ = with_rows(SCHEMA, [replace(row, required=False) for row in rows(SCHEMA)])
    assert written is not None
    assert "required" not in written


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"name": ""}, "no_name"),
        ({"name": "score"}, "double_name"),
        ({"choices": " , "}, "no_choices"),
        ({"kind": "number", "minimum": 2.0, "maximum": 1.0}, "bad_range"),
    ],
)
def test_a_row_that_does_not_fit_waits_and_its_output_stays(cells: dict[str, Any], code: str) -> None:
    wanted = rows(SCHEMA)
    wanted = [*wanted[1:], replace(wanted[0], **cells)]
    written, flaws = with_rows(SCHEMA, wanted)
    assert [flaw.code for flaw in flaws] == [code]
    assert written is not None
    assert written["properties"]["priority"] == SCHEMA["properties"]["priority"]


def test_a_row_renamed_to_the_name_of_a_later_one_waits_and_both_outputs_stay() -> None:
    first, second, *others = rows(SCHEMA)
    written, flaws = with_rows(SCHEMA, [replace(first, name=second.name), second, *others])
    assert [flaw.code for flaw in flaws] == ["double_name"]
    assert written == SCHEMA


def test_an_empty_new_row_is_no_trouble() -> None:
    assert with_rows(SCHEMA, [*rows(SCHEMA), Row()]) == (SCHEMA, [])


def test_numbers_among_the_allowed_values_stay_numbers() -> None:
    schema = {"type": "object", "properties": {"stars": {"type": "integer", "enum": [1, 2]}}}
    written, _ = with_rows(schema, [replace(rows(schema)[0], choices="2, 1, many")])
    assert written is not None
    assert written["properties"]["stars"]["enum"] == [2, 1, "many"]


ROWS = st.lists(
    st.builds(
        Row,
        name=st.text(min_size=1, max_size=8),
        kind=st.sampled_from(KINDS[:-1]),
        choices=st.text(max_size=12),
        required=st.booleans(),
        description=st.text(max_size=8),
    )
)


@given(ROWS)
def test_a_table_of_any_rows_reads_back_as_it_was_written(wanted: list[Row]) -> None:
    written, flaws = with_rows({}, wanted)
    if not flaws and written is not None:
        back = rows(written)
        assert [(row.name, row.kind, row.required) for row in back] == [
            (row.name.strip(), row.kind, row.required) for row in wanted if row.name.strip()
        ]


def test_every_kind_of_the_table_is_recognised_again() -> None:
    for kind in KINDS[:-1]:
        written, _ = with_rows({}, [Row("a", kind, choices="x, y")])
        assert written is not None
        assert kind_of(written["properties"]["a"]) == kind
