"""JSON Schemas taken apart: what holds together as a list of plain schemas, and what these allow as a whole."""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from builder.core.json_type import type_of
from builder.core.references import Schema, Unresolved, target

ALL_TYPES = frozenset(("null", "boolean", "object", "array", "string", "integer", "number"))
_MOST_PARTS = 200
_ELSEWHERE = frozenset(("$dynamicRef", "$recursiveRef", "$id", "$anchor", "$dynamicAnchor"))


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: true is not 1, 1 is 1.0."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    alike = type(one) is type(other) or (_is_number(one) and _is_number(other))
    return bool(alike and one == other)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)


def contains_reference(schema: Any) -> bool:
    """Whether the meaning of the schema depends on where it stands."""
    written = json.dumps(schema)
    return '"$ref"' in written or any(f'"{key}"' in written for key in _ELSEWHERE)


def flat(root: Schema, schemas: Sequence[Any]) -> list[Any]:
    """Schemas without `$ref` and `allOf` that ask together what the given ones ask together.

    Raises Unresolved for what leads elsewhere, into itself, or far too wide.
    """
    found: list[Any] = []
    waiting: list[tuple[Any, frozenset[str]]] = [(schema, frozenset()) for schema in reversed(schemas)]
    while waiting:
        schema, inside = waiting.pop()
        if not isinstance(schema, Mapping):
            found.append(schema)
            continue
        if _ELSEWHERE & schema.keys() and schema is not root:
            raise Unresolved("$id")
        waiting += [(part, inside) for part in reversed(schema.get("allOf", []))]
        if "$ref" in schema:
            waiting.append(_led(root, str(schema["$ref"]), inside))
        found.append({key: value for key, value in schema.items() if key not in ("$ref", "allOf")})
        if len(found) > _MOST_PARTS:
            raise Unresolved("allOf")
    return [part for part in found if part is not True and part != {}]


def _led(root: Schema, reference: str, inside: frozenset[str]) -> tuple[Any, frozenset[str]]:
    if reference in inside:
        raise Unresolved(reference)
    found = target(root, reference)
    if not isinstance(found, Mapping | bool):
        raise Unresolved(reference)
    return found, inside | {reference}


def types_of(schema: Mapping[str, Any]) -> frozenset[str]:
    """The types that one schema allows; "number" stands for the numbers that are not whole."""
    allowed = ALL_TYPES
    if "type" in schema:
        named = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        allowed = frozenset(named) | (frozenset(("integer",)) if "number" in named else frozenset())
    values = listed(schema)
    return allowed if values is None else allowed & {type_of(value) for value in values}


def listed(schema: Mapping[str, Any]) -> list[Any] | None:
    """The values that one schema allows, where it names them."""
    named = schema["enum"] if isinstance(schema.get("enum"), list) else None
    if "const" not in schema:
        return named
    const = schema["const"]
    return [const] if named is None or any(same(const, value) for value in named) else []


class Meeting:
    """What fits all of some plain schemas, seen from outside: never less than really fits."""

    def __init__(self, parts: Sequence[Mapping[str, Any]]) -> None:
        self.parts = list(parts)

    @cached_property
    def types(self) -> frozenset[str]:
        found = ALL_TYPES
        for part in self.parts:
            found &= types_of(part)
        return found

    @cached_property
    def values(self) -> list[Any] | None:
        """The values that can be, where they are named."""
        named = [values for part in self.parts if (values := listed(part)) is not None]
        if not named:
            return None
        kept = [value for value in min(named, key=len) if type_of(value) in self.types]
        return [value for value in kept if all(any(same(value, one) for one in values) for values in named)]

    def having(self, key: str) -> list[Mapping[str, Any]]:
        return [part for part in self.parts if key in part]

    def lowest(self, key: str) -> Any:
        """The highest of the lower limits, None without one."""
        return max((part[key] for part in self.having(key)), default=None)

    def highest(self, key: str) -> Any:
        return min((part[key] for part in self.having(key)), default=None)

    @property
    def required(self) -> set[str]:
        return {name for part in self.having("required") for name in part["required"]}

    def property(self, name: str) -> list[Any]:
        """What a property of that name has to fit."""
        found = []
        for part in self.parts:
            if name in part.get("properties", {}):
                found.append(part["properties"][name])
            elif "patternProperties" not in part and "additionalProperties" in part:
                found.append(part["additionalProperties"])
        return found

    def lists(self, name: str) -> bool:
        """Whether a property of that name is spoken of, or not just anything may stand beside those that are."""
        named = any(name in part.get("properties", {}) for part in self.parts)
        return named or any(part not in (True, {}) for part in self.property(name))

    def item(self, place: int) -> list[Any]:
        found = []
        for part in self.parts:
            first = part.get("prefixItems", [])
            if place < len(first):
                found.append(first[place])
            elif "items" in part:
                found.append(part["items"])
        return found

    def ways(self, most: int) -> list[tuple[list[Any], Any]]:
        """Each alternative of the first schema that has some: (all the rest, the alternative); none without."""
        for place, part in enumerate(self.parts):
            for key in ("anyOf", "oneOf"):
                if key in part and len(part[key]) <= most:
                    rest = {name: value for name, value in part.items() if name != key}
                    return [([*self.parts[:place], rest, *self.parts[place + 1 :]], way) for way in part[key]]
        for place, part in enumerate(self.parts):
            if isinstance(part.get("type"), list) and len(part["type"]) > 1:
                rest = {name: value for name, value in part.items() if name != "type"}
                others = [*self.parts[:place], rest, *self.parts[place + 1 :]]
                return [(others, {"type": name}) for name in part["type"]]
        return []
