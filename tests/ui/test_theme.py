"""The theme in both looks: letters can be read (WCAG AA), and it names nothing that lies elsewhere."""

import tomllib
from pathlib import Path

import pytest

from builder.ui.style import CODE

THEME = tomllib.loads((Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
LETTERS, PARTS = 4.5, 3.0
COLOURS = ("red", "orange", "yellow", "green", "blue", "violet", "gray")
FADED = 0.6  # captions are drawn with this share of the text's colour


def _light(colour: tuple[float, float, float]) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _colour(written: str) -> tuple[float, float, float]:
    red, green, blue = (int(written[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _mixed(front: str, back: str, share: float) -> str:
    parts = [f * share + b * (1 - share) for f, b in zip(_colour(front), _colour(back), strict=True)]
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def contrast(one: str, other: str) -> float:
    low, high = sorted((_light(_colour(one)), _light(_colour(other))))
    return (high + 0.05) / (low + 0.05)


@pytest.fixture(params=["light", "dark"])
def look(request: pytest.FixtureRequest) -> dict[str, str]:
    return dict(THEME[request.param])


def test_text_and_links_can_be_read_on_every_ground(look: dict[str, str]) -> None:
    for ground in ("backgroundColor", "secondaryBackgroundColor", "codeBackgroundColor"):
        for letters in ("textColor", "linkColor", "codeTextColor"):
            assert contrast(look[letters], look[ground]) >= LETTERS, (letters, ground)


def test_every_part_of_code_can_be_read_on_its_ground(look: dict[str, str]) -> None:
    for colour in CODE:
        assert contrast(look[f"{colour}TextColor"], look["codeBackgroundColor"]) >= LETTERS, colour


def test_captions_can_be_read_although_they_are_faded(look: dict[str, str]) -> None:
    ground = look["backgroundColor"]
    assert contrast(_mixed(look["textColor"], ground, FADED), ground) >= LETTERS


def test_coloured_words_can_be_read_on_the_page_and_on_their_own_ground(look: dict[str, str]) -> None:
    for colour in COLOURS:
        letters = look[f"{colour}TextColor"]
        assert contrast(letters, look["backgroundColor"]) >= LETTERS, colour
        assert contrast(letters, look[f"{colour}BackgroundColor"]) >= LETTERS, colour
        assert contrast(look["textColor"], look[f"{colour}BackgroundColor"]) >= LETTERS, colour


def test_a_main_button_can_be_read_and_seen(look: dict[str, str]) -> None:
    assert contrast("#ffffff", look["primaryColor"]) >= LETTERS
    assert contrast(look["primaryColor"], look["backgroundColor"]) >= PARTS


def test_both_looks_set_the_same_colours_and_nothing_comes_from_elsewhere() -> None:
    assert set(THEME["light"]) == set(THEME["dark"])
    assert "http" not in str(THEME)
