"""The text of an answer on its way: which part of it is the JSON, and whether that is one whole object."""

import re
from collections.abc import Mapping
from json import JSONDecoder
from typing import Any

from builder.core.json_text import DEEPEST, parse
from builder.llm.faults import Fault

LONGEST = 400_000  # characters; nothing that is asked for here is a tenth as long
MOST_BLANK = 1_000  # characters of white space in a row: a model that has lost its way fills its answer with it
_START = re.compile(r'\{(?=\s*(?:"|\}|$))')
_MARK = re.compile(r'["\\{}\[\]]')


class Answer:
    """Collects the pieces. `loose` lets words and a fence around the object pass; else the text is the object."""

    def __init__(self, loose: bool) -> None:
        self._finder = _Finder() if loose else None
        self._parts: list[str] = []
        self._length = self._blank = 0

    def take(self, piece: str) -> str:
        """The part of the piece that belongs to the JSON text."""
        self._length += len(piece)
        self._blank = self._blank + len(piece) if piece.isspace() else 0
        found = self._finder.feed(piece) if self._finder else piece
        self._parts.append(found)
        return found

    @property
    def length(self) -> int:
        """Characters so far, JSON or not."""
        return self._length

    @property
    def heard(self) -> bool:
        """Was there more than white space?"""
        return self._length > self._blank

    @property
    def too_much(self) -> Fault | None:
        """Why there is no sense in listening on."""
        if self._length > LONGEST:
            return Fault("length", f"more than {LONGEST:,} characters")
        if self._blank > MOST_BLANK:
            return Fault("malformed", "nothing but white space")
        return None

    def whole(self) -> Mapping[str, Any] | Fault:
        """The object. JSON by its standard: no NaN, no half characters. Of two equal keys the last counts."""
        text = "".join(self._parts)
        if not text.strip():
            return Fault("malformed", "no JSON") if self.heard else Fault("cut", "nothing was said")
        if isinstance(quick := _quickly_read(text), Mapping):
            return quick
        read = parse(text)
        if read.broken:
            return Fault("malformed", f"{read.flaws[-1].code} in line {read.flaws[-1].line}")
        if not isinstance(read.value, Mapping):
            return Fault("malformed", "not an object")
        return read.value


def _quickly_read(text: str) -> Any:
    """The value of a text that is plainly JSON by its standard; None for what has to be looked at closely."""
    if "\\u" in text or text.count("{") + text.count("[") > DEEPEST:
        return None
    try:
        text.encode()  # half characters
        return _PLAIN.decode(text)
    except ValueError:
        return None


def _refused(text: str) -> Any:
    raise ValueError(text)


_PLAIN = JSONDecoder(parse_constant=_refused, parse_float=_refused)


class _Finder:
    """Passes on the first object of a text that comes in pieces, and nothing around it. Linear."""

    def __init__(self) -> None:
        self._waiting = ""
        self._depth = 0
        self._inside = self._escaped = self._done = False

    def feed(self, piece: str) -> str:
        if self._done:
            return ""
        if self._depth:
            return self._until_end(piece)
        text = self._waiting + piece
        start = _START.search(text)
        if start is None:
            self._waiting = ""
            return ""
        if not text[start.end() :].strip():
            self._waiting = text[start.start() :]
            return ""
        self._waiting = ""
        return self._until_end(text[start.start() :])

    def _until_end(self, text: str) -> str:
        position = 0
        if self._escaped:
            position, self._escaped = 1, False
        while match := _MARK.search(text, position):
            mark, position = match[0], match.end()
            if mark == '"':
                self._inside = not self._inside
            elif mark == "\\":
                self._escaped = self._inside and position == len(text)
                position += self._inside
            elif not self._inside:
                self._depth += 1 if mark in "{[" else -1
                if self._depth == 0:
                    self._done = True
                    return text[:position]
        return text
