"""The words of the chat: the same in every language."""

import re

import pytest

from builder.core.draft import FIELDS
from builder.core.problem import WORDS as PROBLEMS
from builder.core.problem import problem
from builder.core.stages import ORDER
from builder.ui.chat import parts
from builder.ui.chat.words import languages, words
from builder.ui.words import words as pages

ENGLISH = words("en")


def gaps(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", sentence))


def test_there_are_four_languages() -> None:
    assert languages() == ("de", "en", "es", "fr")


@pytest.mark.parametrize("language", languages())
def test_every_language_says_everything_with_the_same_gaps(language: str) -> None:
    found = words(language)
    assert set(found) == set(ENGLISH)
    for key, sentence in found.items():
        assert sentence.strip() and gaps(sentence) == gaps(ENGLISH[key]), key


@pytest.mark.parametrize("language", languages())
def test_why_a_change_was_not_taken_over_is_said_as_the_pages_say_it(language: str) -> None:
    for code in PROBLEMS:
        named = gaps("".join(PROBLEMS[code]))
        found = problem(code, "name", **dict.fromkeys(named, "x"))
        said = re.sub(r"\{\w+\}", "x", words(language)[f"problem.{code}"])
        assert said == pages(language).problem(found)[0]


def test_every_stage_and_every_field_has_a_name() -> None:
    assert {f"stage.{stage}" for stage in ORDER} | {f"field.{field}" for field in FIELDS} <= set(ENGLISH)


@pytest.mark.parametrize(("asked", "given"), [("de-AT", "de"), ("ES", "es"), ("nl", "en"), ("", "en")])
def test_the_nearest_language_speaks(asked: str, given: str) -> None:
    assert words(asked) == words(given)


def test_the_chat_asks_only_for_words_that_there_are() -> None:
    scripts = "".join(file.read_text("utf-8") for file in parts.FOLDER.glob("*.js"))
    asked = set(re.findall(r"""\bsay\("([a-z_]+)"\)""", scripts))
    assert len(asked) > 20
    assert asked <= set(ENGLISH)
    assert [key for key in ENGLISH if "." not in key and f'"{key}"' not in scripts] == []
