"""Language packs: everything that depends on the language of the talk, one TOML file each in `packs/`.

    [words]     lists of expression fragments; each list becomes one pattern that matches any of them as whole words
    [frames]    lists of whole expressions with named groups, tried in order
    [rewrites]  lists of [expression, replacement], applied in order
    other tables hold sentences, by dotted name: "ask.name"

`%NAME%` inside an expression stands for the fragment of that name in [macros].
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from re import Match, Pattern
from typing import Any

FALLBACK = "en"
_MACRO = re.compile(r"%([A-Z_]+)%")


@dataclass(frozen=True, eq=False)
class Pack:
    """One language. A name that the file does not have raises KeyError; a test holds all files to the same names."""

    code: str
    tables: Mapping[str, Any]
    _words: dict[str, Pattern[str]] = field(default_factory=dict)
    _frames: dict[str, tuple[Pattern[str], ...]] = field(default_factory=dict)
    _rewrites: dict[str, tuple[tuple[Pattern[str], str], ...]] = field(default_factory=dict)

    def text(self, name: str, /, **values: object) -> str:
        """The sentence of that dotted name, its gaps filled."""
        found = str(self._at(name))
        return found.format(**values) if values else found

    def list(self, name: str) -> tuple[str, ...]:
        return tuple(self._at(name))

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        """A list of lists of two."""
        return tuple((str(first), str(second)) for first, second in self._at(name))

    def table(self, name: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._at(name)
        return found

    def _at(self, name: str) -> Any:
        node: Any = self.tables
        for part in name.split("."):
            node = node[part]
        return node

    def words(self, name: str) -> Pattern[str]:
        """A pattern that finds any entry of [words] NAME as a whole word."""
        if name not in self._words:
            fragments = "|".join(self._expand(entry) for entry in self.list(f"words.{name}"))
            self._words[name] = re.compile(rf"(?<!\w)(?:{fragments})(?!\w)", re.IGNORECASE)
        return self._words[name]

    def says(self, name: str, text: str) -> bool:
        return self.words(name).search(text) is not None

    @cached_property
    def _explained(self) -> tuple[tuple[Pattern[str], str], ...]:
        pairs = self.pairs("explain.words")
        return tuple((re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE), answer) for words, answer in pairs)

    def explained(self, text: str) -> str:
        """The explanation of the first word in the text that the pack explains; "" when there is none."""
        return next((answer for pattern, answer in self._explained if pattern.search(text)), "")

    def is_only(self, name: str, text: str) -> bool:
        """Is the text one entry of [words] NAME, and nothing else but punctuation?"""
        return self.words(name).fullmatch(text.strip(" \t\n.,;:!?¡¿…\"'“”«»")) is not None

    def frames(self, name: str) -> tuple[Pattern[str], ...]:
        if name not in self._frames:
            self._frames[name] = tuple(
                re.compile(self._expand(entry), re.IGNORECASE) for entry in self.list(f"frames.{name}")
            )
        return self._frames[name]

    def framed(self, name: str, text: str) -> Match[str] | None:
        """The first frame of that name that is found in the text."""
        return next(self._matches(name, text), None)

    def _matches(self, name: str, text: str) -> Iterator[Match[str]]:
        for frame in self.frames(name):
            if match := frame.search(text):
                yield match

    def framed_out(self, names: Iterable[str], text: str) -> str:
        """The text without what these frames find in it."""
        for name in names:
            for frame in self.frames(name):
                text = frame.sub(" ", text)
        return text

    def rewrite(self, name: str, text: str) -> str:
        """The text after all replacements of [rewrites] NAME."""
        if name not in self._rewrites:
            self._rewrites[name] = tuple(
                (re.compile(self._expand(old), re.IGNORECASE), new) for old, new in self.pairs(f"rewrites.{name}")
            )
        for pattern, new in self._rewrites[name]:
            text = pattern.sub(new, text)
        return text

    def first_rewrite(self, name: str, text: str) -> str:
        """The text after the first replacement of [rewrites] NAME that fits; unchanged when none does."""
        self.rewrite(name, "")
        for pattern, new in self._rewrites[name]:
            changed, count = pattern.subn(new, text, count=1)
            if count:
                return changed
        return text

    def _expand(self, expression: str) -> str:
        """The expression with its macros written out; macros may hold macros."""
        for _ in range(4):
            if "%" not in expression:
                break
            expression = _MACRO.sub(lambda match: f"(?:{self.tables['macros'][match[1]]})", expression)
        return expression


@cache
def codes() -> tuple[str, ...]:
    """The languages that ship, English first."""
    found = sorted(
        file.name[:-5] for file in files(__package__).joinpath("packs").iterdir() if file.name.endswith(".toml")
    )
    return tuple(sorted(found, key=lambda code: code != FALLBACK))


@cache
def _load(code: str) -> Pack:
    text = files(__package__).joinpath("packs", f"{code}.toml").read_text("utf-8")
    return Pack(code, tomllib.loads(text))


def warm() -> None:
    """Compiles the expressions of all languages ahead of the first message; to be called once, in a thread."""
    for code in codes():
        pack = _load(code)
        for name in pack.table("words"):
            pack.words(name)
        for name in pack.table("frames"):
            pack.frames(name)
        for name in pack.table("rewrites"):
            pack.rewrite(name, "")
        pack.explained("")


def pack_for(language: str) -> Pack:
    """The pack of a language tag ("de-AT" is German); English when there is none."""
    code = language[:2].lower()
    return _load(code if code in codes() else FALLBACK)
