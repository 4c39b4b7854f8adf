from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from builder.core import placeholders

braced: SearchStrategy[str] = st.text(alphabet="{}ab_ 1A\n", max_size=40)


def test_each_placeholder_is_found_once_in_order() -> None:
    assert placeholders.used("Hi {b_1}, {a} and {b_1}.") == ["b_1", "a"]


def test_doubled_braces_are_literal() -> None:
    assert placeholders.used('{{"a": {value}}}') == ["value"]
    assert placeholders.stray_braces('{{"a": {value}}}') == []


def test_what_is_no_snake_case_name_is_a_stray_brace() -> None:
    assert placeholders.stray_braces("{Name} {}") == [0, 5, 7, 8]


def test_a_filled_prompt_shows_values_and_literal_braces() -> None:
    assert placeholders.fill("{{x}} {a}", {"a": "{1}"}) == "{x} {1}"


@given(braced)
def test_escaped_text_has_neither_placeholders_nor_stray_braces_and_reads_back(text: str) -> None:
    escaped = placeholders.escape(text)
    assert placeholders.used(escaped) == [] and placeholders.stray_braces(escaped) == []
    assert placeholders.fill(escaped, {}) == text


@given(braced)
def test_mending_stray_braces_keeps_the_placeholders(content: str) -> None:
    mended = placeholders.escape_stray(content)
    assert placeholders.stray_braces(mended) == []
    assert placeholders.used(mended) == placeholders.used(content)


@given(braced)
def test_renaming_touches_nothing_else(content: str) -> None:
    renamed = placeholders.rename(content, "a", "zz")
    assert "a" not in placeholders.used(renamed)
    assert renamed.replace("{zz}", "{a}") == content
