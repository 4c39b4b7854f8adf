"""The output of a structured agent: a JSON Schema, and its top-level properties as a table of outputs."""

from collections.abc import Mapping, Sequence
from typing import Any

JsonSchema = Mapping[str, Any]
EMPTY: JsonSchema = {"type": "object", "properties": {}, "required": []}


def properties(schema: JsonSchema) -> dict[str, Any]:
    found = schema.get("properties")
    return dict(found) if isinstance(found, Mapping) else {}


def required(schema: JsonSchema) -> list[str]:
    found = schema.get("required")
    return [name for name in found if isinstance(name, str)] if isinstance(found, Sequence) else []


def put(schema: JsonSchema, name: str, wanted: JsonSchema) -> dict[str, Any]:
    """The schema with the property `name`; what else it says stays as it is.

    `wanted` is the property's own schema plus the extra boolean key "required" (absent: as it was, else false).
    """
    own = {key: value for key, value in wanted.items() if key != "required" or not isinstance(value, bool)}
    flag = wanted.get("required")
    names = required(schema)
    keep = flag if isinstance(flag, bool) else name in names
    names = [*(n for n in names if n != name or keep), *([name] if keep and name not in names else [])]
    return _with(schema, properties(schema) | {name: own}, names)


def drop(schema: JsonSchema, name: str) -> dict[str, Any]:
    left = {key: value for key, value in properties(schema).items() if key != name}
    return _with(schema, left, [n for n in required(schema) if n != name])


def rename(schema: JsonSchema, old: str, new: str) -> dict[str, Any]:
    """The schema with one property renamed in its place; a property of the new name gives way."""
    renamed = {new if key == old else key: value for key, value in properties(schema).items() if key != new}
    names = [new if n == old else n for n in required(schema) if n != new]
    return _with(schema, renamed, names)


def _with(schema: JsonSchema, props: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    whole = {"type": "object", **schema, "properties": dict(props), "required": names}
    return whole if names else {key: value for key, value in whole.items() if key != "required"}
