"""The text of an answer, piece by piece: what is passed on, and what is one whole object."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.llm.answer import LONGEST, MOST_BLANK, Answer
from builder.llm.faults import Fault

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-10**6, 10**6) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text(max_size=5), VALUES, max_size=4)


def read(text: str, size: int, loose: bool) -> tuple[str, Mapping[str, object] | Fault]:
    answer = Answer(loose)
    passed = "".join(answer.take(text[start : start + size]) for start in range(0, len(text), size))
    return passed, answer.whole()


@given(OBJECTS, st.integers(1, 9), st.booleans(), st.booleans())
def test_an_object_is_read_however_it_is_cut(value: dict[str, object], size: int, loose: bool, plain: bool) -> None:
    text = json.dumps(value, ensure_ascii=plain, indent=2 if plain else None)
    assert read(text, size, loose) == (text, value)


@given(OBJECTS, st.integers(1, 9))
def test_words_and_a_fence_around_it_are_left_out(value: dict[str, object], size: int) -> None:
    text = json.dumps(value)
    said = f"Dear {{name}}, here it is:\n```json\n{text}\n```\nSo {{that}} is it."
    assert read(said, size, loose=True) == (text, value)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "cut"),
        ("  \n", "cut"),
        ('{"a": 1', "malformed"),
        ('{"a": NaN}', "malformed"),
        ('{"a": -Infinity}', "malformed"),
        ('{"a": 1e999}', "malformed"),
        ('{"a": "\\ud83d"}', "malformed"),
        ('{"a": 1} {"b": 2}', "malformed"),
        ('```json\n{"a": 1}\n```', "malformed"),
        ("[1, 2]", "malformed"),
        ('"text"', "malformed"),
        ("Certainly!", "malformed"),
        ("[" * 100_000, "malformed"),
    ],
)
def test_what_is_not_one_whole_object_is_a_fault(text: str, kind: str) -> None:
    _, found = read(text, 7, loose=False)
    assert isinstance(found, Fault) and found.kind == kind


def test_words_without_an_object_are_no_answer() -> None:
    passed, found = read("I would rather {not} say.", 4, loose=True)
    assert passed == ""
    assert isinstance(found, Fault) and found.kind == "malformed"


def test_too_much_is_noticed_on_the_way() -> None:
    long, blank, fine = Answer(False), Answer(False), Answer(False)
    long.take("x" * (LONGEST + 1))
    for _ in range(MOST_BLANK + 1):
        blank.take(" ")
    fine.take("x" * LONGEST)

    assert long.too_much and long.too_much.kind == "length"
    assert blank.too_much and blank.too_much.kind == "malformed"
    assert fine.too_much is None
