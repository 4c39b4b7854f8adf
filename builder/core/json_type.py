"""The type of a value as JSON Schema names it."""

from collections.abc import Mapping
from typing import Any


def type_of(value: Any) -> str:
    """The narrowest type; 1.0 is an integer."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "integer" if value.is_integer() else "number"
        case str():
            return "string"
    return "object" if isinstance(value, Mapping) else "array"
