"""Rules of a JSON Schema said in words, for platforms that know the words only: they stand in the description."""

import json
from collections.abc import Mapping
from typing import Any

_SENTENCES: Mapping[str, str] = {
    "enum": "One of: {}.",
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
_LISTS = ("enum", "examples")
LONGEST_TOLD = 300


def told(keyword: str, value: Any) -> str:
    """One sentence; "" where there is nothing to say, or too much."""
    if keyword == "uniqueItems":
        return "No item twice." if value is True else ""
    if keyword in _LISTS and isinstance(value, list):
        shown = ", ".join(map(_written, value))
    else:
        shown = value if isinstance(value, str) and keyword != "default" else _written(value)
    return _SENTENCES[keyword].format(shown) if shown and len(shown) <= LONGEST_TOLD else ""


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def with_words(description: Any, sentences: list[str]) -> str:
    """The description with sentences behind it; one that it ends with already is not said twice."""
    said = description.strip() if isinstance(description, str) else ""
    sentences = [] if said.endswith(" ".join(sentences)) else sentences
    ended = said if not said or not sentences or said[-1] in ".!?…。:" else f"{said}."
    return " ".join([*([ended] if ended else []), *sentences])
