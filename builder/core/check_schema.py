"""Checking an output schema: a JSON Schema of draft 2020-12 whose root is an object with at least one property."""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from builder.core.operation import Operation
from builder.core.problem import Problem, problem

FIELD = "schema_definition"
DEEPEST = 40
KEPT, LONGEST_KEPT = 4_096, 1_000  # verdicts on parts of schemas, and the characters such a part may have
_META = Draft202012Validator(Draft202012Validator.META_SCHEMA)


def schema_problems(schema: Any) -> Iterator[Problem]:
    if not isinstance(schema, Mapping):
        yield problem("schema_not_object", FIELD)
    elif deeper_than(schema, DEEPEST):
        yield problem("schema_too_deep", FIELD, deepest=DEEPEST)
    else:
        yield from _meta_problems(schema)
        yield from _root_problems(schema)


def deeper_than(node: Any, levels: int) -> bool:
    """Without recursion, so that a hostile depth cannot overflow the stack."""
    layer = [node]
    for _ in range(levels):
        layer = [child for item in layer for child in _children(item)]
        if not layer:
            return False
    return True


def _children(node: Any) -> list[Any]:
    found = node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()
    return [child for child in found if isinstance(child, Mapping | list)]


def _meta_problems(schema: Mapping[str, Any]) -> Iterator[Problem]:
    error = None if _is_sound(schema) else best_match(_META.iter_errors(schema))
    if error is not None:
        where = ".".join(str(part) for part in error.absolute_path)
        message = f"{f'at “{where}” ' if where else ''}{error.message[:160]}"
        yield problem("bad_schema", f"{FIELD}.{where}" if where else FIELD, message=message)


def _is_sound(schema: Mapping[str, Any]) -> bool:
    """Is it a schema? Each property is looked at by itself and remembered: of hundreds of them one changes at a time.

    The standard asks nothing of a property but to be a schema, so that parts and whole come to the same.
    """
    properties = schema.get("properties")
    if not isinstance(properties, Mapping):
        return _is_known_sound(schema)
    rest = {key: value for key, value in schema.items() if key != "properties"}
    return _is_known_sound(rest) and all(map(_is_sound_part, properties.values()))


def _is_sound_part(part: Any) -> bool:
    return _is_sound(part) if isinstance(part, Mapping) else isinstance(part, bool)


def _is_known_sound(part: Mapping[str, Any]) -> bool:
    try:
        written = json.dumps(part, allow_nan=False)
    except (TypeError, ValueError):
        return False
    return _is_sound_text(written) if len(written) <= LONGEST_KEPT else _META.is_valid(part)


@lru_cache(KEPT)
def _is_sound_text(written: str) -> bool:
    return _META.is_valid(json.loads(written))


def _root_problems(schema: Mapping[str, Any]) -> Iterator[Problem]:
    outputs, required = schema.get("properties"), schema.get("required")
    if schema.get("type") != "object":
        rooted = Operation("set", FIELD, {**schema, "type": "object"})
        yield problem("schema_root", FIELD, rooted if isinstance(outputs, Mapping) else None)
    elif not isinstance(outputs, Mapping) or not outputs:
        yield problem("schema_empty", FIELD)
    elif isinstance(required, list):
        lost = [name for name in required if isinstance(name, str) and name not in outputs]
        if lost:
            left = [name for name in required if name not in lost]
            yield problem("schema_required", FIELD, Operation("set", FIELD, {**schema, "required": left}), name=lost[0])
