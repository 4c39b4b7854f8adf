"""What people paste: JSON between words, fenced or bare. Found in one pass over the text, whatever it holds."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from builder.core.agent import KEYS
from builder.core.check_schema import DEEPEST, deeper_than
from builder.core.json_text import parse

Kind = Literal["schema", "config", "example", "broken"]
LONGEST_JSON = 200_000
_FENCE = re.compile(r"```[\w-]*[ \t]*\n?([\s\S]*?)```")
_INTERESTING = re.compile(r'["{}\[\]]')
_SCHEMA_KEYS = {"$schema", "properties", "$defs", "items", "required", "additionalProperties"}
_TYPES = ("object", "array", "string", "number", "integer", "boolean", "null")


@dataclass(frozen=True, slots=True)
class Pasted:
    """One piece of JSON and the text without it. `line` and `flaw` say where and how a broken one breaks."""

    kind: Kind
    value: Any
    before: str
    after: str
    line: int = 0
    flaw: str = ""

    @property
    def prose(self) -> str:
        return f"{self.before.strip()}\n{self.after.strip()}".strip()


def find_pasted(text: str) -> Pasted | None:
    """The first piece of JSON (or of what was meant to be JSON) in a message."""
    for fence in _FENCE.finditer(text):
        if fence[1].lstrip()[:1] in ("{", "["):
            return _judged(fence[1].strip(), text[: fence.start()], text[fence.end() :])
    start = _start(text)
    if start is None:
        return None
    end = _end(text, start)
    return _judged(text[start:end].strip(), text[:start], text[end:])


def _start(text: str) -> int | None:
    """Where JSON begins: a brace or bracket followed by what JSON allows there. `{customer_name}` is a placeholder."""
    match = re.search(r'\{\s*(?:"|\}|\'\w|\w+"?\s*:)|\[\s*(?:\{|")', text)
    return match.start() if match else None


def _end(text: str, start: int) -> int:
    """Behind the bracket that closes the first one; the end of the text when none does. Strings are skipped."""
    depth, inside = 0, False
    position = start
    while match := _INTERESTING.search(text, position):
        mark, position = match[0], match.end()
        if mark == '"':
            if not inside or not _escaped(text, match.start()):
                inside = not inside
        elif not inside:
            depth += 1 if mark in "{[" else -1
            if depth == 0:
                return position
    return len(text)


def _escaped(text: str, quote: int) -> bool:
    slashes = 0
    while slashes < 64 and text[quote - slashes - 1 : quote - slashes] == "\\":
        slashes += 1
    return slashes % 2 == 1


def _judged(piece: str, before: str, after: str) -> Pasted:
    if len(piece) > LONGEST_JSON:
        return Pasted("broken", None, before, after, 1, "too_long")
    read = parse(piece)
    if read.flaws and read.broken:
        return Pasted("broken", None, before, after, read.flaws[0].line, read.flaws[0].code)
    if deeper_than(read.value, DEEPEST):
        return Pasted("broken", None, before, after, 1, "json_too_deep")
    return Pasted(_kind(read.value), read.value, before, after)


def _kind(value: Any) -> Kind:
    if not isinstance(value, Mapping):
        return "example"
    if "prompts" in value or len(set(value) & set(KEYS)) >= 3:
        return "config"
    return "schema" if is_schema(value) else "example"


def is_schema(value: Mapping[str, Any]) -> bool:
    """A JSON Schema says so, or has "properties" that are schemas themselves."""
    if "$schema" in value or "$defs" in value:
        return True
    parts = value.get("properties")
    if isinstance(parts, Mapping) and parts and all(isinstance(part, Mapping | bool) for part in parts.values()):
        return value.get("type") in (None, "object") or set(value) <= _SCHEMA_KEYS
    return False


def looks_like_properties(value: Any) -> bool:
    """Properties without the object around them: {"reason": {"type": "string"}}."""
    return (
        isinstance(value, Mapping)
        and bool(value)
        and all(isinstance(part, Mapping) and (part.get("type") in _TYPES or "enum" in part) for part in value.values())
    )


def inferred(example: Any) -> dict[str, Any]:
    """The schema of an example output. A list stands for its items; the root is always an object."""
    schema = _schema_of(example)
    if schema.get("type") == "object" and schema.get("properties"):
        return schema
    return {"type": "object", "properties": {"items" if isinstance(example, list) else "value": schema}}


def _schema_of(value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping):
        parts = {str(key): _schema_of(part) for key, part in value.items()}
        needed = [str(key) for key, part in value.items() if part is not None]
        return {"type": "object", "properties": parts} | ({"required": needed} if needed else {})
    if isinstance(value, list):
        return {"type": "array", "items": _schema_of_items(value)}
    for kind, name in ((bool, "boolean"), (int, "integer"), (float, "number")):
        if isinstance(value, kind):
            return {"type": name}
    return _schema_of_text(value) if isinstance(value, str) else {"type": ["string", "null"]}


def _schema_of_items(items: list[Any]) -> dict[str, Any]:
    """One schema for all items: objects are merged, mixed kinds allow any."""
    found = [_schema_of(item) for item in items[:50]]
    if not found:
        return {"type": "string"}
    if all(schema.get("type") == "object" for schema in found):
        parts = {key: part for schema in found for key, part in schema["properties"].items()}
        needed = [key for key in parts if all(key in schema.get("required", []) for schema in found)]
        return {"type": "object", "properties": parts} | ({"required": needed} if needed else {})
    unique = {json.dumps(schema, sort_keys=True): schema for schema in found}
    return next(iter(unique.values())) if len(unique) == 1 else {}


def _schema_of_text(text: str) -> dict[str, Any]:
    """Dates and addresses are recognised; "low|medium|high" lists the allowed values."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return {"type": "string", "format": "date"}
    if re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?", text):
        return {"type": "string", "format": "date-time"}
    if re.fullmatch(r"[\w.+-]{1,64}@[\w-]{1,64}\.[\w.]{2,30}", text):
        return {"type": "string", "format": "email"}
    values = [value.strip() for value in text.split("|")]
    if len(values) > 1 and all(re.fullmatch(r"[\w -]{1,30}", value) for value in values):
        return {"type": "string", "enum": values}
    return {"type": "string"}
