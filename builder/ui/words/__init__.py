"""The words of the pages, one file a language, and beside them those of exports and imports.

Keys are the same in all files of a kind; gaps are filled by name.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from builder.core.difference.facts import WORDS as FACTS
from builder.core.difference.facts import Fact, sentence
from builder.core.problem import Problem

LANGUAGES = {"en": "English", "es": "Español", "de": "Deutsch", "fr": "Français"}
DEFAULT = "en"


@dataclass(frozen=True)
class Words:
    """`words("home.title")` is a sentence; gap values must be safe for the element that shows them."""

    language: str
    table: Mapping[str, str]

    def __call__(self, key: str, /, **gaps: object) -> str:
        return self.table[key].format(**gaps)

    def maybe(self, key: str) -> str | None:
        return self(key) if key in self.table else None

    def count(self, key: str, number: int) -> str:
        """The sentence for one or for many, with the gap {n}."""
        return self(f"{key}.{'one' if number == 1 else 'many'}", n=number)

    def ago(self, moment: datetime, now: datetime | None = None) -> str:
        """How long ago that was, roughly."""
        seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
        for name, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
            if seconds >= length:
                return self.count(f"ago.{name}", int(seconds // length))
        return self("ago.now")

    def under(self, prefix: str) -> dict[str, str]:
        """All words below a key, by the rest of their keys, with their gaps still open."""
        start = f"{prefix}."
        return {key.removeprefix(start): text for key, text in self.table.items() if key.startswith(start)}

    def problem(self, problem: Problem) -> tuple[str, str]:
        """Reason and next step in this language; the problem's own words where the pack has none (English)."""
        gaps = dict(problem.params)
        if "wanted" in gaps:
            gaps["wanted"] = self.table.get(f"wanted.{gaps['wanted']}", gaps["wanted"])
        try:
            reason = self.table[f"problem.{problem.code}.reason"].format(**gaps)
            return reason, self.table[f"problem.{problem.code}.step"].format(**gaps)
        except KeyError:
            return problem.reason, problem.next_step

    def fact(self, fact: Fact) -> str:
        """What changed, in this language (English has it from the core)."""
        return sentence(fact.code, fact.params, _facts(self.language))

    def kind_of_value(self, name: str) -> str:
        """A kind as facts name it, such as "list:text"."""
        return sentence("kind", {"kind": name}, {**_facts(self.language), "kind": "{kind}"})

    def field(self, name: str) -> str:
        """The name of a draft field as the form shows it."""
        return self.table.get(f"field.{name}", name.replace("_", " "))


@cache
def words(language: str) -> Words:
    """The pack of a language, or of the nearest one: "de-AT" reads the German pack, an unknown one the English."""
    code = language[:2].lower()
    code = code if code in LANGUAGES else DEFAULT
    return Words(code, {key: text for path in packs(code) for key, text in pack(path).items()})


def packs(code: str) -> list[Path]:
    """The files of a language: that of the pages, and those of the rooms whose words they tell."""
    here = Path(__file__).parent
    return [here / f"{code}.toml", *sorted(here.glob(f"*/{code}.toml"))]


def pack(path: Path) -> dict[str, str]:
    return dict(_flat(tomllib.loads(path.read_text("utf-8"))))


@cache
def _facts(language: str) -> Mapping[str, str]:
    return {**FACTS, **words(language).under("fact")}


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, str(value)
