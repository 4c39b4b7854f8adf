"""An operation as a model words it, as an operation on the draft."""

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any, get_args

from builder.core.check_schema import DEEPEST, deeper_than
from builder.core.draft import FIELDS, LISTS, MAPPINGS, TEXTS
from builder.core.operation import Action, Operation, Source
from builder.core.problem import Problem, problem
from builder.core.readable import readable, readable_value

_ACTIONS: tuple[str, ...] = get_args(Action)
_VALUELESS = ("unset", "drop")
_LONGEST_NAME = 60
_PLAIN_LISTS = ("goals", "conversation_starters", "guardrails")


def worded(raw: Any) -> tuple[Operation, Problem | None]:
    """The operation, and why it cannot be one. Never raises, whatever the model wrote."""
    said: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}
    field, key = _place(_name(said.get("field")), _name(said.get("key")))
    source: Source = "user" if said.get("source") == "user" else "assumed"
    action = said.get("action")
    if action not in _ACTIONS:
        shown = _name(action)[:_LONGEST_NAME] if isinstance(action, str) else "?"
        return Operation("set", field, source=source), problem("bad_operation", field, action=shown, name=field)
    if field not in FIELDS:
        return Operation(action, field, source=source), problem("unknown_field", field, name=field)
    given = said.get("value_json")
    if action not in _VALUELESS and _is_none(given):
        return Operation(action, field, None, key or None, source), problem(
            "bad_operation", field, action=action, name=field
        )
    value = None if action in _VALUELESS else _value(given, field, action)
    if value is None and action == "set":
        return Operation("unset", field, source=source), None
    return Operation(action, field, value, key or None, source), None


def _name(value: Any) -> str:
    return readable(value).strip() if isinstance(value, str) else ""


def _place(field: str, key: str) -> tuple[str, str]:
    """ "placeholders.order" means the key "order" of the placeholders."""
    head, dot, tail = field.partition(".")
    if dot and head in MAPPINGS and not key:
        return head, tail
    return field[:_LONGEST_NAME], key


def _is_none(given: Any) -> bool:
    """Was no value given, or one that cannot be? A model that means "empty" says unset, or null."""
    if isinstance(given, str):
        return not given.strip()
    return given is None or deeper_than(given, DEEPEST) or _is_endless(given)


def _is_endless(given: Any) -> bool:
    """Is there a number in it that is none (1e999, NaN)? No wire and no database takes it. Depth is bounded."""
    if isinstance(given, float):
        return not isfinite(given)
    parts = given.values() if isinstance(given, Mapping) else given if isinstance(given, list) else ()
    return any(map(_is_endless, parts))


def _value(given: Any, field: str, action: str) -> Any:
    """The value that the JSON text stands for. What is no JSON, or no text where one is due, is the text itself."""
    if not isinstance(given, str):
        return readable_value(given)
    written = readable(given)
    found = parsed(written)
    is_text = field in TEXTS or action == "rename" or (field == "placeholders" and action == "put")
    if written.strip() == "null":
        return None
    if found is None or (is_text and not isinstance(found, str)):
        return [written] if field in _PLAIN_LISTS and action == "set" else written
    if field in LISTS and action == "set" and isinstance(found, str):
        return [found]
    return readable_value(found)


def parsed(text: str) -> Any:
    """The JSON value; None when it is no JSON, or JSON that no database takes (NaN, endless numbers, endless depth)."""
    try:
        found = json.loads(text, strict=False, parse_constant=_refused, parse_float=_finite)
    except (ValueError, RecursionError):
        return None
    return None if deeper_than(found, DEEPEST) else found


def _refused(word: str) -> Any:
    raise ValueError(word)


def _finite(text: str) -> float:
    number = float(text)
    return number if isfinite(number) else _refused(text)
