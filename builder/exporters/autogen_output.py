"""An output schema as AutoGen's factory of messages reads it: properties, and a part of lists and alternatives.

What it would take for something else is written so that it reads it right: objects among alternatives stand under
`$defs`; lists have items of one plain type, or objects."""

from typing import Any

from builder.core.references import Schema
from builder.exporters.fielded import below, fielded
from builder.exporters.fitting import FIELD, Fitted, fit
from builder.exporters.notes import Kind, Note
from builder.exporters.subset import BASIC, NUMBERS, Subset
from builder.exporters.telling import told, with_words

SUBSET = Subset(
    BASIC | (NUMBERS - {"multipleOf"}) | {"anyOf", "additionalProperties", "minItems", "maxItems"},
    maps=False,
    deepest=8,
)


def output(schema: Schema) -> Fitted:
    fitted = fielded(fit(schema, SUBSET))
    writing = _Writing()
    whole = writing.object(fitted.schema, "")
    defined = {"$defs": writing.defs} if writing.defs else {}
    return Fitted({**whole, **defined}, (*fitted.notes, *writing.notes))


class _Writing:
    def __init__(self) -> None:
        self.defs = dict[str, Schema]()
        self.notes = list[Note]()

    def object(self, schema: Schema, at: str) -> Schema:
        parts = schema.get("properties", {}).items()
        return {**schema, "properties": {name: self._property(part, below(at, name)) for name, part in parts}}

    def _property(self, schema: Schema, at: str) -> Schema:
        if "anyOf" in schema:
            return {**schema, "anyOf": [self._way(way, at) for way in _ways(schema)]}
        if schema.get("type") == "object":
            return self.object(schema, at)
        return self._list(schema, at) if schema.get("type") == "array" else schema

    def _way(self, schema: Schema, at: str) -> Schema:
        if schema.get("type") == "object":
            return self._defined(self.object(schema, at))
        if schema.get("type") != "array":
            return schema
        whole = self._list(schema, at)
        items = whole["items"]
        return {**whole, "items": self._defined(items) if items["type"] == "object" else items}

    def _defined(self, schema: Schema) -> Schema:
        """A reference to it. Those inside come first: the factory makes them in this order."""
        name = f"Part{len(self.defs) + 1}"
        self.defs[name] = schema
        return {"$ref": f"#/$defs/{name}"}

    def _list(self, schema: Schema, at: str) -> Schema:
        items, at = schema["items"], below(at, "[]")
        if "anyOf" in items:
            ways = _ways(items)
            self._note("rewritten", at, "schema_first_way")
            items = next((way for way in ways if way.get("type") != "null"), ways[0])
        if items.get("type") == "array":
            self._note("rewritten", at, "schema_cut")
            items = {"type": "string", "description": with_words(items.get("description"), ["Written as JSON text."])}
        elif items.get("type") == "object":
            items = self.object(items, at)
        elif "enum" in items:
            return self._of_choices(schema, items, at)
        return {**schema, "items": items}

    def _of_choices(self, schema: Schema, items: Schema, at: str) -> Schema:
        """A list of fixed values: the values are said in the words on the list."""
        sentence = told("enum", items["enum"])
        if sentence:
            self._note("rewritten", at, "schema_in_words", keyword="enum")
        else:
            self._note("lost", at, "schema_keyword", keyword="enum")
        said = with_words(schema.get("description"), [sentence] if sentence else [])
        bare = {key: value for key, value in items.items() if key != "enum"}
        about = {"type": "array", **({"description": said} if said else {})}
        return {**about, **{key: value for key, value in schema.items() if key not in about}, "items": bare}

    def _note(self, kind: Kind, at: str, code: str, **params: Any) -> None:
        self.notes.append(Note(kind, f"{FIELD}.{at}" if at else FIELD, code, params))


def _ways(schema: Schema) -> list[Schema]:
    """The alternatives, those within alternatives among them."""
    return [own for way in schema["anyOf"] for own in (_ways(way) if "anyOf" in way else [way])]
