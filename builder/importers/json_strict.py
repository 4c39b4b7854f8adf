"""JSON from elsewhere: strict, but for comments and commas too many, and bounded in everything."""

import json
import re
from typing import Any

from builder.core.check_schema import deeper_than
from builder.importers.refusals import Unreadable

DEEPEST = 100  # levels of lists and objects
MOST_VALUES = 50_000  # in one document
LONGEST_NUMBER = 300  # digits
LONGEST_TEXT = 200_000  # characters of one text

# A text, or what is looked for between texts: each match ends what it began, so that the time is linear.
_COMMENT = re.compile(r'"(?:[^"\\]++|\\[\s\S])*+"?|//[^\n]*+|/\*(?:[\s\S]*?\*/|[\s\S]*)')
_EXTRA_COMMA = re.compile(r'"(?:[^"\\]++|\\[\s\S])*+"?|,(?=\s*+[}\]])')


def read_json(text: str) -> Any:
    """The value. Raises Unreadable; of a text with too many values before any of them is built."""
    if _most_values(text) > MOST_VALUES and _most_values(_COMMENT.sub("", text)) > MOST_VALUES:
        raise Unreadable("too_many_values", most=MOST_VALUES)
    try:
        value = _strict(text)
    except json.JSONDecodeError:
        value = _kindly(text)
    checked(value)
    return value


def _most_values(text: str) -> int:
    """No text holds more values than this: each stands before a comma, or before what closes a list or an object."""
    return 1 + sum(map(text.count, ",]}"))


def _strict(text: str) -> Any:
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant
        )
    except RecursionError:
        raise Unreadable("too_deep", deepest=DEEPEST) from None


def _kindly(text: str) -> Any:
    """Once more with blanks in place of comments and of commas too many: what is left stays where it was."""
    plain = _COMMENT.sub(_blank, text) if "//" in text or "/*" in text else text
    plain = _EXTRA_COMMA.sub(_blank, plain) if re.search(r",\s*+[}\]]", plain) else plain
    try:
        return _strict(plain)
    except json.JSONDecodeError as error:
        raise Unreadable("broken_json", line=error.lineno, column=error.colno) from None


def _blank(match: re.Match[str]) -> str:
    if match[0].startswith('"'):
        return match[0]
    return "\n".join(" " * len(line) for line in match[0].split("\n"))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Unreadable("double_key", key=_double(pairs)[:80])
    return found


def _double(pairs: list[tuple[str, Any]]) -> str:
    seen = set[str]()
    for key, _ in pairs:
        if key in seen:
            return key
        seen.add(key)
    return ""


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise Unreadable("big_number")
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise Unreadable("big_number")
    return value


def _constant(name: str) -> Any:
    raise Unreadable("not_a_number")


def checked(value: Any) -> None:
    """Raises Unreadable for what is too deep, too much or too long. Without recursion."""
    if deeper_than(value, DEEPEST):
        raise Unreadable("too_deep", deepest=DEEPEST)
    waiting, count = [value], 0
    while waiting:
        item = waiting.pop()
        count += 1
        if count > MOST_VALUES:
            raise Unreadable("too_many_values", most=MOST_VALUES)
        if isinstance(item, str):
            _not_too_long(item)
        elif isinstance(item, dict):
            for key in item:
                _not_too_long(key)
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _not_too_long(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise Unreadable("too_long_text", longest=LONGEST_TEXT)
