"""A small language for recognising words in speech, so that word lists stay readable in TOML files.

A cue is words in their order. `|` stands between alternatives of one word, `*` for any ending, `..` for up to 60
characters of the same sentence, `^` in front for the beginning. "call it|him", "behav*", "what .. do when".
"""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

NEXT_WORD = r"[^\w.?]+"
LATER_WORD = r"[^.?]{0,60}[^\w.?]"
APOSTROPHES = str.maketrans("’ʼ", "''")


@cache
def words_of(file: str) -> dict[str, Any]:
    """One of the word lists beside this module."""
    return tomllib.loads(Path(__file__).with_name(f"{file}.toml").read_text("utf-8"))


def source(cues: Iterable[str]) -> str:
    """The cues as one regular expression that matches where any of them does."""
    return "(?:" + "|".join(map(_source_of_one, cues)) + ")"


def finder(cues: Iterable[str]) -> re.Pattern[str]:
    return re.compile(source(cues), re.I)


def plain(text: str) -> str:
    """Text as cues expect it: one kind of apostrophe, no marks of emphasis."""
    return re.sub(r"[*#>]", "", text.translate(APOSTROPHES))


def _source_of_one(cue: str) -> str:
    start = r"^\W*" if cue.startswith("^") else r"(?<!\w)"
    made, glue = start, ""
    for word in cue.removeprefix("^").split():
        if word == "..":
            glue = LATER_WORD
            continue
        made += glue + "(?:" + re.escape(word).replace(r"\|", "|").replace(r"\*", r"\w*") + ")"
        glue = NEXT_WORD
    return made + r"(?!\w)"
