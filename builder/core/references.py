"""Where a local reference of a JSON Schema leads. Nothing is ever fetched."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

Schema = dict[str, Any]

# Where the standard itself has schemas: only these were checked to be some. A reference to elsewhere leads nowhere.
NAMED = frozenset(("$defs", "definitions", "properties", "patternProperties", "dependentSchemas"))
LISTED = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
SINGLE = frozenset(("additionalProperties", "contains", "items", "not", "propertyNames", "if", "then", "else")) | {
    "unevaluatedItems",
    "unevaluatedProperties",
}


class Unresolved(Exception):
    """`args[0]` is the reference: it leads elsewhere, nowhere, or into itself."""


def target(root: Schema, reference: str) -> Any:
    """The schema that a local reference names. Raises Unresolved."""
    if reference in ("", "#"):
        return root
    if not reference.startswith("#/"):
        return _anchored(root, reference)
    keys = [key.replace("~1", "/").replace("~0", "~") for key in unquote(reference[2:]).split("/")]
    found: Any = root
    while keys:
        if not isinstance(found, Mapping):
            raise Unresolved(reference)
        found, keys = _step(found, keys, reference)
    return found


def _step(schema: Mapping[str, Any], keys: list[str], reference: str) -> tuple[Any, list[str]]:
    """The next schema on the way of a pointer, and what is left of the way."""
    first, second = keys[0], keys[1] if len(keys) > 1 else None
    held = schema.get(first)
    if first in SINGLE and first in schema:
        return held, keys[1:]
    if first in NAMED and isinstance(held, Mapping) and second in held:
        return held[second], keys[2:]
    if first in LISTED and isinstance(held, list) and second and second in map(str, range(len(held))):
        return held[int(second)], keys[2:]
    raise Unresolved(reference)


def _anchored(root: Schema, reference: str) -> Any:
    parts = [*(root.get("$defs") or {}).values(), *(root.get("definitions") or {}).values()]
    for part in parts if reference.startswith("#") else ():
        if isinstance(part, Mapping) and part.get("$anchor") == reference[1:]:
            return part
    raise Unresolved(reference)
