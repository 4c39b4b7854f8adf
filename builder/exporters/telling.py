"""Rules of a JSON Schema said in words, for platforms that know the words only: they stand in the description."""

import json
from collections.abc import Mapping
from typing import Any

_SENTENCES: Mapping[str, str] = {
    "minimum": "At least {}.",
    "maximum": "At most {}.",
    "exclusiveMinimum": "More than {}.",
    "exclusiveMaximum": "Less than {}.",
    "multipleOf": "A multiple of {}.",
    "minLength": "At least {} characters.",
    "maxLength": "At most {} characters.",
    "pattern": "Matches the pattern {}.",
    "format": "Format: {}.",
    "minItems": "At least {} items.",
    "maxItems": "At most {} items.",
    "minProperties": "At least {} entries.",
    "maxProperties": "At most {} entries.",
    "default": "Usually {}.",
    "examples": "For example {}.",
}
LONGEST_TOLD = 300


def written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def told(keyword: str, value: Any) -> str:
    """One sentence; "" where there is nothing to say."""
    if keyword == "uniqueItems":
        return "No item twice." if value is True else ""
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if keyword == "examples" and isinstance(value, list):
        shown = ", ".join(json.dumps(item, ensure_ascii=False) for item in value)
    return _SENTENCES[keyword].format(shown) if shown and len(shown) <= LONGEST_TOLD else ""


def with_words(description: Any, sentences: list[str]) -> str:
    said = description.strip() if isinstance(description, str) else ""
    ended = said if not said or not sentences or said[-1] in ".!?…。:" else f"{said}."
    return " ".join([*([ended] if ended else []), *sentences])
