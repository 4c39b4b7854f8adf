"""Checking an output schema: a JSON Schema of draft 2020-12 whose root is an object with at least one property."""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from builder.core.operation import Operation
from builder.core.problem import Problem, problem
from builder.core.references import LISTED, NAMED, SINGLE
from builder.core.schema_words import is_everyday

FIELD = "schema_definition"
DEEPEST = 40
KEPT, LONGEST_KEPT = 4_096, 1_000  # verdicts on parts of schemas, and the characters such a part may have
Path = tuple[str | int, ...]
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
    wrong = _first_wrong(schema)
    if wrong is not None:
        path, part = wrong
        error = best_match(_META.iter_errors(part))
        where = ".".join(str(step) for step in (*path, *error.absolute_path))
        message = f"{f'at “{where}” ' if where else ''}{error.message[:160]}"
        yield problem("bad_schema", f"{FIELD}.{where}" if where else FIELD, message=message)


def _first_wrong(schema: Mapping[str, Any]) -> tuple[Path, Any] | None:
    """The highest part that is no schema even without the schemas in it, and the way to it.

    Each part is looked at by itself and remembered: of hundreds of them one changes at a time, and the standard asks
    nothing of a schema's parts but to be schemas.
    """
    layer: list[tuple[Path, Any]] = [((), schema)]
    while layer:
        for path, part in layer:
            bare = _bare(part) if isinstance(part, Mapping) else part
            if not isinstance(part, bool) and not (isinstance(part, Mapping) and _is_known_sound(bare)):
                return path, bare
        layer = [child for path, part in layer if isinstance(part, Mapping) for child in _parts(path, part)]
    return None


def _bare(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if not _holds_schemas(key, value)}


def _holds_schemas(key: str, value: Any) -> bool:
    is_named, is_listed = key in NAMED and isinstance(value, Mapping), key in LISTED and isinstance(value, list)
    return is_named or (is_listed and bool(value)) or key in SINGLE


def _parts(path: Path, schema: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    for key, value in schema.items():
        if key in SINGLE:
            yield (*path, key), value
        elif _holds_schemas(key, value):
            inner = value.items() if isinstance(value, Mapping) else enumerate(value)
            yield from (((*path, key, step), part) for step, part in inner)


def _is_known_sound(part: Mapping[str, Any]) -> bool:
    if is_everyday(part):
        return True
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
        lost = next((name for name in required if isinstance(name, str) and name not in outputs), None)
        if lost is not None:
            left = [name for name in required if not isinstance(name, str) or name in outputs]
            yield problem("schema_required", FIELD, Operation("set", FIELD, {**schema, "required": left}), name=lost)
