"""Reading JSON text as a person edits it: the value, the line of every part, and each error with its line.

One pass, without recursion, linear in the length of the text. A text with errors has no value.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Path = tuple[str | int, ...]
DEEPEST = 200
LONGEST_SHOWN = 40

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORD = re.compile(r"[A-Za-z_]+")
_WORDS = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Flaw:
    """What breaks the text and where; `code` names the sentence in the word packs. Lines count from 1."""

    code: str
    line: int
    column: int
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """`lines` maps the path of each value to its line: the root is ()."""

    value: Any
    lines: Mapping[Path, int]
    flaws: tuple[Flaw, ...] = ()

    @property
    def broken(self) -> bool:
        return any(flaw.code != "json_double_key" for flaw in self.flaws)

    def line_of(self, path: Path) -> int:
        """The line of a path, or of the nearest part above it that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class _Broken(Exception):
    def __init__(self, code: str, at: int, **params: str) -> None:
        super().__init__(code)
        self.code, self.at, self.params = code, at, params


@dataclass(slots=True)
class _Open:
    """An object or list that is being read; `key` is the name or place of its next value."""

    value: dict[str, Any] | list[Any]
    path: Path
    key: str | int


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.line = 1
        self.lines: dict[Path, int] = {}
        self.flaws: list[Flaw] = []
        self.opened: list[_Open] = []
        self.root: Any = None

    def read(self) -> Reading:
        try:
            self._value()
            while self.opened:
                self._next()
            self._space()
            if self.at < len(self.text):
                raise _Broken("json_after_end", self.at)
        except _Broken as broken:
            self.flaws.append(self._flaw(broken.code, broken.at, broken.params))
            return Reading(None, self.lines, tuple(self.flaws))
        return Reading(self.root, self.lines, tuple(self.flaws))

    def _flaw(self, code: str, at: int, params: Mapping[str, str]) -> Flaw:
        line = self._line_at(min(at, len(self.text)))
        return Flaw(code, line, min(at, len(self.text)) - self.starts[line - 1] + 1, params)

    def _line_at(self, position: int) -> int:
        """Lines are asked for in rising order but for errors, so this walks the text once."""
        line = self.line if position >= self.starts[self.line - 1] else 1
        while line < len(self.starts) and self.starts[line] <= position:
            line += 1
        self.line = line
        return line

    def _space(self) -> str:
        """Skips white space; the next character, or "" at the end."""
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.text[self.at : self.at + 1]

    def _value(self) -> None:
        """Reads one value, or opens an object or list."""
        mark = self._space()
        top = self.opened[-1] if self.opened else None
        path = (*top.path, top.key) if top else ()
        self.lines[path] = self._line_at(self.at)
        if mark in ("{", "["):
            self._open({} if mark == "{" else [], path)
        else:
            self._put(self._scalar(mark))

    def _open(self, container: dict[str, Any] | list[Any], path: Path) -> None:
        if len(self.opened) >= DEEPEST:
            raise _Broken("json_too_deep", self.at, deepest=str(DEEPEST))
        self.at += 1
        self._put(container)
        opened = _Open(container, path, 0)
        self.opened.append(opened)
        if self._space() == ("}" if isinstance(container, dict) else "]"):
            self.at += 1
            self.opened.pop()
        else:
            self._member(opened)

    def _member(self, opened: _Open) -> None:
        if isinstance(opened.value, dict):
            opened.key = self._name(opened)
        elif self._space() == "]":
            raise _Broken("json_extra_comma", self.at)
        self._value()

    def _put(self, value: Any) -> None:
        if not self.opened:
            self.root = value
            return
        top = self.opened[-1]
        if isinstance(top.value, list):
            top.value.append(value)
        else:
            top.value[str(top.key)] = value

    def _next(self) -> None:
        """After a value: a comma and the next member, or the end of what is open."""
        opened = self.opened[-1]
        end = "}" if isinstance(opened.value, dict) else "]"
        mark = self._space()
        if mark == end:
            self.at += 1
            self.opened.pop()
        elif mark == ",":
            self.at += 1
            if isinstance(opened.key, int):
                opened.key += 1
            self._member(opened)
        elif mark == "":
            raise _Broken("json_not_closed", self.at, mark=end)
        else:
            raise _Broken("json_no_comma", self._end_of_last(), mark=end)

    def _end_of_last(self) -> int:
        """Just behind the value before a missing comma: there it belongs."""
        return max(0, len(self.text[: self.at].rstrip()) - 1)

    def _name(self, opened: _Open) -> str:
        mark = self._space()
        if mark == "}":
            raise _Broken("json_extra_comma", self.at)
        if mark != '"':
            raise _Broken("json_not_closed" if mark == "" else "json_no_name", self.at, mark="}")
        start = self.at
        name = self._string()
        if name in opened.value:
            self.flaws.append(self._flaw("json_double_key", start, {"key": name[:LONGEST_SHOWN]}))
        if self._space() != ":":
            raise _Broken("json_no_colon", self.at, key=name[:LONGEST_SHOWN])
        self.at += 1
        return name

    def _string(self) -> str:
        match = _STRING.match(self.text, self.at)
        if not match:
            raise _Broken("json_open_text", self.at)
        try:
            found = json.loads(match[0])
        except json.JSONDecodeError as error:
            raise _Broken("json_bad_escape", self.at + error.pos) from None
        if any("\ud800" <= character <= "\udfff" for character in found):
            raise _Broken("json_bad_escape", self.at)
        self.at = match.end()
        return str(found)

    def _scalar(self, mark: str) -> Any:
        if mark == '"':
            return self._string()
        if number := _NUMBER.match(self.text, self.at):
            return self._number(number)
        word = _WORD.match(self.text, self.at)
        if word and word[0] in _WORDS:
            self.at = word.end()
            return _WORDS[word[0]]
        if mark == "":
            raise _Broken("json_no_value", self.at)
        raise (
            _Broken("json_no_value", self.at)
            if not word
            else _Broken("json_bare_word", self.at, word=word[0][:LONGEST_SHOWN])
        )

    def _number(self, match: re.Match[str]) -> int | float:
        """Bounded, because Python refuses integers of more than 4,300 digits and JSON has no infinity."""
        value = float(match[0]) if len(match[0]) > 300 or not match[0].lstrip("-").isdigit() else int(match[0])
        if value in (float("inf"), float("-inf")):
            raise _Broken("json_big_number", self.at)
        self.at = match.end()
        return value


def parse(text: str) -> Reading:
    """The value of a JSON text with the lines of its parts; never raises."""
    if not text.strip():
        return Reading(None, {}, (Flaw("json_empty", 1, 1),))
    return _Reader(text).read()
