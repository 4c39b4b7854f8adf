"""Whether old outputs still fit a changed schema: what is promised holds, judged by an independent validator."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry

from builder.core.difference.fitting import fit
from tests.core.schemas import Maker

BASE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "priority": {"type": "string", "enum": ["low", "high"]},
        "note": {"type": "string", "maxLength": 20},
        "tags": {"type": "array", "items": {"type": "string"}},
        "customer": {"$ref": "#/$defs/customer"},
    },
    "required": ["priority"],
    "$defs": {"customer": {"type": "object", "properties": {"age": {"type": "integer", "minimum": 0}}}},
}


def with_property(name: str, part: Any, **more: Any) -> dict[str, Any]:
    return {**BASE, "properties": {**BASE["properties"], name: part}, **more}


def told(after: dict[str, Any], before: dict[str, Any] = BASE) -> tuple[str, list[str]]:
    found = fit(before, after)
    return found.verdict, [reason.text for reason in found.reasons]


@pytest.mark.parametrize(
    "after",
    [
        BASE,
        {**BASE, "required": []},
        {**BASE, "description": "Other words."},
        with_property("priority", {"type": "string", "enum": ["low", "high", "urgent"]}),
        with_property("priority", {"type": "string"}),
        with_property("priority", {"type": ["string", "null"]}),
        with_property("priority", {"anyOf": [{"type": "null"}, {"type": "string", "enum": ["high", "low", "none"]}]}),
        with_property("priority", {"oneOf": [{"type": "null"}, {"type": "string"}]}),
        with_property("note", {"type": "string", "maxLength": 200}),
        with_property("note", {"type": "string", "maxLength": 20, "default": "x", "examples": ["y"]}),
        with_property("tags", {"type": "array", "items": {"type": ["string", "number"]}}),
        {**BASE, "properties": {**BASE["properties"], "customer": BASE["$defs"]["customer"]}},
        {**BASE, "$defs": {"customer": {"type": "object", "properties": {"age": {"type": "number"}}}}},
        {**BASE, "$defs": {"customer": {"type": "object", "properties": {"age": {"minimum": -1}}}}},
        {"type": "object", "allOf": [{"properties": {"priority": {"type": "string"}}}, {"required": ["priority"]}]},
    ],
)
def test_what_only_grows_still_fits(after: dict[str, Any]) -> None:
    assert told(after) == ("fits", [])


@pytest.mark.parametrize(
    ("after", "why"),
    [
        ({**BASE, "required": ["priority", "note"]}, "“note” is required now"),
        (with_property("priority", {"type": "string", "enum": ["low"]}), "“priority” may have had another value than"),
        (with_property("note", {"type": "string", "maxLength": 5}), "“note”: the largest number of characters is 5"),
        (with_property("note", {"type": "integer"}), "“note” may have been: text"),
        (with_property("tags", {"type": "array", "items": {"type": "integer"}}), "“tags[]” may have been: text"),
        (with_property("tags", {**BASE["properties"]["tags"], "minItems": 1}), "“tags”: the least number of"),
        (
            {**BASE, "$defs": {"customer": {"properties": {"age": {"type": "integer", "minimum": 18}}}}},
            "“customer.age”: the smallest value is 18 now",
        ),
    ],
)
def test_what_became_narrower_is_named(after: dict[str, Any], why: str) -> None:
    verdict, reasons = told(after)
    assert verdict == "may_not"
    assert any(reason.startswith(why) for reason in reasons), reasons


def test_a_removed_output_fits_where_others_are_allowed_and_not_where_they_are_not() -> None:
    left = {name: part for name, part in BASE["properties"].items() if name != "note"}
    assert told({**BASE, "properties": left})[0] == "fits"
    closed = {**BASE, "additionalProperties": False}
    assert told({**closed, "properties": left}, closed) == ("may_not", ["“note” is not allowed any more"])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"type": "integer", "minimum": 0}, {"type": "integer", "minimum": 1}),
        ({"type": "number", "minimum": 1}, {"type": "number", "exclusiveMinimum": 1}),
        ({"type": "number", "maximum": 1}, {"type": "number", "exclusiveMaximum": 1}),
        ({"type": "integer", "multipleOf": 2}, {"type": "integer", "multipleOf": 4}),
        ({"const": True}, {"const": True, "enum": ["low"]}),
        ({"type": "array", "minItems": 1}, {"type": "array", "minItems": 2}),
    ],
)
def test_a_limit_that_is_closer_by_a_little_is_seen(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert told(with_property("x", after), with_property("x", before))[0] == "may_not"
    assert told(with_property("x", before), with_property("x", after))[0] == "fits"


def test_a_new_output_fits_what_held_only_the_listed_ones() -> None:
    new = with_property("extra", {"type": "string"})
    assert told(new) == ("listed", ["“extra” was not listed before and may have been anything"])
    assert told({**BASE, "additionalProperties": False}) == ("listed", ["“the whole” takes only what is listed"])
    closed = {**BASE, "additionalProperties": False}
    assert told({**new, "additionalProperties": False}, closed) == ("fits", [])
    assert told({**new, "required": ["priority", "extra"]}) == ("may_not", ["“extra” is required now"])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"type": "string", "pattern": "a+"}, {"type": "string", "pattern": "a*"}),
        ({"type": "string", "format": "uri"}, {"type": "string", "format": "iri"}),
        ({"type": "string"}, {"type": "string", "not": {"const": "x"}}),
        ({"type": "string"}, {"$ref": "https://example.invalid/schema"}),
        ({"type": "object"}, {"type": "object", "unevaluatedProperties": False}),
    ],
)
def test_what_rules_cannot_decide_is_said_to_be_open(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert told(with_property("x", after), with_property("x", before))[0] == "unknown"


def test_a_schema_that_holds_itself_is_compared_to_its_end() -> None:
    def tree(leaf: dict[str, Any]) -> dict[str, Any]:
        node = {"type": "object", "properties": {"leaf": leaf, "next": {"$ref": "#/$defs/node"}}}
        return {"type": "object", "properties": {"top": {"$ref": "#/$defs/node"}}, "$defs": {"node": node}}

    assert told(tree({"type": ["integer", "null"]}), tree({"type": "integer"})) == ("fits", [])
    assert told(tree({"type": "string"}), tree({"type": "integer"}))[0] == "may_not"
    itself = {"$ref": "#/$defs/x"}
    endless = {"type": "object", "properties": {"top": itself}, "$defs": {"x": itself}}
    assert told(endless, tree({"type": "integer"}))[0] in ("unknown", "may_not")


def test_alternatives_within_alternatives_come_to_an_end() -> None:
    def deep(level: int) -> dict[str, Any]:
        inner = deep(level - 1) if level else {"type": "string", "pattern": str(level)}
        ways = [{"type": "object", "properties": {name: inner}} for name in "abcd"]
        return {"anyOf": ways}

    before = {"type": "object", "properties": {"x": deep(4)}}
    after = {"type": "object", "properties": {"x": {"anyOf": [{"not": {}}, *deep(4)["anyOf"][1:]]}}}
    assert told(after, before)[0] in ("unknown", "may_not")


def only_listed(value: Any, schemas: list[Any], root: dict[str, Any]) -> Any:
    """The value without what the schemas do not list. None of them branches."""
    parts = [part for schema in schemas for part in parts_of(schema, root)]
    if isinstance(value, dict):
        listed = [own.get("properties", {}) for own in parts]
        inside = {name: [own[name] for own in listed if name in own] for name in value}
        return {name: only_listed(value[name], below, root) for name, below in inside.items() if below}
    if isinstance(value, list):
        items = [own["items"] for own in parts if "items" in own]
        items += [first for own in parts for first in own.get("prefixItems", [])]
        return [only_listed(item, items, root) for item in value]
    return value


def parts_of(schema: Any, root: dict[str, Any]) -> list[dict[str, Any]]:
    if not isinstance(schema, dict):
        return []
    others = [*schema.get("allOf", []), *([root["$defs"]["d"]] if "$ref" in schema else [])]
    return [schema, *(part for other in others for part in parts_of(other, root))]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**48))
def test_what_is_said_to_fit_fits(number: int) -> None:
    """Each example is twenty pairs of schemas, and the values that the earlier one takes."""
    for step in range(20):
        maker = Maker(number + step)
        before = maker.schema()
        after = maker.changed(before) if step % 4 else maker.schema()
        verdict = fit(before, after).verdict
        if verdict not in ("fits", "listed"):
            continue
        was, now = (Draft202012Validator(schema, registry=Registry()) for schema in (before, after))
        for made in (maker.value() for _ in range(60)):
            value = made if verdict == "fits" else only_listed(made, [before], before)
            assert not was.is_valid(value) or now.is_valid(value), (before, after, value)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**48))
def test_every_schema_fits_itself_and_what_asks_nothing(number: int) -> None:
    schema = Maker(number).schema()
    assert fit(schema, schema).verdict == "fits"
    assert fit(schema, {"type": "object"}).verdict == "fits"
