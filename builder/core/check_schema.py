"""Checking an output schema: a JSON Schema of draft 2020-12 whose root is an object with at least one property."""

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, best_match

from builder.core.operation import Operation
from builder.core.problem import Problem

FIELD = "schema_definition"
DEEPEST = 40
_META = Draft202012Validator(Draft202012Validator.META_SCHEMA)


def schema_problems(schema: Any) -> Iterator[Problem]:
    if not isinstance(schema, Mapping):
        yield Problem("schema_not_object", FIELD, "The output schema is not a JSON object.", 'Begin with {"type": "object", "properties": {...}}.')
        return
    if deeper_than(schema, DEEPEST):
        yield Problem("schema_too_deep", FIELD, f"The output schema is nested more than {DEEPEST} levels deep.", "Make it flatter.", {"deepest": DEEPEST})
        return
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
    error: SchemaError | None = best_match(_META.iter_errors(schema))
    if error is not None:
        where = ".".join(str(part) for part in error.absolute_path)
        field = f"{FIELD}.{where}" if where else FIELD
        yield Problem("bad_schema", field, f"The output schema is not valid{f' at “{where}”' if where else ''}: {error.message[:160]}", "Correct that part of the schema.", {"where": where, "message": error.message[:160]})


def _root_problems(schema: Mapping[str, Any]) -> Iterator[Problem]:
    if schema.get("type") != "object":
        mend = Operation("set", FIELD, {**schema, "type": "object"}) if isinstance(schema.get("properties"), Mapping) else None
        yield Problem("schema_root", FIELD, "The root of the output schema must be an object.", 'Write "type": "object" at the top.', mend=mend)
        return
    properties = schema.get("properties")
    if not isinstance(properties, Mapping) or not properties:
        yield Problem("schema_empty", FIELD, "The output schema names no outputs.", "Add at least one output.")
        return
    required = schema.get("required")
    lost = [name for name in required if isinstance(name, str) and name not in properties] if isinstance(required, list) else []
    if lost:
        left = [name for name in required or [] if name not in lost]
        yield Problem("schema_required", FIELD, f"“{lost[0]}” is required but is not among the outputs.", "Add it as an output, or make it not required.", {"name": lost[0]}, mend=Operation("set", FIELD, {**schema, "required": left}))
