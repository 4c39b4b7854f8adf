"""Types of JSON Schema: of a value, of a schema that does not say its own, and each of several."""

from collections.abc import Mapping
from typing import Any

from builder.core.json_type import type_of
from builder.core.references import Schema

_BELONGS: Mapping[str, tuple[str, ...]] = {
    "object": ("properties", "required", "additionalProperties", "minProperties", "maxProperties", "patternProperties"),
    "array": ("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"),
    "string": ("minLength", "maxLength", "pattern", "format"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}
EVERYWHERE = ("description", "title", "default", "examples")


def of_type(value: Any, name: str) -> bool:
    own = type_of(value)
    return own == name or (name == "number" and own == "integer")


def typed(schema: Schema) -> Schema:
    """The schema with the type of its values, or else the one its other keywords speak of, where they agree."""
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if values and not isinstance(schema.get("type"), str):
        found = list(dict.fromkeys(map(type_of, values)))
        return {**schema, "type": found[0] if len(found) == 1 else found}
    if "type" in schema or "anyOf" in schema or "oneOf" in schema:
        return schema
    spoken = [name for name, keywords in _BELONGS.items() if any(keyword in schema for keyword in keywords)]
    return {**schema, "type": spoken[0]} if len(spoken) == 1 else schema


def split(schema: Schema) -> tuple[Schema, list[Schema]]:
    """A schema of several types as what holds for all, and one schema for each type."""
    about = {key: value for key, value in schema.items() if key in EVERYWHERE}
    own = {key: value for key, value in schema.items() if key not in EVERYWHERE and key != "type"}
    types = schema["type"]
    if "number" in types:
        types = [name for name in types if name != "integer"]
    ways = [_of(own, name) for name in types]
    return about, [way for way in ways if way.get("enum") != []] or ways


def _of(schema: Schema, name: str) -> Schema:
    numeric = "number" if name == "integer" else name
    foreign = {key for other, keys in _BELONGS.items() if other != numeric for key in keys}
    kept = {key: value for key, value in schema.items() if key not in foreign}
    if "enum" in kept:
        kept["enum"] = [value for value in kept["enum"] if of_type(value, name)]
        if name == "null" and kept["enum"]:
            del kept["enum"]
    return {"type": name, **kept}
