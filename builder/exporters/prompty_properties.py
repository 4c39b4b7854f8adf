"""A JSON Schema as Prompty's properties: each has a name, a kind, and says by itself whether it is required."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from builder.exporters.fitting import fit
from builder.exporters.notes import Note
from builder.exporters.subset import BASIC, Subset

SUBSET = Subset(BASIC | {"anyOf", "additionalProperties"}, maps=False, closed=True)
_KINDS = {"number": "float"}


@dataclass(frozen=True, slots=True)
class Properties:
    items: list[dict[str, Any]]
    notes: tuple[Note, ...]


def properties(schema: Mapping[str, Any], field: str, *, is_said: bool = False) -> Properties:
    """Those of an object. `is_said`: its description stands elsewhere."""
    fitted = fit(schema, SUBSET, field)
    items = _listed(fitted.schema)
    notes = [*fitted.notes, *_renamed(fitted.schema, field)]
    if "description" in fitted.schema and not is_said:
        notes.append(Note("lost", field, "schema_keyword", {"keyword": "description"}))
    plain = not notes and _in_their_order(fitted.schema) != fitted.schema
    return Properties(items, (*notes, *([Note("rewritten", field, "schema_plain")] if plain else [])))


def safe(text: str) -> str:
    """A text in the head that Prompty would replace by a variable or a file as a whole: a blank keeps it."""
    return f" {text}" if text.startswith("${") and text.endswith("}") else text


def _listed(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    required = schema.get("required") or ()
    inner: Mapping[str, Any] = schema.get("properties") or {}
    return [{"name": safe(name), **_property(part), "required": name in required} for name, part in inner.items()]


def _property(schema: Mapping[str, Any]) -> dict[str, Any]:
    ways = list(schema.get("anyOf", ()))
    real = [way for way in ways if way != {"type": "null"}]
    about = {"description": safe(schema["description"])} if "description" in schema else {}
    nullable = {"nullable": True} if len(real) < len(ways) else {}
    if len(real) == 1 and nullable and not (about and "description" in real[0]) and "anyOf" not in real[0]:
        one = _property(real[0])
        return {"kind": one["kind"], **about, **one, **nullable}
    if real:
        return {"kind": "union", **about, "anyOf": [_property(way) for way in real], **nullable}
    kind = "null" if ways else schema.get("type", "string")
    found = {"kind": _KINDS.get(kind, kind), **about}
    if "enum" in schema:
        found["enumValues"] = list(schema["enum"])
    if kind == "object":
        found["properties"] = _listed(schema)
    if kind == "array":
        found["items"] = _property(schema["items"])
    return found


def _in_their_order(schema: Any) -> Any:
    """The schema with what is required in the order of the properties."""
    if isinstance(schema, list):
        return [_in_their_order(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    found = {key: part if key in ("enum", "required") else _in_their_order(part) for key, part in schema.items()}
    if isinstance(schema.get("properties"), Mapping) and isinstance(schema.get("required"), list):
        found["required"] = [name for name in schema["properties"] if name in schema["required"]]
    return found


def _renamed(schema: Any, field: str) -> list[Note]:
    """Notes on names that are written with a blank."""
    inner: Mapping[str, Any] = schema.get("properties") or {}
    return [
        Note("renamed", f"{field}.{name[:80]}", "name_changed", {"old": name[:80], "new": safe(name)[:80]})
        for name in inner
        if safe(name) != name
    ]
