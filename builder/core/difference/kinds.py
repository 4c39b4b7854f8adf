"""What kind of value a JSON Schema describes, as a short code: "text", "list:whole", "text|nothing", "any"."""

from collections.abc import Mapping
from typing import Any

from builder.core.references import Schema, Unresolved, target

_OF_TYPE: Mapping[str, str] = {
    "string": "text",
    "number": "number",
    "integer": "whole",
    "boolean": "yes_no",
    "object": "object",
    "array": "list",
    "null": "nothing",
}
_MOST_KINDS = 4
_DEEPEST = 3


def kind_of(root: Schema, schema: Any, level: int = 0) -> str:
    """Values that are listed (`enum`) count where no type is said."""
    schema = followed(root, schema)
    if not isinstance(schema, Mapping):
        return "never" if schema is False else "any"
    types = schema.get("type")
    if isinstance(types, list):
        return _joined([_single(root, schema, name, level) for name in types])
    if isinstance(types, str):
        return _single(root, schema, types, level)
    if "enum" in schema or "const" in schema:
        return "choice"
    for key in ("anyOf", "oneOf"):
        if isinstance(schema.get(key), list) and level < _DEEPEST:
            return _joined([kind_of(root, way, level + 1) for way in schema[key]])
    return "object" if "properties" in schema else "any"


def told_kind(root: Schema, schema: Any) -> str:
    """As `kind_of`; a list of values is a choice."""
    own = followed(root, schema)
    listed = isinstance(own, Mapping) and ("enum" in own or "const" in own)
    return "choice" if listed else kind_of(root, own)


def _single(root: Schema, schema: Mapping[str, Any], name: str, level: int) -> str:
    if name == "string" and schema.get("format") == "date":
        return "date"
    items = schema.get("items")
    if name == "array" and isinstance(items, Mapping) and level < _DEEPEST:
        inner = kind_of(root, items, level + 1)
        return f"list:{inner}" if inner != "any" and "|" not in inner else "list"
    return _OF_TYPE.get(name, name)


def _joined(kinds: list[str]) -> str:
    each = list(dict.fromkeys(part for kind in kinds for part in kind.split("|")))
    return "any" if "any" in each or len(each) > _MOST_KINDS or not each else "|".join(each)


def followed(root: Schema, schema: Any) -> Any:
    """The schema that a chain of local references names, with what stands beside them."""
    seen: set[str] = set()
    while isinstance(schema, Mapping) and isinstance(reference := schema.get("$ref"), str) and reference not in seen:
        seen.add(reference)
        try:
            found = target(root, reference)
        except Unresolved:
            break
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        if not isinstance(found, Mapping):
            return found if not beside else schema
        schema = {**found, **beside}
    return schema
