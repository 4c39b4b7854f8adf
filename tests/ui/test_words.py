"""The words of the pages in all languages."""

import re
import string
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from builder.core.difference.facts import WORDS as FACTS
from builder.core.draft import FIELDS
from builder.core.json_text import parse
from builder.core.problem import WORDS as PROBLEMS
from builder.core.problem import Problem, problem
from builder.exporters.notes import WORDS as NOTES
from builder.exporters.registry import all_exporters
from builder.importers.refusals import WORDS as REFUSALS
from builder.importers.remarks import WORDS as REMARKS
from builder.ui import errors
from builder.ui.panel.table import KINDS
from builder.ui.words import LANGUAGES, pack, packs, words

OTHERS = [language for language in LANGUAGES if language != "en"]
PARTS = ("reason", "step")
PAGES = Path(__file__).resolve().parents[2]


def _gaps(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


ELSEWHERE = ("problem.", "fact.", "note.", "target.", "remark.", "refusal.")


def _own(language: str) -> dict[str, str]:
    """English takes the words of these from the rooms that say them."""
    return {key: text for key, text in words(language).table.items() if not key.startswith(ELSEWHERE)}


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_words_with_the_same_gaps(language: str) -> None:
    english, other = _own("en"), _own(language)
    assert list(english) == list(other)
    assert {key: _gaps(text) for key, text in english.items()} == {key: _gaps(text) for key, text in other.items()}


@pytest.mark.parametrize("language", OTHERS)
def test_every_problem_is_told_in_every_language_with_its_gaps(language: str) -> None:
    table = words(language).table
    told = {key.split(".")[1] for key in table if key.startswith("problem.")}
    assert told == set(PROBLEMS)
    for code, (reason, step) in PROBLEMS.items():
        assert _gaps(table[f"problem.{code}.reason"]) == _gaps(reason)
        assert _gaps(table[f"problem.{code}.step"]) == _gaps(step)


@pytest.mark.parametrize("language", OTHERS)
def test_every_fact_of_a_difference_is_told_in_every_language_with_its_gaps(language: str) -> None:
    table = words(language).under("fact")
    assert {key: _gaps(text) for key, text in table.items()} == {key: _gaps(text) for key, text in FACTS.items()}


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize(("prefix", "english"), [("note", NOTES), ("remark", REMARKS)])
def test_every_note_and_remark_is_told_in_every_language_with_its_gaps(
    language: str, prefix: str, english: dict[str, str]
) -> None:
    table = words(language).under(prefix)
    assert {key: _gaps(text) for key, text in table.items()} == {key: _gaps(text) for key, text in english.items()}


@pytest.mark.parametrize("language", OTHERS)
def test_every_refusal_of_a_file_is_told_in_every_language_with_its_gaps(language: str) -> None:
    table = words(language).under("refusal")
    told = {f"{code}.{part}": text for code, both in REFUSALS.items() for part, text in zip(PARTS, both, strict=True)}
    assert {key: _gaps(text) for key, text in table.items()} == {key: _gaps(text) for key, text in told.items()}


@pytest.mark.parametrize("language", OTHERS)
def test_every_target_says_in_every_language_what_it_is_for_and_where_its_files_go(language: str) -> None:
    told = {f"{target.name}.{part}" for target in all_exporters() for part in ("purpose", "place")}
    assert set(words(language).under("target")) == told


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_typed_or_named_in_a_place_is_the_same_in_every_language(language: str) -> None:
    """Commands, files and names of code stand between backticks, and each that English names is there."""
    for target in all_exporters():
        told = words(language)(f"target.{target.name}.place")
        for code in re.findall(r"`([^`]+)`", target.place):
            assert code in told, target.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_stands_in_two_files(language: str) -> None:
    keys = [key for path in packs(language) for key in pack(path)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_empty_or_unfinished(language: str) -> None:
    for key, text in words(language).table.items():
        assert text.strip() == text != "", key
        assert "TODO" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_fields_kinds_flaws_and_errors_all_have_words(language: str) -> None:
    table = words(language).table
    assert {f"field.{name}" for name in FIELDS} <= set(table)
    assert {f"kind.{kind}" for kind in KINDS} <= set(table)
    for _, name in errors.WORDS_FOR:
        assert f"error.{name}.title" in table and f"error.{name}.advice" in table
    for text in (
        "",
        "{}x",
        "{,}",
        "[1,]",
        "{",
        "[1 2]",
        "{a}",
        '{"a"}',
        '"',
        '"\\x"',
        "[",
        "x",
        "1e999",
        '{"a":1,"a":1}',
    ):
        assert f"json.flaw.{parse(text).flaws[0].code}" in table


def test_every_word_that_the_code_names_is_there_and_none_is_left_over() -> None:
    files = [*PAGES.glob("*.py"), *PAGES.glob("pages/*.py"), *PAGES.glob("builder/ui/**/*.py")]
    code = "\n".join(file.read_text("utf-8") for file in files if "chat" not in file.parts)
    table = words("en").table
    named = set(re.findall(r'(?:say|words|count|maybe)\(\s*"([a-z_.]+)"', code))
    for key in named:
        assert key in table or f"{key}.one" in table, key
    literal = set(re.findall(r'"([a-z_]+(?:\.[a-z_]+)*)"', code)) | set(re.findall(r"'([a-z_.]+)'", code))
    made = (
        "field.",
        "help.",
        "hint.",
        "kind.",
        "kind_of.",
        "option.",
        "json.flaw.",
        "diagram.legend.",
        "error.",
        "ago.",
        "table.",
    )
    made += ("standing.", "wanted.", "gallery.", "home.", "menu.", "side.", "view.", "template.", "undo.", "redo.")
    made += ("fact.", "history.unknown", "history.deleted.", "history.fits", "history.listed", "history.may_not")
    made += ("settings.provider.", "settings.thinking.", "settings.check.step.", "settings.refused.")
    made += ("shelf.", "part.", "setting.", "type.", "notes.", "connect.way.", "import.standing.", "import.done.")
    made += ("export.lost", "export.other", "export.kept", "import.version", "import.copy", "import.skip")
    made += ("import.files", "import.paste", "import.address")
    for key in _own("en"):
        stem = key.removesuffix(".one").removesuffix(".many")
        assert stem in literal or key.startswith(made) or key.endswith(".tab"), key


def test_a_near_language_reads_the_pack_and_an_unknown_one_the_english() -> None:
    assert words("de-AT").language == "de"
    assert words("xx").language == "en"


def test_a_problem_is_told_in_the_persons_language_and_an_unknown_one_in_its_own_words() -> None:
    assert words("de").problem(problem("missing_name", "name"))[0] == "Der Agent hat noch keinen Namen."
    assert words("en").problem(problem("missing_name", "name"))[0] == "The agent has no name yet."
    assert words("de").problem(Problem("new_code", "", "Reason.", "Step.")) == ("Reason.", "Step.")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(5, "just now"), (61, "a minute ago"), (7_300, "2 hours ago"), (90_000, "yesterday"), (200_000, "2 days ago")],
)
def test_how_long_ago_is_told_roughly(seconds: int, said: str) -> None:
    now = datetime(2026, 1, 10, tzinfo=UTC)
    assert words("en").ago(now - timedelta(seconds=seconds), now) == said
