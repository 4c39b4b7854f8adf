"""No text makes a pattern take more than time in proportion to the text."""

import re
import time
from collections.abc import Iterable

import pytest

from tests.importers.patterns import begun, patterns, repeated

LONG, MIDDLE, SHORT = 100_000, 10_000, 2_000
LONGEST = 0.3  # seconds of this process; a linear pattern needs some thousandths


def seconds(pattern: re.Pattern[str], text: str) -> float:
    began = time.process_time()
    pattern.match(text)
    pattern.fullmatch(text)
    pattern.search(text)
    pattern.sub("", text)
    return time.process_time() - began


def slow(pattern: re.Pattern[str], texts: Iterable[str]) -> list[tuple[str, float]]:
    took = ((text, seconds(pattern, text)) for text in texts)
    return [(text[:12], spent) for text, spent in took if spent > LONGEST][:3]


@pytest.mark.parametrize("pattern", patterns().values(), ids=patterns())
def test_no_text_keeps_a_pattern_busy(pattern: re.Pattern[str]) -> None:
    """Short ones first: what is slow there would take minutes on the long ones."""
    assert slow(pattern, begun(pattern, SHORT)) == []
    assert slow(pattern, repeated(pattern, SHORT)) == []
    assert slow(pattern, begun(pattern, MIDDLE)) == []
    assert slow(pattern, repeated(pattern, LONG)) == []


def test_the_measure_sees_a_pattern_that_is_slow() -> None:
    pattern = re.compile(r"//[^\n]*\s*\{")
    assert slow(pattern, begun(pattern, MIDDLE))


def test_patterns_of_modules_and_of_their_functions_are_found() -> None:
    found = " ".join(patterns())
    for module in ("importers.parsing", "importers.prompts", "importers.prompty_text", "core.placeholders"):
        assert module in found
    assert "importers.archive ~|[A-Za-z]:" in found
