"""Every fault is said in four languages, with what to do."""

import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from builder.llm import words
from builder.llm.faults import Fault, Kind
from builder.llm.words import LANGUAGES, span, told

TABLES = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in Path(words.__file__).parent.glob("*.toml")}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_says_what_happened_and_what_to_do(kind: Kind, language: str) -> None:
    reason, next_step = told(Fault(kind, "their words.", status=400), language, "Gemini", "gemini-9")

    assert "Gemini" in reason
    for sentence in (reason, next_step):
        assert re.search(r"[.!]$", sentence)
        assert "{" not in sentence


def test_all_languages_say_the_same_things_with_the_same_gaps() -> None:
    assert set(TABLES) == set(LANGUAGES)
    gaps = {
        language: {case: re.findall(r"\{\w+\}", " ".join(pair)) for case, pair in table.items()}
        for language, table in TABLES.items()
    }
    assert {case: sorted(found) for case, found in gaps["en"].items()} == {
        case: sorted(found) for case, found in gaps["de"].items()
    }
    assert gaps["en"].keys() == gaps["es"].keys() == gaps["fr"].keys()


def test_a_refused_key_and_a_missing_one_are_told_apart() -> None:
    refused = told(Fault("key", "API key not valid", status=400), "en", "Gemini", "gemini-9")
    missing = told(Fault("key"), "en", "Gemini", "gemini-9")

    assert refused == ("Gemini refused the key.", "Check it in Settings.")
    assert missing == ("There is no key for Gemini yet.", "Enter one in Settings.")


def test_the_model_that_is_not_known_is_named() -> None:
    assert "gemini-9" in told(Fault("model", status=404), "en", "Gemini", "gemini-9")[0]
    assert told(Fault("model"), "en", "Own server", "")[0] == "No model is chosen for Own server yet."


def test_a_wait_that_was_asked_for_is_said() -> None:
    assert told(Fault("busy", wait=42.0), "de", "Gemini", "m")[1] == "Versuche es in 42 s noch einmal."
    assert [span(seconds) for seconds in (0.2, 89, 90, 3600, 7200)] == ["1 s", "89 s", "2 min", "60 min", "2 h"]


def test_a_language_nobody_speaks_here_is_english() -> None:
    assert told(Fault("cut"), "tlh", "Gemini", "m") == told(Fault("cut"), "en-GB", "Gemini", "m")


def test_braces_in_their_words_change_nothing() -> None:
    assert "{provider}" in told(Fault("request", "no {provider} here", status=400), "en", "Gemini", "m")[0]
