"""The everyday words of a JSON Schema and what may stand behind each: judged at once, where a validator takes long."""

from collections.abc import Callable, Mapping
from typing import Any

TYPES = frozenset(("object", "array", "string", "number", "integer", "boolean", "null"))
Judge = Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_truth(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_type(value: Any) -> bool:
    if isinstance(value, str):
        return value in TYPES
    return _is_list_of_names(value) and bool(value) and TYPES.issuperset(value)


def _is_list_of_names(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value)) and len(set(value)) == len(value)


_JUDGES: Mapping[str, Judge] = {
    "type": _is_type,
    "required": _is_list_of_names,
    "enum": lambda value: isinstance(value, list),
    "examples": lambda value: isinstance(value, list),
    "const": lambda value: True,
    "default": lambda value: True,
    "multipleOf": lambda value: _is_number(value) and value > 0,
    **dict.fromkeys(("title", "description", "$comment", "pattern", "format", "$ref"), _is_text),
    **dict.fromkeys(("uniqueItems", "deprecated", "readOnly", "writeOnly"), _is_truth),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _is_number),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), _is_count),
}


def is_everyday(schema: Mapping[str, Any]) -> bool:
    """Whether it is surely a schema: it has only words of the table, each with what belongs to it."""
    return all(key in _JUDGES and _JUDGES[key](value) for key, value in schema.items())
