"""What a schema says besides types and structure: values to choose from, and rules that are kept, said in the
description, or dropped, with a note for each."""

from collections.abc import Iterable
from typing import Any

from builder.core.references import Schema
from builder.exporters import telling
from builder.exporters.kinds_of_value import of_type
from builder.exporters.notes import Kind, Note
from builder.exporters.place import Place
from builder.exporters.subset import TOLD, Subset

STRUCTURE = frozenset(
    ("type", "description", "properties", "required", "items", "prefixItems", "additionalProperties", "anyOf", "oneOf")
)


class Wording:
    """For one schema of one platform. `notes` grows; `field` names the schema in them."""

    def __init__(self, subset: Subset, field: str) -> None:
        self.subset, self.field = subset, field
        self.notes: list[Note] = []

    def choices(self, schema: Schema, at: Place) -> Schema:
        """Values to choose from, in the form that the platform takes."""
        schema = dict(schema)
        if "const" in schema and not (self.subset.const and of_type(schema["const"], schema["type"])):
            self.note("rewritten", at, "schema_const")
            schema["enum"] = [schema.pop("const")]
        if "enum" in schema:
            schema["enum"] = [value for value in schema["enum"] if of_type(value, schema["type"])] or schema["enum"]
        if "enum" in schema and not self._takes(schema["enum"], schema["type"]):
            values = schema.pop("enum")
            schema["description"] = telling.with_words(schema.get("description"), self.said("enum", values, at))
        return schema

    def _takes(self, values: list[Any], type_: str) -> bool:
        of_this_type = bool(values) and all(of_type(value, type_) for value in values)
        is_simple = type_ == "string" or not (self.subset.only_text_enums or type_ in ("object", "array", "null"))
        are_few = len(values) <= (self.subset.most_choices or len(values))
        return of_this_type and is_simple and are_few and "enum" in self.subset.keywords

    def words(self, schema: Schema, at: Place) -> Schema:
        """What is neither type nor structure: kept, said in the description, or dropped."""
        kept, said = dict[str, Any](), list[str]()
        for key, value in schema.items():
            if key in self.subset.keywords or key == "const":
                kept |= {} if key in STRUCTURE else {key: value}
            elif key in TOLD:
                said += self.said(key, value, at)
            elif key == "title" and "description" not in schema:
                schema = {**schema, "description": value}
            elif key not in STRUCTURE:
                self.dropped(at, [key])
        description = telling.with_words(schema.get("description"), said)
        return {**({"description": description} if description else {}), **kept}

    def said(self, keyword: str, value: Any, at: Place) -> list[str]:
        sentence = telling.told(keyword, value)
        if sentence:
            self.note("rewritten", at, "schema_in_words", keyword=keyword)
        else:
            self.dropped(at, [keyword])
        return [sentence] if sentence else []

    def as_text(self, code: str, schema: Schema, at: Place) -> Schema:
        self.note("rewritten", at, code)
        about = schema.get("description", schema.get("title"))
        return {"type": "string", "description": telling.with_words(about, ["Written as JSON text."])}

    def without(self, schema: Schema, keys: list[str], at: Place) -> Schema:
        self.dropped(at, keys)
        return {key: value for key, value in schema.items() if key not in keys}

    def dropped(self, at: Place, keywords: Iterable[str]) -> None:
        for keyword in keywords:
            self.note("lost", at, "schema_keyword", keyword=keyword)

    def note(self, kind: Kind, at: Place, code: str, **params: Any) -> None:
        self.notes.append(Note(kind, f"{self.field}.{at.path}" if at.path else self.field, code, params))
