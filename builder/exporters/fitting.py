"""A JSON Schema rewritten for the part of JSON Schema that a platform takes, and a note for each thing rewritten."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from builder.exporters import telling
from builder.exporters.kinds_of_value import of_type, split, typed
from builder.exporters.notes import Kind, Note
from builder.exporters.resolving import HIDDEN, Schema, Unresolved, merged, target
from builder.exporters.subset import TOLD, Subset

FIELD = "schema_definition"
MOST_PARTS = 5_000  # of a rewritten schema: inlining may double a schema at each level
_HANDLED = frozenset(
    ("type", "description", "properties", "required", "items", "prefixItems", "enum", "const", "additionalProperties")
)
Inside = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    schema: Schema
    notes: tuple[Note, ...]


def fit(schema: Mapping[str, Any], subset: Subset) -> Fitted:
    """The schema in the subset's words; its root is an object, as that of every valid configuration."""
    fitting = _Fitting(dict(schema), subset)
    fitted = fitting.part(fitting.root, "", (), 0)
    return Fitted(fitted, _each_once(fitting.notes))


def _each_once(notes: Iterable[Note]) -> tuple[Note, ...]:
    return tuple({(note.field, note.code, repr(note.params)): note for note in notes}.values())


class _Fitting:
    def __init__(self, root: Schema, subset: Subset) -> None:
        self.root = root
        self.subset = subset
        self.notes: list[Note] = []
        self._parts = 0

    def part(self, schema: Any, where: str, inside: Inside, level: int) -> Schema:
        """One schema; `inside` are the references that led here, `level` the objects and arrays around it."""
        self._parts += 1
        if not isinstance(schema, Mapping):
            return self._any(where, {})
        plain, inside = self._plain(dict(schema), where, inside)
        if self._parts > MOST_PARTS or (self.subset.deepest is not None and level > self.subset.deepest):
            return self._as_text("schema_cut", where, plain)
        plain = typed(plain)
        alternatives = [key for key in ("anyOf", "oneOf") if key in plain]
        if alternatives and level == 0:
            plain = self._without(plain, alternatives, where)
        elif alternatives:
            return self._any_of(plain, alternatives, where, inside, level)
        if isinstance(plain.get("type"), list):
            return self._of_types(plain, where, inside, level)
        return self._single(plain, where, inside, level) if "type" in plain else self._any(where, plain)

    def _plain(self, schema: Schema, where: str, inside: Inside) -> tuple[Schema, Inside]:
        """Without `$ref` and `allOf`."""
        while "$ref" in schema or "allOf" in schema:
            reference, parts = schema.pop("$ref", None), schema.pop("allOf", [])
            others = list(parts)
            if reference is not None:
                inside, found = self._target(reference, where, inside)
                others.insert(0, found)
            if parts:
                self._note("rewritten", where, "schema_merged")
            for other in others:
                if isinstance(other, Mapping):
                    own, inside = self._plain(dict(other), where, inside)
                    schema, given_up = merged(schema, own)
                    self._dropped(where, given_up)
        return {key: value for key, value in schema.items() if key not in HIDDEN}, inside

    def _target(self, reference: Any, where: str, inside: Inside) -> tuple[Inside, Any]:
        try:
            if reference in inside:
                raise Unresolved(reference)
            found = target(self.root, str(reference))
        except Unresolved:
            self._note("lost", where, "schema_reference", reference=str(reference)[:80])
            return inside, {}
        self._note("rewritten", where, "schema_inlined")
        return (*inside, reference), found

    def _any_of(self, schema: Schema, keys: list[str], where: str, inside: Inside, level: int) -> Schema:
        key = keys[0]
        if len(keys) > 1:
            schema = self._without(schema, keys[1:], where)
        ways, rest = schema[key], {name: value for name, value in schema.items() if name != key}
        about = {name: rest.pop(name) for name in ("description", "title", "default", "examples") if name in rest}
        if "anyOf" not in self.subset.keywords:
            self._note("rewritten", where, "schema_first_way")
            real = next((way for way in ways if isinstance(way, Mapping) and way.get("type") != "null"), ways[0])
            return self.part({**about, "allOf": [rest, real]} if rest else {**about, "allOf": [real]}, where, inside, level)
        if key == "oneOf" and not self.subset.one_of:
            self._note("rewritten", where, "schema_one_of")
        kept = key if self.subset.one_of else "anyOf"
        each = [self.part({"allOf": [way, rest]} if rest else way, where, inside, level) for way in ways]
        return {**self._words(about, where), kept: each}

    def _of_types(self, schema: Schema, where: str, inside: Inside, level: int) -> Schema:
        types = schema["type"]
        if len(types) == 1:
            return self.part({**schema, "type": types[0]}, where, inside, level)
        scalars = {"string", "number", "integer", "boolean", "null"}
        if self.subset.type_lists and set(types) <= scalars and "enum" not in schema:
            single = self._single({**schema, "type": types[0]}, where, inside, level)
            return {**single, "type": list(types)}
        about, ways = split(schema)
        self._note("rewritten", where, "schema_types")
        return self._any_of({**about, "anyOf": ways}, ["anyOf"], where, inside, level)

    def _single(self, schema: Schema, where: str, inside: Inside, level: int) -> Schema:
        fitted: Schema = {"type": schema["type"], **self._words(self._choices(schema, where), where)}
        if schema["type"] == "object":
            return self._object(schema, fitted, where, inside, level)
        if schema["type"] == "array":
            return {**fitted, "items": self.part(self._items(schema, where), f"{where}[]", inside, level + 1)}
        return fitted

    def _choices(self, schema: Schema, where: str) -> Schema:
        """Values to choose from, in the form that the platform takes."""
        schema = dict(schema)
        if "const" in schema and not self.subset.const:
            schema["enum"] = [schema.pop("const")]
        values = schema.get("enum")
        fits = values and all(of_type(value, schema["type"]) for value in values)
        simple = schema["type"] == "string" or not self.subset.only_text_enums
        if values and not (fits and simple and schema["type"] not in ("object", "array", "null")):
            del schema["enum"]
            said = ", ".join(map(telling.written, values))
            schema["description"] = telling.with_words(schema.get("description"), [f"One of: {said}."])
            self._note("rewritten", where, "schema_in_words", keyword="enum")
        return schema

    def _words(self, schema: Schema, where: str) -> Schema:
        """What is neither type nor structure: kept, said in the description, or dropped."""
        kept, said = dict[str, Any](), list[str]()
        for key, value in schema.items():
            if key in self.subset.keywords and key not in _HANDLED:
                kept[key] = value
            elif key in TOLD:
                sentence = telling.told(key, value)
                said += [sentence] if sentence else []
                self._note("rewritten" if sentence else "lost", where, "schema_in_words", keyword=key)
            elif key not in _HANDLED and key != "title":
                self._dropped(where, [key])
        description = telling.with_words(schema.get("description"), said)
        values = {key: schema[key] for key in ("enum", "const") if key in schema}
        return {**({"description": description} if description else {}), **values, **kept}

    def _items(self, schema: Schema, where: str) -> Any:
        first = schema.get("prefixItems")
        if not first:
            return schema.get("items", True)
        self._note("rewritten", where, "schema_places")
        more = schema.get("items")
        return {"anyOf": [*first, *([more] if isinstance(more, Mapping) else [])]}

    def _object(self, schema: Schema, fitted: Schema, where: str, inside: Inside, level: int) -> Schema:
        named, others = schema.get("properties") or {}, schema.get("additionalProperties", True)
        if not named and others is not False:
            return self._map(others, fitted, where, inside, level)
        if isinstance(others, Mapping):
            self._dropped(where, ["additionalProperties"])
        required = [name for name in schema.get("required", []) if name in named]
        inner = {name: self.part(part, self._below(where, name), inside, level + 1) for name, part in named.items()}
        if self.subset.all_required:
            inner = {
                name: part if name in required else self._nullable(part, self._below(where, name))
                for name, part in inner.items()
            }
            required = list(inner)
        closed = self.subset.closed or (others is False and "additionalProperties" in self.subset.keywords)
        return {
            **fitted,
            "properties": inner,
            **({"required": required} if required else {}),
            **({"additionalProperties": False} if closed else {}),
        }

    def _map(self, value: Any, fitted: Schema, where: str, inside: Inside, level: int) -> Schema:
        """An object whose keys nobody named."""
        inner = self.part(value, self._below(where, "*"), inside, level + 1) if isinstance(value, Mapping) else None
        if self.subset.maps and not self.subset.closed:
            is_said = inner is not None and "additionalProperties" in self.subset.keywords
            return {**fitted, **({"additionalProperties": inner} if is_said else {})}
        if level == 0:
            return {**fitted, "properties": {}, "additionalProperties": False}
        self._note("rewritten", where, "schema_map")
        held = inner if inner is not None else self._any(self._below(where, "*"), {})
        pair = {"type": "object", "properties": {"name": {"type": "string"}, "value": held}, "required": ["name", "value"]}
        return {
            **{**fitted, "type": "array"},
            "items": {**pair, **({"additionalProperties": False} if self.subset.closed else {})},
        }

    def _nullable(self, part: Schema, where: str) -> Schema:
        self._note("rewritten", where, "schema_nullable")
        if "anyOf" in part:
            has_null = {"type": "null"} in part["anyOf"]
            return part if has_null else {**part, "anyOf": [*part["anyOf"], {"type": "null"}]}
        if part.get("type") == "null":
            return part
        about = {"description": part["description"]} if "description" in part else {}
        bare = {key: value for key, value in part.items() if key != "description"}
        return {**about, "anyOf": [bare, {"type": "null"}]}

    def _any(self, where: str, about: Schema) -> Schema:
        if self.subset.untyped:
            return self._words(about, where)
        return self._as_text("schema_any", where, about)

    def _as_text(self, code: str, where: str, about: Schema) -> Schema:
        self._note("rewritten", where, code)
        return {"type": "string", "description": telling.with_words(about.get("description"), ["Written as JSON text."])}

    def _without(self, schema: Schema, keys: list[str], where: str) -> Schema:
        self._dropped(where, keys)
        return {key: value for key, value in schema.items() if key not in keys}

    def _dropped(self, where: str, keywords: Iterable[str]) -> None:
        for keyword in keywords:
            self._note("lost", where, "schema_keyword", keyword=keyword)

    def _note(self, kind: Kind, where: str, code: str, **params: Any) -> None:
        self.notes.append(Note(kind, f"{FIELD}.{where}" if where else FIELD, code, params))

    @staticmethod
    def _below(where: str, name: str) -> str:
        return f"{where}.{name}" if where else name
