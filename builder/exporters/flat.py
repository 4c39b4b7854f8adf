"""Schemas for platforms that collect plain values, or that want to be told of each value in words what it is."""

import re
from collections.abc import Mapping
from typing import Any

from builder.core.name import plain_letters
from builder.core.references import Schema
from builder.exporters import telling
from builder.exporters.fitting import FIELD, Fitted, fit
from builder.exporters.free_name import free
from builder.exporters.notes import Note
from builder.exporters.subset import BASIC, Subset

# Types, descriptions and choices of texts: what remains is said in the descriptions.
PLAIN = Subset(BASIC, only_text_enums=True)
LONGEST_KEY = 64
_LONGEST_TOLD = 80
_SPEAK = frozenset(("description", "title", "$ref", "allOf", "anyOf", "oneOf"))  # a description may come from there


def described(schema: Mapping[str, Any], field: str = FIELD, subset: Subset = PLAIN) -> Fitted:
    """A schema in which each value below the root has a description, made from its name where it has none.

    `subset` knows alternatives as little as PLAIN."""
    notes = list[Note]()
    named = {name: _named(part, name, f"{field}.{name}", notes) for name, part in _properties(schema).items()}
    fitted = fit({**schema, "properties": named}, subset, field)
    inner = {name: _told(part, name, f"{field}.{name}", notes) for name, part in _properties(fitted.schema).items()}
    return Fitted({**fitted.schema, "properties": inner}, (*fitted.notes, *notes))


def _named(part: Any, name: str, field: str, notes: list[Note]) -> Any:
    """With its name as description where it says nothing, before rules that are said in words come behind it."""
    if not isinstance(part, Mapping):
        return part
    found = dict(part)
    if _SPEAK.isdisjoint(key for key, said in part.items() if said):
        notes.append(Note("added", _short(field), "schema_described"))
        found["description"] = _words(name)
    if isinstance(part.get("properties"), Mapping):
        inner = part["properties"].items()
        found["properties"] = {key: _named(value, key, f"{field}.{key}", notes) for key, value in inner}
    if "items" in part:
        found["items"] = _named(part["items"], name, f"{field}[]", notes)
    return found


def _told(part: Schema, name: str, field: str, notes: list[Note]) -> Schema:
    if part["type"] == "null":
        notes.append(Note("rewritten", _short(field), "schema_any"))
        part = {**part, "type": "string"}
    if not part.get("description"):
        notes.append(Note("added", _short(field), "schema_described"))
    part = {"type": part["type"], "description": part.get("description") or _words(name), **part}
    if part["type"] == "array":
        part = {**part, "items": _told(part["items"], name, f"{field}[]", notes)}
    if "properties" in part:
        inner = {key: _told(value, key, f"{field}.{key}", notes) for key, value in part["properties"].items()}
        part = {**part, "properties": inner}
    return part


def flattened(schema: Mapping[str, Any]) -> Fitted:
    """The outputs as plain values by key: `schema` of the result maps a key to the schema of one value.

    Objects are taken apart, `customer.name` is the key `customer_name`; lists and maps are texts that hold JSON."""
    whole = described(schema)
    flattening = _Flattening()
    flattening.take(whole.schema, ())
    lost = [Note("lost", FIELD, "schema_keyword", {"keyword": key}) for key in ("description",) if key in whole.schema]
    return Fitted(flattening.values, (*whole.notes, *flattening.notes, *lost))


class _Flattening:
    def __init__(self) -> None:
        self.values: Schema = {}
        self.notes: list[Note] = []

    def take(self, part: Schema, path: tuple[str, ...]) -> None:
        for name, inner in _properties(part).items():
            way = (*path, name)
            field = _short(".".join((FIELD, *way)))
            if name in part.get("required", ()):
                self.notes.append(Note("lost", field, "schema_keyword", {"keyword": "required"}))
            if _properties(inner):
                self.notes.append(Note("rewritten", field, "schema_flattened"))
                self.take(inner, way)
            else:
                self._put(inner, way, field)

    def _put(self, part: Schema, path: tuple[str, ...], field: str) -> None:
        if part["type"] in ("array", "object"):
            self.notes.append(Note("rewritten", field, "schema_cut"))
            about = telling.with_words(part["description"], ["Written as JSON text."])
            part = {"type": "string", "description": about}
        key = free(_key("_".join(path)), self.values, LONGEST_KEY)
        if key != "_".join(path):
            old = ".".join(path)[:_LONGEST_TOLD]
            self.notes.append(Note("renamed", field, "name_changed", {"old": old, "new": key}))
        self.values[key] = part


def _properties(schema: Mapping[str, Any]) -> Schema:
    return dict(schema.get("properties") or {})


def _key(name: str) -> str:
    bare = re.sub(r"[^A-Za-z0-9_]+", "_", plain_letters(name)).strip("_")[:LONGEST_KEY]
    return bare if bare[:1].isalpha() else f"value_{bare}".rstrip("_")[:LONGEST_KEY]


def _words(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    said = " ".join(re.sub(r"[_-]+", " ", spaced).split())
    return said[:1].upper() + said[1:] if said else "Value"


def _short(field: str) -> str:
    return field[:200]
