"""References and `allOf` of a JSON Schema taken in: what is left stands for itself. Nothing is ever fetched."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from builder.core.references import Schema, Unresolved, target

HIDDEN = frozenset(("$defs", "definitions", "$schema", "$id", "$anchor", "$dynamicAnchor", "$comment", "$vocabulary"))
_REFERENCES = frozenset(("$ref", "$dynamicRef", "$recursiveRef"))
_ANNOTATIONS = frozenset(("title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"))
_LOWEST = frozenset(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"))
_HIGHEST = frozenset(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"))


def holds_references(schema: Mapping[str, Any]) -> bool:
    """Whether there is a reference anywhere in it."""
    nodes: list[Any] = [schema]
    while nodes:
        node = nodes.pop()
        if isinstance(node, Mapping):
            if not _REFERENCES.isdisjoint(node):
                return True
            nodes += node.values()
        elif isinstance(node, list):
            nodes += node
    return False


def leads_to_itself(root: Schema, reference: str) -> bool:
    """Whether following references from there comes back there."""
    seen, open_ends = set[str](), [reference]
    while open_ends:
        for name in _references(root, open_ends.pop()):
            if name == reference:
                return True
            if name not in seen:
                seen.add(name)
                open_ends.append(name)
    return False


def _references(root: Schema, reference: str) -> set[str]:
    """All references in what a reference names, also those in values that only look like one."""
    found, nodes = set[str](), [_target_or_nothing(root, reference)]
    while nodes:
        node = nodes.pop()
        if isinstance(node, Mapping):
            found |= {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
            nodes += [value for key, value in node.items() if key not in HIDDEN]
        elif isinstance(node, list):
            nodes += node
    return found


def _target_or_nothing(root: Schema, reference: str) -> Any:
    try:
        return target(root, reference)
    except Unresolved:
        return None


def all_of(about: Schema, rest: Schema, way: Any) -> Schema:
    """What one of several ways asks, and the rest with it."""
    return {**about, "allOf": [way, rest]} if about or rest or not isinstance(way, Mapping) else dict(way)


def merged(one: Schema, other: Schema) -> tuple[Schema, list[str]]:
    """A schema that asks what both ask, as far as one can say it, and the keywords of which only the first is kept."""
    whole = dict(one)
    given_up = ["additionalProperties"] if _closes_against(one, other) or _closes_against(other, one) else []
    for key, value in other.items():
        if key not in whole or _same(whole[key], value):
            whole[key] = value
        elif key in _BOTH:
            whole[key], fits = _BOTH[key](whole[key], value)
            given_up += [] if fits else [key]
        elif key not in _ANNOTATIONS:
            given_up.append(key)
    return whole, given_up


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON: true is not 1."""
    return one == other and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _both_properties(one: Schema, other: Schema) -> tuple[Schema, bool]:
    shared = [name for name in one if name in other and not _same(one[name], other[name])]
    both = {name: {"allOf": [one[name], other[name]]} for name in shared}
    return {**one, **other, **both}, True


def _united(one: list[str], other: list[str]) -> tuple[list[str], bool]:
    return list(dict.fromkeys([*one, *other])), True


def _both_items(one: Any, other: Any) -> tuple[Any, bool]:
    return {"allOf": [one, other]}, True


def _closes_against(one: Schema, other: Schema) -> bool:
    """Whether one has a rule for properties that only the other names; people mean both together."""
    only_there = {*other.get("properties", ())} - {*one.get("properties", ())}
    return bool(only_there) and one.get("additionalProperties", True) is not True


def _both_additional(one: Any, other: Any) -> tuple[Any, bool]:
    return (False, True) if one is False or other is False else ({"allOf": [one, other]}, True)


def _common_values(one: list[Any], other: list[Any]) -> tuple[list[Any], bool]:
    common = [item for item in one if any(_same(item, own) for own in other)]
    return (common, True) if common else (one, False)


def _common_types(one: Any, other: Any) -> tuple[Any, bool]:
    """The types that both allow; the first's where there are none."""
    first, second = (side if isinstance(side, list) else [side] for side in (one, other))
    common = [name for name in _with_integers(first) if name in _with_integers(second)]
    if "number" in common:
        common.remove("integer")
    return (common if len(common) > 1 else common[0], True) if common else (one, False)


def _with_integers(types: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name for own in types for name in ((own, "integer") if own == "number" else (own,))))


def _highest(one: float, other: float) -> tuple[float, bool]:
    return max(one, other), True


def _lowest(one: float, other: float) -> tuple[float, bool]:
    return min(one, other), True


_BOTH: Mapping[str, Callable[[Any, Any], tuple[Any, bool]]] = {
    "properties": _both_properties,
    "required": _united,
    "items": _both_items,
    "additionalProperties": _both_additional,
    "enum": _common_values,
    "type": _common_types,
    **dict.fromkeys(_LOWEST, _highest),
    **dict.fromkeys(_HIGHEST, _lowest),
}
