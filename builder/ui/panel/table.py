"""Outputs of a structured agent as rows of a table, and an edited table as a schema again.

What a row does not show (and what nobody touched) stays in the schema as it was.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from builder.core import output

Schema = Mapping[str, Any]
TEXT, NUMBER, WHOLE, YES_NO, DATE, TEXTS, CHOICE, OBJECT, OBJECTS, OTHER = KINDS = (
    "text",
    "number",
    "whole",
    "yes_no",
    "date",
    "texts",
    "choice",
    "object",
    "objects",
    "other",
)
NESTED = (OBJECT, OBJECTS, OTHER)
_OPEN_OBJECT: dict[str, Any] = {"type": "object", "properties": {}}
_SKELETON: dict[str, dict[str, Any]] = {
    TEXT: {"type": "string"},
    NUMBER: {"type": "number"},
    WHOLE: {"type": "integer"},
    YES_NO: {"type": "boolean"},
    DATE: {"type": "string", "format": "date"},
    TEXTS: {"type": "array", "items": {"type": "string"}},
    CHOICE: {"type": "string", "enum": []},
    OBJECT: _OPEN_OBJECT,
    OBJECTS: {"type": "array", "items": _OPEN_OBJECT},
    OTHER: {},
}
# What says nothing about the kind, and so outlives a change of it.
_KEPT = ("title", "description", "examples", "deprecated", "readOnly", "writeOnly", "$comment")


@dataclass(frozen=True, slots=True)
class Row:
    """One output. `origin` is the property that it was before the edit, None for a new one."""

    name: str = ""
    kind: str = TEXT
    choices: str = ""
    required: bool = False
    description: str = ""
    minimum: float | None = None
    maximum: float | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a row is not taken over yet; `code` names the sentence in the word packs."""

    code: str
    name: str


def rows(schema: Schema) -> list[Row]:
    """The top-level properties, in their order."""
    needed = output.required(schema)
    return [_row(name, own, name in needed) for name, own in output.properties(schema).items()]


def with_rows(schema: Schema, wanted: Sequence[Row]) -> tuple[dict[str, Any] | None, list[Flaw]]:
    """The schema with its outputs as in the table (None: there are none left), and the rows that must wait.

    A row that must wait leaves the output it came from as it was.
    """
    before = {row.origin or row.name: row for row in map(_known, rows(schema))}
    found: dict[str, Any] = {}
    names: list[str] = []
    flaws: list[Flaw] = []
    wanted = [replace(row, name=row.name.strip()) for row in wanted]
    unchanged = {row.name for row in wanted if row.name == row.origin}
    for row in wanted:
        old = before.get(row.origin or "")
        taken = found.keys() | (unchanged if row.name != row.origin else ())
        flaw = _flaw(row, old, taken)
        if not row.name and not flaw:
            continue  # a line that nobody has begun to fill
        if flaw:
            flaws.append(flaw)
        kept = old if flaw else row
        if kept is not None and kept.name not in found:
            found[kept.name] = _property(kept, old, output.properties(schema).get(kept.origin or "", {}))
            names += [kept.name] if kept.required else []
    if not found:
        return None, flaws
    whole = {"type": "object", **schema, "properties": found, "required": _in_old_order(schema, names, wanted)}
    return (whole if names else {key: value for key, value in whole.items() if key != "required"}), flaws


def _known(row: Row) -> Row:
    return replace(row, origin=row.name)


def _in_old_order(schema: Schema, names: list[str], wanted: Sequence[Row]) -> list[str]:
    """Names required before stay in their order, new ones follow."""
    now = {row.origin: row.name for row in wanted if row.origin}
    old = list(dict.fromkeys(now.get(name, name) for name in output.required(schema)))
    return [name for name in old if name in names] + [name for name in names if name not in old]


def _row(name: str, own: Any, needed: bool) -> Row:
    own = own if isinstance(own, Mapping) else {}
    kind = kind_of(own)
    choices = ", ".join(map(_shown, own.get("enum", []))) if kind == CHOICE else ""
    low, high = (_number(own.get(key)) if kind in (NUMBER, WHOLE) else None for key in ("minimum", "maximum"))
    return Row(name, kind, choices, needed, str(own.get("description") or ""), low, high, name)


def kind_of(own: Schema) -> str:
    """The kind of a property that the table offers, or OTHER."""
    if isinstance(own.get("enum"), list) and own.get("type") in (None, "string", "integer", "number"):
        return CHOICE
    items = own.get("items")
    match own.get("type"):
        case "string":
            return DATE if own.get("format") == "date" else TEXT
        case "number":
            return NUMBER
        case "integer":
            return WHOLE
        case "boolean":
            return YES_NO
        case "object":
            return OBJECT
        case "array" if isinstance(items, Mapping) and items.get("type") == "string" and "enum" not in items:
            return TEXTS
        case "array" if isinstance(items, Mapping) and items.get("type") == "object":
            return OBJECTS
    return OTHER


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _flaw(row: Row, old: Row | None, taken: Collection[str]) -> Flaw | None:
    if not row.name:
        empty = row == replace(Row(), origin=row.origin, required=row.required, kind=row.kind)
        return None if empty and old is None else Flaw("no_name", "")
    if row.name in taken:
        return Flaw("double_name", row.name)
    if row.kind == CHOICE and not split(row.choices):
        return Flaw("no_choices", row.name)
    if row.minimum is not None and row.maximum is not None and row.minimum > row.maximum:
        return Flaw("bad_range", row.name)
    return None


def split(choices: str) -> list[str]:
    """Allowed values as a person writes them: between commas or on lines of their own, each once."""
    return list(dict.fromkeys(piece.strip() for piece in choices.replace("\n", ",").split(",") if piece.strip()))


def _property(row: Row, old: Row | None, own: Any) -> Any:
    """The property's schema with what the row changed."""
    if old is not None and replace(row, name=old.name, required=old.required) == old:
        return own
    found = dict(own) if isinstance(own, Mapping) else {}
    if old is None or row.kind != old.kind:
        found = _SKELETON[row.kind] | {key: found[key] for key in _KEPT if key in found}
    if row.kind == CHOICE and (old is None or row.choices != old.choices or old.kind != CHOICE):
        found["enum"] = _values(row.choices, found.get("enum", []))
    changed: dict[str, Any] = {"description": row.description.strip() or None}
    if row.kind in (NUMBER, WHOLE):
        changed |= {"minimum": _tidy(row.minimum, row.kind), "maximum": _tidy(row.maximum, row.kind)}
    for key, value in changed.items():
        if value is None:
            found.pop(key, None)
        else:
            found[key] = value
    return found


def _values(choices: str, known: list[Any]) -> list[Any]:
    """Values that were no text before (numbers) stay what they were."""
    by_text = {_shown(value): value for value in known}
    return [by_text.get(piece, piece) for piece in split(choices)]


def _tidy(value: float | None, kind: str) -> float | None:
    whole = value is not None and float(value).is_integer()
    return int(value) if whole and value is not None else value
