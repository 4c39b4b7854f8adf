"""A schema fitted to a platform: valid, within what it takes, of bounded size, and each change told."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from builder.core.check_schema import schema_problems
from builder.exporters.fitting import fit
from builder.exporters.kinds_of_value import of_type
from builder.exporters.subset import Subset
from tests.exporters.schemas import FLAT, JSON, NARROW, OPEN, PORTABLE, STRICT, SUBSETS, bomb, forked, nested, schemas
from tests.patience import at_once

SAME_MEANING = {"schema_inlined", "schema_merged", "schema_types", "schema_const", "schema_typed", "schema_closed"}


def parts(schema: dict[str, Any], level: int = 0) -> Iterator[tuple[int, dict[str, Any]]]:
    yield level, schema
    below = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
    others = schema.get("additionalProperties", False)
    for inner in [*below, *([others] if isinstance(others, dict) else [])]:
        yield from parts(inner, level + 1)
    for way in [*schema.get("anyOf", []), *schema.get("oneOf", [])]:
        yield from parts(way, level)


def complaints(schema: dict[str, Any], subset: Subset) -> list[str]:
    """What a fitted schema says that the subset does not take."""
    return [f"{what} at level {level}" for level, part in parts(schema) for what in _complaints(part, subset, level)]


def _complaints(part: dict[str, Any], subset: Subset, level: int) -> Iterator[str]:
    structure = {"const"} if subset.const else set[str]()
    structure |= {"oneOf"} if subset.one_of else set()
    structure |= {"additionalProperties"} if subset.closed else set()
    yield from sorted(set(part) - subset.keywords - structure)
    types = part.get("type")
    if not subset.untyped and not {"type", "anyOf", "oneOf"} & set(part):
        yield "no type"
    if isinstance(types, list) and not subset.type_lists:
        yield "several types"
    if types == "array" and "items" not in part:
        yield "no items"
    if types == "object" and subset.closed and part.get("additionalProperties") is not False:
        yield "an open object"
    if types == "object" and not subset.maps and not part.get("properties") and level:
        yield from () if part.get("additionalProperties") is False or "properties" in part else ["a map"]
    if "properties" in part and subset.all_required and set(part["properties"]) != set(part.get("required", ())):
        yield "optional properties"
    if subset.deepest is not None and level > subset.deepest and types in ("object", "array"):
        yield "too deep"
    for value in part.get("enum", ()):
        if subset.only_text_enums and not isinstance(value, str):
            yield "values that are no texts"
        if isinstance(types, str) and not of_type(value, types):
            yield "values of another type"


@settings(max_examples=400, deadline=None)
@given(schemas(), st.sampled_from(SUBSETS))
def test_any_schema_fits_any_subset(schema: dict[str, Any], subset: Subset) -> None:
    original = json.dumps(schema)
    fitted = fit(schema, subset)
    Draft202012Validator.check_schema(fitted.schema)
    assert fitted.schema["type"] == "object"
    assert complaints(fitted.schema, subset) == []
    assert [note.text for note in fitted.notes if not note.text] == []
    assert json.dumps(schema) == original, "the schema that was given has changed"
    assert fit(schema, subset) == fitted


@settings(max_examples=300, deadline=None)
@given(schemas(), st.sampled_from([subset for subset in SUBSETS if not subset.untyped]))
def test_a_fitted_schema_needs_no_second_fitting(schema: dict[str, Any], subset: Subset) -> None:
    once = fit(schema, subset).schema
    again = fit(once, subset)
    assert (again.schema, [note.code for note in again.notes]) == (once, [])


@settings(max_examples=300, deadline=None)
@given(schemas(), st.data())
def test_what_fits_a_schema_of_the_same_meaning_fits_the_original(schema: dict[str, Any], data: st.DataObject) -> None:
    fitted = fit(schema, OPEN)
    if {note.code for note in fitted.notes} <= SAME_MEANING:
        instance = data.draw(instances(fitted.schema))
        if Draft202012Validator(fitted.schema).is_valid(instance):
            Draft202012Validator(schema).validate(instance)


def instances(schema: Any) -> st.SearchStrategy[Any]:
    """Values that probably fit a fitted schema."""
    if not isinstance(schema, dict):
        return JSON
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return st.one_of([instances(way) for way in schema[key]])
    if "const" in schema or schema.get("enum"):
        return st.sampled_from(schema.get("enum") or [schema["const"]])
    types = schema.get("type", "any")
    return st.one_of([_of_type(one, schema) for one in (types if isinstance(types, list) else [types])])


def _of_type(name: str, schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    match name:
        case "object":
            each = {key: instances(part) for key, part in schema.get("properties", {}).items()}
            needed = set(schema.get("required", ()))
            return st.fixed_dictionaries(
                {key: value for key, value in each.items() if key in needed},
                optional={key: value for key, value in each.items() if key not in needed},
            )
        case "array":
            return st.lists(instances(schema.get("items")), max_size=3)
        case "string":
            return st.text(max_size=6) | st.sampled_from(["a", "a1"])
        case "integer":
            return st.integers(-6, 6)
        case "number":
            return st.integers(-6, 6) | st.floats(-6, 6)
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
    return JSON


@pytest.mark.parametrize("subset", SUBSETS)
@pytest.mark.parametrize(
    "schema",
    [
        bomb(30),
        bomb(200, 3),
        bomb(40, 2, "allOf"),
        bomb(40, 3, "anyOf"),
        bomb(1_500, 1),
        bomb(1_500, 1, "allOf"),
        forked(18),
        nested(18),
        {"type": "object", "properties": {f"p{n}": {"type": ["string", "null"]} for n in range(5_000)}},
        {"type": "object", "properties": {"a": {"enum": [f"choice {n}" for n in range(5_000)]}}},
    ],
    ids=["tree", "thick tree", "allOf", "anyOf", "chain", "allOf chain", "fork", "deep", "wide", "many choices"],
)
def test_size_and_time_are_bounded(schema: dict[str, Any], subset: Subset) -> None:
    with at_once():
        fitted = fit(schema, subset)
        size = len(json.dumps(fitted.schema))
        assert size < 2_000_000 + 10 * len(json.dumps(schema))
    assert complaints(fitted.schema, subset) == []


def test_a_valid_schema_is_cut_only_where_the_platform_ends() -> None:
    deep = nested(18)
    assert list(schema_problems(deep)) == []
    assert fit(deep, OPEN).schema == deep
    assert [note.code for note in fit(deep, STRICT).notes if note.code == "schema_cut"] == ["schema_cut"]


def test_a_part_that_is_used_twice_stands_twice_and_one_that_holds_itself_ends_in_text() -> None:
    person = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    tree = {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/tree"}}}}
    both = {"allOf": [{"$ref": "#/$defs/person"}, {"properties": {"boss": {"$ref": "#/$defs/person"}}}]}
    schema = {
        "type": "object",
        "properties": {"who": both, "tree": {"$ref": "#/$defs/tree"}},
        "$defs": {"person": person, "tree": tree},
    }
    fitted = fit(schema, PORTABLE)
    assert fitted.schema["properties"]["who"]["properties"]["boss"] == person
    assert fitted.schema["properties"]["tree"]["properties"]["children"]["items"]["type"] == "string"
    assert [note.field for note in fitted.notes if note.code == "schema_reference"] == [
        "schema_definition.tree.children[]"
    ]


def test_a_reference_to_what_is_no_schema_is_told_and_never_followed() -> None:
    for reference in ("#/properties", "#/type", "http://127.0.0.1/x", "file:///etc/passwd", "#/properties/a"):
        fitted = fit({"type": "object", "properties": {"a": {"$ref": reference}}}, OPEN)
        assert fitted.schema == {"type": "object", "properties": {"a": {}}}
        assert "schema_reference" in [note.code for note in fitted.notes]


def test_an_object_of_nothing_stays_an_object_at_the_root() -> None:
    nothing = {"type": "object", "properties": {}}
    for subset in SUBSETS:
        assert fit(nothing, subset).schema["type"] == "object"
        assert fit({**nothing, "additionalProperties": False}, subset).schema["properties"] == {}
    assert fit(nothing, STRICT).schema == {**nothing, "required": [], "additionalProperties": False}


def test_optional_outputs_become_required_and_may_be_null() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string", "description": "A word."}, "b": {"type": "integer"}},
        "required": ["b"],
    }
    assert fit(schema, STRICT).schema == {
        "type": "object",
        "properties": {
            "a": {"description": "A word.", "anyOf": [{"type": "string"}, {"type": "null"}]},
            "b": {"type": "integer"},
        },
        "required": ["a", "b"],
        "additionalProperties": False,
    }


def test_rules_that_a_platform_does_not_know_stand_in_the_description() -> None:
    part = {"type": "integer", "minimum": 1, "maximum": 5, "description": "Stars", "enum": [1, 2]}
    fitted = fit({"type": "object", "properties": {"stars": part}}, FLAT)
    assert fitted.schema["properties"]["stars"] == {
        "type": "integer",
        "description": "Stars. One of: 1, 2. At least 1. At most 5.",
    }
    assert {note.params.get("keyword") for note in fitted.notes} == {"enum", "minimum", "maximum", None}


def test_a_map_is_a_list_of_pairs_where_keys_must_be_named() -> None:
    prices = {"type": "object", "additionalProperties": {"type": "number"}}
    fitted = fit({"type": "object", "properties": {"prices": prices}, "required": ["prices"]}, NARROW)
    assert fitted.schema["properties"]["prices"] == {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "value": {"type": "number"}},
            "required": ["name", "value"],
        },
    }
