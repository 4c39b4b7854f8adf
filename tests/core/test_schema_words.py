"""The everyday words are judged as the standard judges them."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from builder.core.check_schema import schema_problems
from builder.core.schema_words import TYPES, is_everyday
from tests.patience import at_once

META = Draft202012Validator(Draft202012Validator.META_SCHEMA)
WORDS = ("type", "required", "enum", "examples", "const", "default", "multipleOf", "title", "$ref", "pattern")
MORE = ("uniqueItems", "readOnly", "minimum", "exclusiveMaximum", "minLength", "maxItems", "minProperties", "odd")
HOLDERS = ("items", "anyOf", "properties", "$defs")
PLAIN = st.none() | st.booleans() | st.integers(-2, 2) | st.floats(-2, 2) | st.sampled_from([*TYPES, "x", ""])
VALUES = PLAIN | st.lists(PLAIN, max_size=3) | st.dictionaries(st.sampled_from("ab"), PLAIN, max_size=2)


@settings(max_examples=400, deadline=None)
@given(schema=st.dictionaries(st.sampled_from((*WORDS, *MORE)), VALUES, max_size=2))
def test_what_is_everyday_is_a_schema(schema: dict[str, Any]) -> None:
    assert not is_everyday(schema) or META.is_valid(schema)


@settings(max_examples=400, deadline=None)
@given(schema=st.dictionaries(st.sampled_from((*WORDS, *MORE, *HOLDERS)), VALUES, max_size=3))
def test_a_schema_in_parts_is_judged_as_a_whole(schema: dict[str, Any]) -> None:
    whole = {"type": "object", "properties": {"a": schema}}
    assert META.is_valid(whole) == (not list(schema_problems(whole)))


def test_a_very_wide_schema_is_judged_at_once_right_or_wrong() -> None:
    for kind in ("string", "thing"):
        parts = [{"type": kind, "title": f"t{number}"} for number in range(15_000)]
        named = {f"d{number}": part for number, part in enumerate(parts)}
        wide = {"type": "object", "properties": {"a": {"anyOf": parts}}, "$defs": named}
        with at_once():
            assert [problem.code for problem in schema_problems(wide)] == ["bad_schema"] * (kind == "thing")


def test_the_highest_fault_is_told_with_its_way() -> None:
    deep = {"properties": {"b": {"items": {"anyOf": [True, {"enum": 3}]}}}}
    [problem] = schema_problems({"type": "object", "properties": {"a": deep}})
    assert problem.field == "schema_definition.properties.a.properties.b.items.anyOf.1.enum"
