"""Which part of the brief does a phrase mean: an output, an allowed value, an input, a rule?"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from builder.core import output
from builder.core.name import snake
from builder.interviewers.offline.brief import Brief
from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.phrases import identifier
from builder.interviewers.offline.reading.text import bare

_STEM = 4  # letters


def find_output(brief: Brief, phrase: str, pack: Pack) -> str | None:
    return _nearest(output.properties(brief.schema), phrase, pack)


def find_input(brief: Brief, phrase: str, pack: Pack) -> str | None:
    return _nearest([entry.name for entry in brief.inputs], phrase, pack)


def find_value(brief: Brief, phrase: str) -> tuple[str, str] | None:
    """Output and allowed value that the phrase names."""
    wanted = bare(phrase).lower()
    for name, schema in output.properties(brief.schema).items():
        for value in values_of(schema):
            if str(value).lower() == wanted:
                return name, str(value)
    return None


def values_of(schema: Any) -> list[Any]:
    """The allowed values of a property, or of the items of a list."""
    if not isinstance(schema, Mapping):
        return []
    if isinstance(schema.get("enum"), list):
        return list(schema["enum"])
    return values_of(schema.get("items")) if isinstance(schema.get("items"), Mapping) else []


def with_values(schema: Mapping[str, Any], values: list[Any]) -> dict[str, Any]:
    """The property with other allowed values, where it has them now."""
    if isinstance(schema.get("items"), Mapping) and "enum" not in schema:
        return {**schema, "items": {**schema["items"], "enum": values}}
    return {**schema, "enum": values}


def _nearest(names: Iterable[str], phrase: str, pack: Pack) -> str | None:
    """The name that shares the most words with the phrase; every word of one must be in the other."""
    wanted = _words(identifier(phrase, pack)) or _words(snake(phrase))
    best: tuple[int, str] | None = None
    for name in names:
        have = _words(name)
        if wanted and have and (_within(have, wanted) or _within(wanted, have)):
            shared = len(have & wanted) * 10 + len(have) - abs(len(have) - len(wanted))
            if best is None or shared > best[0]:
                best = (shared, name)
    return best[1] if best else None


def _within(some: set[str], others: set[str]) -> bool:
    """Is each word one of the others, or a form of it ("Gruppen" of "Gruppe")?"""
    return all(word in others or any(_same_stem(word, other) for other in others) for word in some)


def _same_stem(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    return shorter >= _STEM and abs(len(one) - len(other)) <= 2 and one[:shorter] == other[:shorter]


def _words(name: str) -> set[str]:
    """The words of a name, without the plural's last letter."""
    parts = re.findall(r"[a-z0-9]+", snake(name))
    return {part[:-1] if len(part) > 3 and part.endswith("s") else part for part in parts}
