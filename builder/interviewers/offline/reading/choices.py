"""Lists of allowed values: "low, medium or high", "low/medium/high"."""

import re

from builder.interviewers.offline.pack import Pack
from builder.interviewers.offline.reading.text import bare, split_outside

LONGEST_VALUE = 4  # words
MOST_VALUES = 60
_APART = re.compile(r"\s*\|\s*|\s+/\s+")
_SLASHED = re.compile(r"^(?P<head>.*?)\(?(?P<values>[\w'-]+(?: ?/ ?[\w'-]+)+)\)?$")


def choices(text: str, pack: Pack) -> list[str]:
    """The values of "a, b or c"; [] when the text lists none. An "or" makes it a list of values."""
    if apart := _APART.split(text)[:MOST_VALUES] if _APART.search(text) else []:
        values = _cleaned(apart, pack)
        return values if len(values) > 1 else []
    if not pack.words("or").search(text):
        return []
    pieces = split_outside(text, ",")
    last = pieces.pop()
    pieces += re.split(rf"\s*{pack.words('or').pattern}\s*", last, flags=re.IGNORECASE)
    values = _cleaned(pieces, pack)
    return values if len(values) > 1 and not _descriptive(values, pack) else []


def bare_choices(text: str, pack: Pack) -> list[str]:
    """The values of "a, b, c" or "a, b and c" where the place alone says that they are values."""
    if found := slashed(text):
        return found[1]
    pieces = split_outside(text, ",|;")
    if len(pieces) < 2 and not pack.words("and").search(text):
        return []
    last = pieces.pop()
    pieces += re.split(rf"\s*{pack.words('and').pattern}\s*", last, flags=re.IGNORECASE)
    values = _cleaned(pieces, pack)
    return values if len(values) > 1 and not _descriptive(values, pack) and not _has_article(values, pack) else []


def slashed(text: str) -> tuple[str, list[str]] | None:
    """Head and values of "category payment/invoice/other"."""
    match = _SLASHED.match(text)
    if not match:
        return None
    values = [value.strip() for value in match["values"].split("/") if value.strip()]
    return match["head"].strip(" :,("), values


def _cleaned(pieces: list[str], pack: Pack) -> list[str]:
    values = [
        re.sub(rf"^(?:{pack.words('or').pattern}|{pack.words('and').pattern})\s+", "", bare(piece), flags=re.I)
        for piece in pieces
    ]
    return [bare(value) for value in values if bare(value)][:MOST_VALUES]


def _descriptive(values: list[str], pack: Pack) -> bool:
    """ "two or three sentences" and "a short text, or nothing" describe; they are no values."""
    long = any(len(value.split()) > LONGEST_VALUE + (index == 0) * 3 for index, value in enumerate(values))
    return long or any(pack.words("value_stop").search(value) for value in values[1:])


def _has_article(values: list[str], pack: Pack) -> bool:
    """ "the name, the date" lists things; "today, this week, later" lists values. """
    return 2 * sum(bool(pack.words("article").match(value)) and " " in value for value in values) >= len(values)
