"""Checking an output schema: a JSON Schema of draft 2020-12 whose root is an object with at least one property."""

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from builder.core.operation import Operation
from builder.core.problem import Problem, problem

FIELD = "schema_definition"
DEEPEST = 40
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
    error = best_match(_META.iter_errors(schema))
    if error is not None:
        where = ".".join(str(part) for part in error.absolute_path)
        message = f"{f'at “{where}” ' if where else ''}{error.message[:160]}"
        yield problem("bad_schema", f"{FIELD}.{where}" if where else FIELD, message=message)


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
