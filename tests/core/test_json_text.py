"""Reading JSON text as a person edits it."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.core.json_text import DEEPEST, parse

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=30)


@given(VALUES, st.sampled_from([None, 0, 2]))
def test_it_reads_what_json_writes(value: Any, indent: int | None) -> None:
    reading = parse(json.dumps(value, indent=indent))
    assert reading.flaws == ()
    assert reading.value == value


@given(st.text(alphabet='{}[]",:\\ntrue1.e-+ \n') | st.text())
def test_it_accepts_exactly_what_json_accepts(text: str) -> None:
    try:
        json.loads(text, parse_constant=_refuse)
        accepted = True
    except ValueError:
        accepted = False
    reading = parse(text)
    told = {flaw.code for flaw in reading.flaws}
    stricter = told & {"json_double_key", "json_bad_escape", "json_big_number", "json_too_deep"}
    assert (not told) == accepted or stricter


def _refuse(_: str) -> None:
    raise ValueError


@given(VALUES)
def test_every_path_has_the_line_on_which_its_value_begins(value: Any) -> None:
    text = json.dumps(value, indent=1)
    lines = text.split("\n")
    for path, line in parse(text).lines.items():
        assert 1 <= line <= len(lines)
        if path and isinstance(path[-1], str):
            assert json.dumps(path[-1]) in lines[line - 1]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "json_empty", 1),
        (" \n ", "json_empty", 1),
        ('{\n "a": 1\n "b": 2\n}', "json_no_comma", 2),
        ('{\n "a": 1,\n}', "json_extra_comma", 3),
        ("[1,\n]", "json_extra_comma", 2),
        ('{\n "a" 1}', "json_no_colon", 2),
        ('{"a": 1\n', "json_not_closed", 2),
        ('{"a":\n', "json_no_value", 2),
        ("{\n a: 1}", "json_no_name", 2),
        ("{'a': 1}", "json_no_name", 1),
        ('{"a":\n tru}', "json_bare_word", 2),
        ('{"a":\n "b\n}', "json_open_text", 2),
        ('["\\x"]', "json_bad_escape", 1),
        ('["\\ud800"]', "json_bad_escape", 1),
        ("{}\n{}", "json_after_end", 2),
        ('{"a": 1,\n "a": 2}', "json_double_key", 2),
        ("[1e999]", "json_big_number", 1),
        ("[NaN]", "json_bare_word", 1),
    ],
)
def test_a_flaw_is_named_with_its_line(text: str, code: str, line: int) -> None:
    flaw = parse(text).flaws[0]
    assert (flaw.code, flaw.line) == (code, line)


def test_a_doubled_key_is_reported_but_the_text_still_has_a_value() -> None:
    reading = parse('{"a": 1, "a": 2}')
    assert reading.value == {"a": 2}
    assert not reading.broken


def test_a_path_that_is_not_there_has_the_line_of_what_is_around_it() -> None:
    reading = parse('{\n "a": {\n  "b": 1\n }\n}')
    assert reading.line_of(("a", "b")) == 3
    assert reading.line_of(("a", "x", "y")) == 2
    assert reading.line_of(("z",)) == 1


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_a_hostile_depth_is_refused_and_overflows_nothing(opening: str) -> None:
    assert parse(opening * 100_000).flaws[0].code == "json_too_deep"
    assert parse("[" * DEEPEST + "]" * DEEPEST).flaws == ()


@pytest.mark.parametrize(
    "text_of",
    [
        lambda size: "{" * size,
        lambda size: '"' + "\\" * (size + 1),
        lambda size: "9" * size,
        lambda size: " " * size,
        lambda size: "[" + "1,\n" * (size // 3) + "1]",
    ],
    ids=["braces", "backslashes", "digits", "spaces", "lines"],
)
def test_a_text_four_times_as_long_takes_about_four_times_as_long(text_of: Callable[[int], str]) -> None:
    """A quadratic reader would take sixteen times as long; the first milliseconds are noise."""

    def seconds(size: int) -> float:
        text, took = text_of(size), []
        for _ in range(3):
            begin = time.process_time()
            parse(text)
            took.append(time.process_time() - begin)
        return min(took)

    assert seconds(400_000) < 8 * seconds(100_000) + 0.05
