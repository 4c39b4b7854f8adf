"""Reading an answer while it streams: the same for every cut, whatever the model writes."""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.interviewers.expert.answer import Answer
from builder.interviewers.expert.reading import Part, Reader, Taps, Understood, Void, Wanted, Words
from tests.interviewers.model_led.talking import answer, step

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = ("reply", "suggestions", "heard", "operations", "topic", "note")
LIKELY = st.fixed_dictionaries(
    {},
    optional={
        "reply": st.text(),
        "suggestions": st.lists(st.text(max_size=20) | JSON, max_size=5),
        "heard": st.sampled_from(["told", "question", "agree", "nonsense"]),
        "operations": st.lists(st.dictionaries(st.sampled_from(["action", "field", "value_json"]), JSON), max_size=4),
        "topic": st.text(max_size=10) | JSON,
        "note": st.text(max_size=10),
    },
)
ANY = st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), JSON, max_size=8) | LIKELY


def read(text: str, cuts: list[int], whole: dict[str, Any]) -> list[Part]:
    reader, parts = Reader(), []
    places = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    for start, end in pairwise(places):
        parts += reader.feed(text[start:end])
    return [*parts, *reader.end(Answer.of(whole))]


def result(parts: list[Part]) -> tuple[str, tuple[str, ...], str]:
    """What is left of the parts: the words, the taps, the operations."""
    last = max((place for place, part in enumerate(parts) if isinstance(part, Void)), default=-1)
    left = parts[last + 1 :]
    taps = [part.replies for part in left if isinstance(part, Taps)]
    words = "".join(part.text for part in left if isinstance(part, Words))
    return words, taps[-1] if taps else (), repr([part.raw for part in left if isinstance(part, Wanted)])


@given(whole=ANY, cuts=st.lists(st.integers(0, 10_000), max_size=30), ascii_only=st.booleans(), order=st.randoms())
@settings(max_examples=250, deadline=None)
def test_every_cut_gives_what_the_whole_answer_says(
    whole: dict[str, Any], cuts: list[int], ascii_only: bool, order: Any
) -> None:
    items = list(whole.items())
    order.shuffle(items)
    text = json.dumps(dict(items), ensure_ascii=ascii_only)
    expected = Answer.of(whole)
    wanted = (expected.reply, expected.suggestions, repr(list(expected.operations)))
    assert result(read(text, cuts, whole)) == wanted
    assert result(read(text, list(range(len(text))), whole)) == wanted


@given(cuts=st.lists(st.integers(0, 10_000), max_size=40))
@settings(deadline=None)
def test_a_well_made_answer_is_never_taken_back(cuts: list[int]) -> None:
    whole = answer('Grüße 😀 "quoted" \\ \n end', step("set", "name", "A}]}"), step("put", "memory", {"a": {"b": "{"}}))
    for text in (json.dumps(whole), json.dumps(whole, ensure_ascii=False, indent=2)):
        parts = read(text, cuts, whole)
        assert not any(isinstance(part, Void) for part in parts)


@given(st.lists(st.text(), max_size=6))
def test_text_that_is_no_json_gives_nothing_and_raises_nothing(pieces: list[str]) -> None:
    reader = Reader()
    parts = [part for piece in pieces for part in reader.feed(f"no {piece}".replace("{", "("))]
    assert parts == []
    assert result(list(reader.end(Answer(reply="Hello"))))[0] == "Hello"


def test_words_come_before_the_sentence_is_complete() -> None:
    reader = Reader()
    assert list(reader.feed('{"reply": "Hel')) == [Words("Hel")]
    assert list(reader.feed("lo")) == [Words("lo")]


def test_half_of_a_character_waits_for_its_other_half() -> None:
    reader = Reader()
    assert list(reader.feed('{"reply": "a\\ud83d')) == [Words("a")]
    assert list(reader.feed("\\ude0")) == []
    assert list(reader.feed("0b")) == [Words("😀b")]


def test_an_operation_is_given_when_its_brace_closes_and_not_before() -> None:
    one = json.dumps(step("set", "name", "Desk {a} }"))
    reader = Reader()
    begun = '{"reply": "", "suggestions": [], "heard": "told", "operations": [' + one[:-1]
    assert list(reader.feed(begun)) == [Understood("told")]
    assert list(reader.feed("}")) == [Wanted(json.loads(one))]
    assert list(reader.feed(f", {one}, {one[:-4]}")) == [Wanted(json.loads(one))]


def test_what_was_heard_is_given_once_and_before_any_operation() -> None:
    whole = answer("Hi", step("set", "name", "A"), heard="told")
    parts = read(json.dumps(whole), list(range(400)), whole)
    assert [type(part) for part in parts if not isinstance(part, Words)] == [Understood, Wanted]
    late = {"operations": [step("set", "name", "A")], "reply": "Hi"}
    parts = read(json.dumps(late), list(range(200)), late)
    assert [type(part) for part in parts if not isinstance(part, Words)] == [Understood, Wanted]


def test_what_was_heard_otherwise_in_the_end_is_void() -> None:
    text = '{"reply": "Hi", "heard": "told", "note": "", "heard": "question"}'
    parts = read(text, [text.index(', "heard": "question"')], {"reply": "Hi", "heard": "question", "note": ""})
    assert [part.heard for part in parts if isinstance(part, Understood)] == ["told", "question"]
    assert Void() in parts


def test_no_operation_is_given_while_it_is_open_what_was_heard() -> None:
    whole = {"operations": [step("set", "name", "A")], "reply": "Hi", "heard": "question"}
    parts = read(json.dumps(whole), list(range(200)), whole)
    assert not any(isinstance(part, Wanted) for part in parts)


def test_of_two_equal_keys_the_last_counts() -> None:
    parts = read('{"reply": "first", "reply": "second"}', [20], {"reply": "second"})
    assert result(parts)[0] == "second" and Void() in parts


@pytest.mark.parametrize("hostile", ["[" * 100_000, '{"reply": ' + "[" * 100_000, '{"operations": [' + "{}," * 50_000])
def test_depth_and_number_are_bounded(hostile: str) -> None:
    reader = Reader()
    for start in range(0, len(hostile), 1000):
        list(reader.feed(hostile[start : start + 1000]))


class Counting(Reader):
    """Counts the characters that it looks at."""

    looked_at = 0

    def _look(self, so_far: str) -> Iterator[Part]:
        self.looked_at += len(so_far)
        yield from super()._look(so_far)


def test_the_work_grows_with_the_length_and_not_with_its_square() -> None:
    def work(length: int) -> int:
        text = json.dumps(answer("x" * length, step("set", "name", "A")))
        reader = Counting()
        for place in range(0, len(text), 8):
            list(reader.feed(text[place : place + 8]))
        return reader.looked_at

    assert work(10_000) > 10_000
    assert work(380_000) < 4 * work(95_000)
