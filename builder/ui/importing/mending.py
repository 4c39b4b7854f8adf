"""What came, mended step by step: values of a configuration in, values out. Nothing here trusts their shape."""

import json
from collections.abc import Mapping
from typing import Any

from builder.core import placeholders
from builder.core.convert import as_config
from builder.core.draft import Draft
from builder.core.operation import Operation
from builder.ui.panel.adopt import judge

Values = Mapping[str, Any]
PROMPTS = {"system_prompt": "system", "user_prompt": "user"}
# What a person can write in a box; anything else is finished in the interview.
WRITABLE = ("name", "description", "return_type", *PROMPTS, "language")
BELOW = "placeholders."  # their sentences can be written too


def is_writable(field: str) -> bool:
    return field in WRITABLE or (field.startswith(BELOW) and field != BELOW)


def now(values: Values, field: str) -> str:
    """What stands there, as far as it is a text."""
    found = _prompt(values, PROMPTS[field]).get("content") if field in PROMPTS else values.get(field)
    return found if isinstance(found, str) else ""


def mended(values: Values, mend: Operation) -> dict[str, Any]:
    """With the one repair that a problem offers."""
    if mend.action == "unset":
        return {key: value for key, value in values.items() if key != mend.field}
    return written(values, mend.field, mend.value) if mend.action == "set" else dict(values)


def written(values: Values, field: str, value: Any) -> dict[str, Any]:
    """With this value in this field."""
    if field in PROMPTS:
        return {**values, "prompts": _with_text(values, PROMPTS[field], str(value))}
    if field.startswith(BELOW):
        return {**values, "prompts": _with_sentence(values, field.removeprefix(BELOW), str(value))}
    return {**values, field: value}


def as_far_as_it_fits(values: Values) -> dict[str, Any]:
    """What of it an interview can begin with."""
    draft = Draft()
    for operation in judge(json.dumps(values), draft).operations:
        draft = draft.apply(operation).draft
    return as_config(draft)


def _prompts(values: Values) -> list[dict[str, Any]]:
    found = values.get("prompts")
    return [dict(one) for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _prompt(values: Values, kind: str) -> dict[str, Any]:
    return next((one for one in _prompts(values) if one.get("prompt_type") == kind), {})


def _with_text(values: Values, kind: str, text: str) -> list[dict[str, Any]]:
    """Sentences of placeholders that the text does not use any more go with it."""
    one = _prompt(values, kind)
    listed, used = one.get("placeholders"), placeholders.used(text)
    kept = {name: said for name, said in listed.items() if name in used} if isinstance(listed, Mapping) else {}
    now = {"prompt_type": kind, "content": text, "placeholders": kept}
    others = [other for other in _prompts(values) if other.get("prompt_type") != kind]
    return [now, *others] if kind == "system" else [*others, now]


def _with_sentence(values: Values, name: str, sentence: str) -> list[dict[str, Any]]:
    def told(one: dict[str, Any]) -> dict[str, Any]:
        listed, content = one.get("placeholders"), one.get("content")
        if not isinstance(content, str) or name not in placeholders.used(content):
            return one
        return {**one, "placeholders": {**(listed if isinstance(listed, Mapping) else {}), name: sentence}}

    return [told(one) for one in _prompts(values)]
