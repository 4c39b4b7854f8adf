"""Slips that models make, mended by code before an operation is judged: names, braces, schemas."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from builder.core import output, placeholders
from builder.core.agent import LONGEST_DESCRIPTION
from builder.core.check_schema import schema_problems
from builder.core.draft import PROMPTS, Draft
from builder.core.name import snake
from builder.core.operation import Operation
from builder.interviewers.expert.outputs import is_shortened
from builder.interviewers.offline.reading.names import usable
from builder.interviewers.offline.reading.pasted import looks_like_properties
from builder.interviewers.offline.writing.description import shortened

_MOST_MENDS = 4
_TYPES = ("string", "number", "integer", "boolean", "array", "object")
_SPOKEN_GAP = re.compile(r"(?<!\{)\{([^\W\d_][\w -]{0,40})\}(?!\})")
_DOUBLED_GAP = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")


def mended(operation: Operation, draft: Draft) -> list[Operation]:
    """What the operation was meant to be. A renamed placeholder is renamed in the prompts, too."""
    if operation.field == "placeholders":
        return list(_placeholders(operation, draft))
    mend = _MENDS.get(operation.field)
    if mend is None or operation.action != "set" or not isinstance(operation.value, str):
        return [_output(operation, draft) if operation.field == "schema_definition" else operation]
    return [replace(operation, value=mend(operation.value))]


def _name(text: str) -> str:
    return usable(text.strip()) or text


def _description(text: str) -> str:
    return shortened(" ".join(text.split()), LONGEST_DESCRIPTION)


def _prompt(text: str) -> str:
    """Spoken gaps are placeholders ({Order number} is {order_number}); other single braces are doubled."""
    named = _SPOKEN_GAP.sub(lambda match: f"{{{snake(match[1])}}}" if snake(match[1]) else match[0], text)
    return placeholders.escape_stray(named)


def _user_prompt(text: str) -> str:
    """A prompt without any placeholder whose words stand in doubled braces means placeholders."""
    named = _prompt(text)
    return named if placeholders.used(named) else _DOUBLED_GAP.sub(r"{\1}", named)


_MENDS: Mapping[str, Callable[[str], str]] = {
    "name": _name,
    "description": _description,
    "system_prompt": _prompt,
    "user_prompt": _user_prompt,
    "return_type": lambda text: text.strip().lower(),
}


def _placeholders(operation: Operation, draft: Draft) -> Iterator[Operation]:
    if operation.action == "set" and isinstance(operation.value, Mapping):
        named = {_gap(str(key)): sentence for key, sentence in operation.value.items()}
        yield replace(operation, value={key: text for key, text in named.items() if key})
        return
    old = _gap(operation.key or "")
    if operation.action != "rename":
        yield replace(operation, key=old or None)
        return
    new = _gap(str(operation.value or ""))
    yield replace(operation, key=old or None, value=new)
    for name in PROMPTS if new and old in draft.value("placeholders", {}) else ():
        if old in placeholders.used(draft.text(name)):
            renamed = placeholders.rename(draft.text(name), old, new)
            yield Operation("set", name, renamed, source="user" if draft.source(name) == "user" else "assumed")


def _gap(name: str) -> str:
    """The name of a placeholder, with or without its braces."""
    bare = name.strip(" {}")
    return bare if re.fullmatch(r"[a-z][a-z0-9_]*", bare) else snake(bare)


def _output(operation: Operation, draft: Draft) -> Operation:
    if operation.action == "set" and isinstance(operation.value, Mapping):
        return replace(operation, value=_schema(operation.value))
    if operation.action != "put":
        return operation
    value: Any = {"type": operation.value} if operation.value in _TYPES else operation.value
    known = output.properties(draft.value("schema_definition", {})).get(operation.key or "")
    if isinstance(value, Mapping) and isinstance(known, Mapping) and is_shortened(known):
        value = {**known, **value}
    return replace(operation, value=value)


def _schema(given: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with an object at its root and every repair that leaves no choice."""
    schema = {"type": "object", "properties": dict(given)} if looks_like_properties(given) else dict(given)
    for _ in range(_MOST_MENDS):
        mend = next((found.mend for found in schema_problems(schema) if found.mend), None)
        if mend is None:
            break
        schema = dict(mend.value)
    return schema
