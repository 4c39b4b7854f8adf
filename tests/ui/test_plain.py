"""Text of others is shown as it is; `tests/browser/test_pages_hostile.py` looks at it in a browser."""

import re

from hypothesis import given
from hypothesis import strategies as st

from builder.ui.plain import plain

MEANS_SOMETHING = set("\\`*_{}[]()<>#+-.!|~$:=&\"'^/@")


@given(st.text())
def test_every_sign_that_means_something_is_escaped_and_nothing_else_is_added(text: str) -> None:
    shown = plain(text)
    bare = re.sub(r"\\(.)", r"\1", shown)
    assert {sign for sign in re.sub(r"\\.", "", shown) if sign in MEANS_SOMETHING} == set()
    assert "".join(bare.replace("\u2060", "").split()) == _visible(text)


def _visible(text: str) -> str:
    unseen = [*range(9), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x2060]
    return "".join("".join(sign for sign in text if ord(sign) not in unseen or sign in "\t\n").split())


def test_what_would_still_become_a_link_an_icon_or_an_arrow_is_broken() -> None:
    for text, part in (
        ("https://x.y", "https\u2060"),
        ("www.x.y", "www\u2060"),
        ("me@x.y", "@\u2060"),
        (":material/home:", ":\u2060"),
        (":streamlit:", ":\u2060"),
        ("a -> b", "-\u2060"),
        ("a -- b", "-\u2060"),
    ):
        assert part in plain(text).replace("\\", "")


def test_signs_that_turn_the_direction_of_a_text_are_left_out() -> None:
    assert plain("a\u202eb\u2066c\x00d") == "abcd"


def test_a_long_text_is_cut_before_it_is_escaped() -> None:
    assert plain("*" * 10, 4) == "\\*\\*\\*…"
