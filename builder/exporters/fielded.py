"""An output schema whose properties become fields of a Pydantic model, in the library that reads the file."""

import math
from collections.abc import Iterable
from typing import Any

from builder.core.references import Schema
from builder.exporters.fitting import FIELD, Fitted
from builder.exporters.notes import Note

_TAKEN = frozenset(
    ("model_config", "model_dump", "model_dump_json", "model_json_schema", "model_rebuild", "model_validate")
)
_TAKEN |= {"model_validate_json", "model_validate_strings"}
_ROUNDED = {"minimum": math.ceil, "exclusiveMaximum": math.ceil, "maximum": math.floor, "exclusiveMinimum": math.floor}


def fielded(fitted: Fitted) -> Fitted:
    """With names that fields can have, a note for each that changed, and whole numbers where limits are of such."""
    notes = list[Note]()
    return Fitted(_part(fitted.schema, "", notes), (*fitted.notes, *notes))


def _part(schema: Schema, at: str, notes: list[Note]) -> Schema:
    whole = _rounded(schema)
    if "properties" in schema:
        names = _names(schema["properties"], at, notes)
        whole["properties"] = {
            names[name]: _part(part, below(at, name), notes) for name, part in schema["properties"].items()
        }
        if "required" in schema:
            whole["required"] = [names.get(name, name) for name in schema["required"]]
    if "items" in schema:
        whole["items"] = _part(schema["items"], below(at, "[]"), notes)
    for key in ("anyOf", "oneOf"):
        if key in schema:
            whole[key] = [_part(way, at, notes) for way in schema[key]]
    return whole


def _names(said: Iterable[str], at: str, notes: list[Note]) -> dict[str, str]:
    found = {name: name for name in said if not name.startswith("_") and name not in _TAKEN}
    for name in said:
        if name not in found:
            new = f"{name.strip('_') or 'value'}_"
            while new in found.values():
                new += "_"
            found[name] = new
            field, params = f"{FIELD}.{below(at, name)}", {"old": name[:80], "new": new[:80]}
            notes.append(Note("renamed", field, "name_changed", params))
    return found


def _rounded(schema: Schema) -> Schema:
    limits = _ROUNDED if schema.get("type") == "integer" else {}
    counts: dict[str, Any] = {key: int(schema[key]) for key in ("minItems", "maxItems") if key in schema}
    return {**schema, **counts, **{key: round_(schema[key]) for key, round_ in limits.items() if key in schema}}


def below(at: str, name: str) -> str:
    path = at + name if name == "[]" or not at else f"{at}.{name}"
    return path[:200]
