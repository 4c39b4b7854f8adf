"""References and `allOf` of a JSON Schema taken in: what is left stands for itself. Nothing is ever fetched."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

Schema = dict[str, Any]
_UNITED = ("required",)
_ANNOTATIONS = frozenset(("title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"))
HIDDEN = frozenset(("$defs", "definitions", "$schema", "$id", "$anchor", "$dynamicAnchor", "$comment", "$vocabulary"))


class Unresolved(Exception):
    """`args[0]` is the reference: it leads elsewhere, nowhere, or into itself."""


def target(root: Schema, reference: str) -> Any:
    """The part of the schema that a local reference names. Raises Unresolved."""
    if reference == "#":
        return root
    if not reference.startswith("#/"):
        return _anchored(root, reference)
    found: Any = root
    for part in unquote(reference[2:]).split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(found, Mapping) and key in found:
            found = found[key]
        elif isinstance(found, list) and key.isdecimal() and int(key) < len(found):
            found = found[int(key)]
        else:
            raise Unresolved(reference)
    return found


def _anchored(root: Schema, reference: str) -> Any:
    parts = [*(root.get("$defs") or {}).values(), *(root.get("definitions") or {}).values()]
    for part in parts if reference.startswith("#") else ():
        if isinstance(part, Mapping) and part.get("$anchor") == reference[1:]:
            return part
    raise Unresolved(reference)


def merged(one: Schema, other: Schema) -> tuple[Schema, list[str]]:
    """A schema that asks what both ask, as far as one can say it, and the keywords of which only the first is kept."""
    whole, given_up = dict(one), list[str]()
    for key, value in other.items():
        if key not in whole or whole[key] == value:
            whole[key] = value
        elif key == "properties":
            whole[key], more = _both_properties(whole[key], value)
            given_up += more
        elif key in _UNITED:
            whole[key] = list(dict.fromkeys([*whole[key], *value]))
        elif key in ("enum", "type"):
            whole[key], fits = _common(whole[key], value)
            given_up += [] if fits else [key]
        elif key.startswith("min") or key == "exclusiveMinimum":
            whole[key] = max(whole[key], value)
        elif key.startswith("max") or key == "exclusiveMaximum":
            whole[key] = min(whole[key], value)
        elif key not in _ANNOTATIONS:
            given_up.append(key)
    return whole, given_up


def _both_properties(one: Schema, other: Schema) -> tuple[Schema, list[str]]:
    whole, given_up = dict(one), list[str]()
    for name, part in other.items():
        if name not in whole:
            whole[name] = part
        elif whole[name] != part:
            whole[name] = {"allOf": [whole[name], part]}
    return whole, given_up


def _common(one: Any, other: Any) -> tuple[Any, bool]:
    """What two lists of types or of values have in common; the first where that is nothing."""
    first, second = (side if isinstance(side, list) else [side] for side in (one, other))
    common = [item for item in first if item in second or (item == "integer" and "number" in second)]
    if not common:
        return one, False
    return (common if len(common) > 1 or isinstance(one, list) else common[0]), True
