"""A JSON Schema rewritten for the part of JSON Schema that a platform takes, and a note for each thing rewritten."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from builder.core.references import Schema, Unresolved, target
from builder.exporters import telling
from builder.exporters.kinds_of_value import EVERYWHERE, split, typed
from builder.exporters.notes import Note
from builder.exporters.place import Place
from builder.exporters.resolving import HIDDEN, all_of, leads_to_itself, merged
from builder.exporters.subset import Subset
from builder.exporters.wording import STRUCTURE, Wording

FIELD = "schema_definition"
DEEPEST, DEEPEST_INSIDE = 60, 18  # of schemas in schemas; where references lead, the whole is to stay a valid schema
MOST_ADDED = 40_000  # characters by which inlining may let a schema grow: it may double it at each level
_KEPT_OF_MAPS = ("description", "default", "examples")
_SCALARS = frozenset(("string", "number", "integer", "boolean", "null"))


@dataclass(frozen=True, slots=True)
class Fitted:
    schema: Schema
    notes: tuple[Note, ...]


def fit(schema: Mapping[str, Any], subset: Subset, field: str = FIELD) -> Fitted:
    """The schema in the subset's words; its root is an object, as that of every valid configuration.

    `field` names it in the notes."""
    fitting = _Fitting(dict(schema), subset, field)
    fitted = fitting.part(fitting.root, Place())
    notes = fitting.wording.notes
    if fitted != schema and not notes:
        notes.append(Note("rewritten", field, "schema_plain"))
    each_once = {(note.field, note.code, repr(note.params)): note for note in notes}
    return Fitted(fitted, tuple(each_once.values()))


class _Fitting:
    def __init__(self, root: Schema, subset: Subset, field: str) -> None:
        self.root, self.subset = root, subset
        self.wording = Wording(subset, field)
        self.left = MOST_ADDED + 2 * len(json.dumps(root))

    def part(self, schema: Any, at: Place) -> Schema:
        if not isinstance(schema, Mapping):
            self.wording.dropped(at, ["false"] if schema is False else [])
            return self._any({}, at)
        plain, inside = self._plain(dict(schema), at)
        at = at.within(inside)
        self._spend(plain)
        if at.depth > (DEEPEST_INSIDE if inside else DEEPEST):
            return self.wording.as_text("schema_cut", plain, at)
        return self._of_plain(self._typed(plain, at), at)

    def _is_too_deep(self, level: int) -> bool:
        return self.subset.deepest is not None and level > self.subset.deepest

    def _of_plain(self, plain: Schema, at: Place) -> Schema:
        alternatives: list[str] = [key for key in ("anyOf", "oneOf") if key in plain]
        if alternatives and at.level == 0:
            plain = self.wording.without(plain, alternatives, at)
        elif alternatives:
            return self._any_of(plain, alternatives, at)
        if isinstance(plain.get("type"), list):
            return self._of_types(plain, at)
        return self._single(plain, at) if "type" in plain else self._any(plain, at)

    def _spend(self, schema: Schema) -> None:
        own = {key: value for key, value in schema.items() if key not in STRUCTURE - {"description", "required"}}
        self.left -= 10 + len(json.dumps(own)) + sum(map(len, schema.get("properties", ())))

    def _typed(self, schema: Schema, at: Place) -> Schema:
        known = typed(schema)
        if "type" in known and "type" not in schema and "enum" not in schema and "const" not in schema:
            self.wording.note("rewritten", at, "schema_typed", type=known["type"])
        return known

    def _plain(self, schema: Schema, at: Place) -> tuple[Schema, frozenset[str]]:
        """Without `$ref` and `allOf`."""
        inside = at.inside
        while "$ref" in schema or "allOf" in schema:
            reference, parts = schema.pop("$ref", None), list(schema.pop("allOf", ()))
            if parts:
                self.wording.note("rewritten", at, "schema_merged")
            each = [(part, at.inside) for part in parts]
            if reference is not None:
                each.insert(0, self._target(reference, replace(at, inside=inside)))
            for part, way in each:
                schema, way = self._with(schema, part, replace(at, inside=way, depth=at.depth + 1))
                inside |= way
        return {key: value for key, value in schema.items() if key not in HIDDEN}, inside

    def _with(self, schema: Schema, part: Any, at: Place) -> tuple[Schema, frozenset[str]]:
        if not isinstance(part, Mapping):
            self.wording.dropped(at, ["false"] if part is False else [])
            return schema, at.inside
        self.left -= 10
        if at.depth > DEEPEST or self.left < 0:
            self.wording.note("lost", at, "schema_cut")
            return schema, at.inside
        own, inside = self._plain(dict(part), at)
        whole, given_up = merged(schema, own)
        self.wording.dropped(at, given_up)
        return whole, inside

    def _target(self, reference: str, at: Place) -> tuple[Any, frozenset[str]]:
        try:
            if reference in at.inside and leads_to_itself(self.root, reference):
                raise Unresolved(reference)
            found = target(self.root, reference)
        except Unresolved:
            self.wording.note("lost", at, "schema_reference", reference=reference[:80])
            return {}, at.inside
        self.wording.note("rewritten", at, "schema_inlined")
        return found, at.inside | {reference}

    def _any_of(self, schema: Schema, keys: list[str], at: Place) -> Schema:
        key = keys[0]
        if len(keys) > 1:
            schema = self.wording.without(schema, keys[1:], at)
        ways, rest = schema[key], {name: value for name, value in schema.items() if name != key}
        about: Schema = {name: rest.pop(name) for name in EVERYWHERE if name in rest}
        if "anyOf" not in self.subset.keywords:
            self.wording.note("rewritten", at, "schema_first_way")
            real = next((way for way in ways if isinstance(way, Mapping) and way.get("type") != "null"), ways[0])
            return self.part(all_of(about, rest, real), at)
        if key == "oneOf" and not self.subset.one_of:
            self.wording.note("rewritten", at, "schema_one_of")
        each = [self.part(all_of({}, rest, way), at) for way in ways]
        return {**self.wording.words(about, at), ("oneOf" if key == "oneOf" and self.subset.one_of else "anyOf"): each}

    def _of_types(self, schema: Schema, at: Place) -> Schema:
        types = schema["type"]
        if len(types) == 1:
            return self._single({**schema, "type": types[0]}, at)
        if self.subset.type_lists and set(types) <= _SCALARS and not {"enum", "const"} & set(schema):
            return {**self._single({**schema, "type": types[0]}, at), "type": list(types)}
        about, ways = split(schema)
        self.wording.note("rewritten", at, "schema_types")
        return self._any_of({**about, "anyOf": ways}, ["anyOf"], at)

    def _single(self, schema: Schema, at: Place) -> Schema:
        if schema["type"] in ("object", "array") and self._is_too_deep(at.level):
            return self.wording.as_text("schema_cut", schema, at)
        fitted: Schema = {"type": schema["type"], **self.wording.words(self.wording.choices(schema, at), at)}
        if schema["type"] == "object":
            return self._object(schema, fitted, at)
        if schema["type"] == "array":
            return {**fitted, "items": self.part(self._items(schema, at), at.below("[]"))}
        return fitted

    def _items(self, schema: Schema, at: Place) -> Any:
        first = schema.get("prefixItems")
        if not first:
            return schema.get("items", True)
        self.wording.note("rewritten", at, "schema_places")
        more = schema.get("items", True)
        return {"anyOf": [*first, *([] if more is False else [more])]}

    def _object(self, schema: Schema, fitted: Schema, at: Place) -> Schema:
        named, others = dict(schema.get("properties") or {}), schema.get("additionalProperties", True)
        required = list(schema.get("required") or ())
        named |= {name: True for name in required if name not in named}
        if not named and not (others is False and self._can_close()):
            return self._map(others, fitted, at)
        inner = {name: self.part(part, at.below(name)) for name, part in named.items()}
        if self.subset.all_required:
            inner = {k: part if k in required else self._nullable(part, at.below(k)) for k, part in inner.items()}
            required = list(inner)
        return {**fitted, "properties": inner, **self._ending(required, closes=self._closes(others, at))}

    def _ending(self, required: list[str], *, closes: bool) -> Schema:
        named = {"required": required} if required or self.subset.all_required else {}
        return {**named, **({"additionalProperties": False} if closes else {})}

    def _closes(self, others: Any, at: Place) -> bool:
        """Whether the object says that it has no other properties; `others` is what it says of them in the original."""
        if self.subset.closed:
            if isinstance(others, Mapping):
                self.wording.dropped(at, ["additionalProperties"])
            if others is not False:
                self.wording.note("rewritten", Place(), "schema_closed")
            return True
        says = others is False and self._can_close()
        self.wording.dropped(at, [] if others is True or says else ["additionalProperties"])
        return says

    def _can_close(self) -> bool:
        return self.subset.closed or "additionalProperties" in self.subset.keywords

    def _map(self, value: Any, fitted: Schema, at: Place) -> Schema:
        """An object whose keys nobody named."""
        is_typed = isinstance(value, Mapping) and bool(value)
        self.wording.dropped(at, ["additionalProperties"] if value is False else [])
        if at.level == 0:
            self.wording.dropped(at, ["additionalProperties"] if is_typed else [])
            return {**fitted, "properties": {}, **self._ending([], closes=self.subset.closed)}
        if self.subset.maps and not self.subset.closed:
            if is_typed and "additionalProperties" not in self.subset.keywords:
                self.wording.dropped(at, ["additionalProperties"])
                is_typed = False
            others = self.part(value, at.below("*")) if is_typed else {}
            return {**fitted, "additionalProperties": others} if others else fitted
        if self._is_too_deep(at.level + 1):
            return self.wording.as_text("schema_cut", fitted, at)
        self.wording.note("rewritten", at, "schema_map")
        pair = {"name": {"type": "string"}, "value": self.part(value if is_typed else True, at.below("*", 2))}
        closed = {"additionalProperties": False} if self.subset.closed else {}
        item = {"type": "object", "properties": pair, "required": ["name", "value"], **closed}
        return {"type": "array", **{key: fitted[key] for key in _KEPT_OF_MAPS if key in fitted}, "items": item}

    def _nullable(self, part: Schema, at: Place) -> Schema:
        if part.get("type") == "null":
            return part
        if "anyOf" not in self.subset.keywords:
            self.wording.note("rewritten", at, "schema_required")
            return part
        self.wording.note("rewritten", at, "schema_nullable")
        for key in ("anyOf", "oneOf"):
            if key in part:
                has_null = any(way.get("type") == "null" for way in part[key])
                return part if has_null else {**part, key: [*part[key], {"type": "null"}]}
        about = {"description": part["description"]} if "description" in part else {}
        bare = {key: value for key, value in part.items() if key != "description"}
        return {**about, "anyOf": [bare, {"type": "null"}]}

    def _any(self, schema: Schema, at: Place) -> Schema:
        if not self.subset.untyped:
            return self.wording.as_text("schema_any", schema, at)
        self.wording.dropped(at, sorted(STRUCTURE & set(schema) - {"description"}))
        kept = self.wording.words({key: value for key, value in schema.items() if key not in ("enum", "const")}, at)
        if typed(kept) is kept:
            return kept
        said = [text for key in kept if key not in EVERYWHERE for text in self.wording.said(key, kept[key], at)]
        about = {key: value for key, value in kept.items() if key in EVERYWHERE}  # a rule of one type would be a type
        return self.wording.words({**about, "description": telling.with_words(about.get("description"), said)}, at)
