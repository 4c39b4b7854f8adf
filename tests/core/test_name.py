import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.core.name import SNAKE_NAME, is_agent_name, mend_agent_name, snake


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("Customer Service!", "CustomerService"),
        ("triage", "triage"),
        ("2nd level support", "ndLevelSupport"),
        ("Größe prüfen", "GrossePrufen"),
        ("my-agent", "my-agent"),
        ("日本", ""),
    ],
)
def test_a_name_is_mended_to_the_nearest_allowed_one(typed: str, mended: str) -> None:
    assert mend_agent_name(typed) == mended


@given(st.text(max_size=200))
def test_a_mended_name_is_allowed_or_empty(typed: str) -> None:
    mended = mend_agent_name(typed)
    assert mended == "" or is_agent_name(mended)


@given(st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,40}", fullmatch=True))
def test_an_allowed_name_stays(name: str) -> None:
    assert mend_agent_name(name) == name


@given(st.text(max_size=100))
def test_a_snake_name_is_a_placeholder_name_or_empty(text: str) -> None:
    assert snake(text) == "" or SNAKE_NAME.fullmatch(snake(text))


def test_words_become_snake_case() -> None:
    assert [snake(text) for text in ("Due date", "orderNumber", "E-Mail", "Straße")] == [
        "due_date",
        "order_number",
        "e_mail",
        "strasse",
    ]
