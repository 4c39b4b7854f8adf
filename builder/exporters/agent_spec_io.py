"""Inputs and outputs of Open Agent Spec: a list of JSON Schemas with titles. All of them are there, always."""

import re
from collections.abc import Mapping
from typing import Any

from builder.core.references import Schema
from builder.exporters.fitting import fit
from builder.exporters.free_name import free
from builder.exporters.notes import Note
from builder.exporters.subset import ARRAYS, BASIC, NUMBERS, OBJECTS, TEXTS, Subset

REFERENCE = "$component_ref"  # a key that is followed wherever it stands
_SUBSET = Subset(
    BASIC | NUMBERS | TEXTS | ARRAYS | OBJECTS | {"anyOf", "additionalProperties"}, type_lists=True, untyped=True
)
_NO_TITLE = re.compile(r"[.,{} \n'\"]")
_STRUCTURE = ("type", "properties", "required", "additionalProperties")


def listed(schema: Mapping[str, Any], field: str, *, may_be_left: bool = False) -> tuple[list[Schema], list[Note]]:
    """The properties of an object. What it may leave out may be null; with `may_be_left` null is its default."""
    fitted = fit(schema, _SUBSET, field)
    notes, required = list(fitted.notes), fitted.schema.get("required", ())
    named = dict(_named(fitted.schema.get("properties", {}), field, notes, _NO_TITLE))
    found = list[Schema]()
    for name, title in named.items():
        part = _inner(fitted.schema["properties"][name], f"{field}.{name}"[:200], notes)
        if name not in required:
            part = _nullable(part)
            notes.append(Note("rewritten", f"{field}.{name}"[:200], "schema_nullable", {}))
            part |= {"default": None} if may_be_left else {}
        found.append({"title": title, **part})
    lost = [key for key in fitted.schema if key not in _STRUCTURE]
    notes += [Note("lost", field, "schema_keyword", {"keyword": key}) for key in lost]
    if fitted.schema.get("additionalProperties") is not False:
        notes.append(Note("rewritten", field, "schema_closed", {}))
    return found, notes


def _named(
    properties: Mapping[str, Any], field: str, notes: list[Note], wrong: re.Pattern[str]
) -> list[tuple[str, str]]:
    """Names with those that they have there, which differ from each other."""
    right = {name: name for name in properties if name and name != REFERENCE and not wrong.search(name)}
    for name in properties:
        if name not in right:
            right[name] = new = free(wrong.sub("_", name).lstrip("$") or "value", right.values())
            params = {"old": name[:80], "new": new[:80]}
            notes.append(Note("renamed", f"{field}.{name}"[:200], "name_changed", params))
    return [(name, right[name]) for name in properties]


_NOTHING_WRONG = re.compile(r"(?!)")


def _inner(schema: Any, field: str, notes: list[Note]) -> Any:
    """A schema below: names of its properties are free, but for the one that would be followed."""
    if not isinstance(schema, dict):
        return schema
    whole = dict(schema)
    if REFERENCE in schema.get("properties", {}):
        names = dict(_named({name: True for name in schema["properties"] if name}, field, notes, _NOTHING_WRONG))
        whole["properties"] = {names.get(name, name): part for name, part in schema["properties"].items()}
        if "required" in schema:
            whole["required"] = [names.get(name, name) for name in schema["required"]]
    if "properties" in whole:
        parts = whole["properties"].items()
        whole["properties"] = {name: _inner(part, f"{field}.{name}"[:200], notes) for name, part in parts}
    for key in ("items", "additionalProperties"):
        if key in whole:
            whole[key] = _inner(whole[key], field, notes)
    if "anyOf" in whole:
        whole["anyOf"] = [_inner(way, field, notes) for way in whole["anyOf"]]
    return whole


def _nullable(part: Schema) -> Schema:
    if "anyOf" in part:
        has_null = any(way.get("type") == "null" for way in part["anyOf"])
        return part if has_null else {**part, "anyOf": [*part["anyOf"], {"type": "null"}]}
    kind = part.get("type")
    if kind in (None, "null") or (isinstance(kind, list) and "null" in kind):
        return part
    about = {"description": part["description"]} if "description" in part else {}
    bare = {key: value for key, value in part.items() if key != "description"}
    return {**about, "anyOf": [bare, {"type": "null"}]}
