"""The words of the terminal, one file a language; names of fields are those of the pages."""

import os
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from builder.ui.words import DEFAULT, LANGUAGES, Words
from builder.ui.words import words as of_the_pages

_NAMED_BY = ("LC_ALL", "LC_MESSAGES", "LANG")


@cache
def words(language: str) -> Words:
    """The pack of a language, or of the nearest one, with the names of the fields."""
    code = language[:2].lower()
    code = code if code in LANGUAGES else DEFAULT
    path = Path(__file__).with_name(f"{code}.toml")
    fields = {f"field.{name}": said for name, said in of_the_pages(code).under("field").items()}
    return Words(code, {**fields, **tomllib.loads(path.read_text("utf-8"))})


def spoken_here(environment: Mapping[str, str] = os.environ) -> str:
    """The language that the environment names, English for those that we have no words in."""
    named = next((environment[name] for name in _NAMED_BY if environment.get(name)), "")
    return named[:2].lower() if named[:2].lower() in LANGUAGES else DEFAULT
