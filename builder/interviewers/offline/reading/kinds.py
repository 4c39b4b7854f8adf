"""Which JSON type do these words mean: a date, an amount, a list, yes or no?"""

import re
from typing import Any

from builder.interviewers.offline.pack import Pack

Schema = dict[str, Any]


def kind_of(phrase: str, pack: Pack) -> Schema:
    """The schema that the name of a thing suggests; text when nothing else does."""
    head = phrase.lower().strip()
    if pack.says("string", head) and not pack.says("list", head):
        return {"type": "string"}
    for name, schema in _WHOLE:
        if pack.words(name).fullmatch(head):
            return dict(schema)
    if pack.words("numbered").fullmatch(head) and not pack.words("integer").fullmatch(head):
        return {"type": "string"}
    for name, schema in _ANYWHERE:
        if pack.says(name, head):
            return dict(schema)
    return _by_last_word(head, pack)


_WHOLE = (
    ("datetime", {"type": "string", "format": "date-time"}),
    ("date", {"type": "string", "format": "date"}),
    ("email", {"type": "string", "format": "email"}),
    ("uri", {"type": "string", "format": "uri"}),
)
_ANYWHERE = (("boolean", {"type": "boolean"}), ("integer", {"type": "integer"}), ("number", {"type": "number"}))


def _by_last_word(head: str, pack: Pack) -> Schema:
    """ "top matches" is a list."""
    if pack.words("plural").fullmatch(head):
        return {"type": "array", "items": {"type": "string"}}
    return {"type": "string"}


def kind_of_clause(clause: str, pack: Pack) -> Schema:
    """ "how many people come" is a whole number; what people say or want is text."""
    return {"type": "integer"} if pack.words("integer").match(clause.lower()) else {"type": "string"}


def bounds(text: str, pack: Pack) -> Schema:
    """Limits such as "from 0 to 100" or "at least 1", with the type that they imply."""
    digits = with_digits(text, pack)
    if match := pack.framed("range", digits):
        return _limits(low=match["low"], high=match["high"])
    if match := pack.framed("at_least", digits):
        return _limits(low=match["low"])
    if match := pack.framed("at_most", digits):
        return _limits(high=match["high"])
    return {}


def without_bounds(text: str, pack: Pack) -> str:
    """The phrase without its limits; numbers in words elsewhere stay words."""
    names = ("range", "at_least", "at_most")
    shorter = pack.framed_out(names, text)
    if shorter == text:
        shorter = pack.framed_out(names, with_digits(text, pack))
    return " ".join(shorter.split()).strip(" ,;:")


def with_digits(text: str, pack: Pack) -> str:
    table = pack.table("numbers")
    return re.sub(r"[^\W\d_]+", lambda match: str(table.get(match[0].lower(), match[0])), text)


def _limits(low: str | None = None, high: str | None = None) -> Schema:
    numbers = {key: _number(text) for key, text in (("minimum", low), ("maximum", high)) if text is not None}
    if len(numbers) == 2 and numbers["minimum"] > numbers["maximum"]:
        return {}
    whole = all(isinstance(value, int) for value in numbers.values()) and set(numbers.values()) != {0, 1}
    return {"type": "integer" if whole else "number", **numbers}


def _number(text: str) -> int | float:
    plain = text.replace(",", ".")[:15]
    return float(plain) if "." in plain else int(plain)


def stated_kind(segment: str, pack: Pack) -> Schema:
    """The type that a remark names outright: "whole number", "as text", "yes or no"; {} for anything else."""
    text = pack.rewrite("remark", segment.lower().strip(" ."))
    if pack.words("said_date").fullmatch(text):
        return {"type": "string", "format": "date"}
    return next(({"type": kind} for name, kind in _STATED if pack.words(name).fullmatch(text)), {})


_STATED = (
    ("said_boolean", "boolean"),
    ("said_integer", "integer"),
    ("said_number", "number"),
    ("said_string", "string"),
    ("said_list", "array"),
)
