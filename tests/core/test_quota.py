"""Tiers, months, and the limits file with everything that may be wrong in it."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from builder.core.errors import Invalid
from builder.core.limits_file import LARGEST, read
from builder.core.quota import KINDS, Limits, Tier, month_end, month_of

ROOT = Path(__file__).resolve().parents[2]
WHOLE = """
default: free
tiers:
  free: {messages: 200, pages: 50, agents: 5, rate: 10/minute}
  team: {messages: unlimited, pages: 0}
owners: {local: team, "7": free}
"""


def test_the_file_says_who_may_use_what_and_what_it_does_not_say_is_unlimited() -> None:
    limits = read(WHOLE, "limits.yaml")
    assert limits.of("local") == Tier("team", None, 0, None, None)
    assert limits.of("7") == limits.of("whoever") == Tier("free", 200, 50, 5, "10/minute")
    assert [limits.of("x").most(kind) for kind in KINDS] == [200, 50, 5]


def test_the_example_that_is_shipped_is_one_and_says_all_there_is() -> None:
    text = (ROOT / "deploy" / "limits.example.yaml").read_text("utf-8")
    limits = read(text, "limits.example.yaml")
    assert isinstance(limits, Limits) and limits.of("somebody").name == "free"
    assert limits.of("somebody") == Tier("free", 200, 50, 5, "10/minute")
    assert limits.of("local") == Tier("team", 20_000, 5_000, None, "120/minute")


@pytest.mark.parametrize(("written", "heard"), [("unlimited", "off"), ("off", "off"), ("5 per second", "5 per second")])
def test_a_rate_may_be_switched_off(written: str, heard: str) -> None:
    assert read(f"default: a\ntiers: {{a: {{rate: {written}}}}}", "x").of("o").rate == heard


@pytest.mark.parametrize(
    ("text", "line", "named"),
    [
        ("default: free\ntiers:\n  free: {mesages: 2}", 3, "mesages"),
        ("default: free\ntiers:\n  free:\n    messages: many", 4, "messages"),
        ("default: free\ntiers:\n  free:\n    agents: -1", 4, "agents"),
        ("default: free\ntiers:\n  free:\n    agents: 1.5", 4, "agents"),
        ("default: free\ntiers:\n  free:\n    agents: 010", 4, "agents"),
        ("default: free\ntiers:\n  free:\n    agents: '5'", 4, "agents"),
        ("default: free\ntiers:\n  free:\n    agents: true", 4, "agents"),
        ("default: free\ntiers:\n  free:\n    agents:", 4, "agents"),
        ("default: free\ntiers:\n  free:\n    agents: [5]", 4, "agents"),
        ("default: free\ntiers:\n  free:\n    pages: 10000000000", 4, "pages"),
        ("default: free\ntiers:\n  free:\n    rate: fast", 4, "rate"),
        ("default: free\ntiers:\n  free:\n    rate: 0/minute", 4, "rate"),
        ("default: free\ntiers:\n  free:\n    pages: 1\n    pages: 2", 5, "pages"),
        ("default: free\ntiers:\n  free: {}\n  free: {}", 4, "free"),
        ("default: free\ndefault: free\ntiers:\n  free: {}", 2, "default"),
        ("default: free\ntiers:\n  free: {}\nowner: {local: free}", 4, "owner"),
        ("default: fre\ntiers:\n  free: {}", 1, "fre"),
        ("default: [free]\ntiers:\n  free: {}", 1, "default"),
        ("default: free\ntiers:\n  free: {}\nowners:\n  local: teem", 5, "teem"),
        ("default: free\ntiers:\n  free: {}\nowners: [local]", 4, "owners"),
        ("default: free\ntiers: {}", 2, "tiers"),
        ("default: free\ntiers: free", 2, "tiers"),
        ("default: free\ntiers:\n  free: 200", 3, "free"),
        ("default: free\ntiers:\n  ? [a]\n  : {}", 3, "tiers"),
        ("default: free\ntiers:\n  '': {}", 3, "tiers"),
        ("default: free\ntiers:\n  free: &a {}\n  team: {<<: *a}", 4, "<<"),
        ("tiers:\n  free: {}", 1, "default"),
        ("default: free", 1, "tiers"),
        ("- default", 1, "file"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_the_next_step(text: str, line: int, named: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(text, "limits.yaml")
    assert refused.value.message.startswith(f"limits.yaml, line {line}: ")
    assert named in refused.value.message and refused.value.advice
    assert refused.value.problems[0].line == line


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing",
        "default: [",
        "a: b: c",
        "default: free\n\ttiers: x",
        "a\0b",
        "[" * 20_000,
        "--- a\n--- b",
        "&a [*a]",
        "!!python/object/apply:os.system [ls]",
        "x" * (LARGEST + 1),
    ],
)
def test_what_is_no_limits_file_at_all_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(Invalid, match=r"limits\.yaml") as refused:
        read(text, "limits.yaml")
    assert refused.value.advice and len(refused.value.message) < 300


@pytest.mark.parametrize(
    ("moment", "month", "end"),
    [
        (datetime(2026, 11, 30, 23, 59, 59, 999_999, UTC), "2026-11", datetime(2026, 12, 1, tzinfo=UTC)),
        (datetime(2026, 12, 1, tzinfo=UTC), "2026-12", datetime(2027, 1, 1, tzinfo=UTC)),
        (
            datetime(2026, 12, 1, 1, tzinfo=timezone(timedelta(hours=2))),
            "2026-11",
            datetime(2026, 12, 1, tzinfo=UTC),
        ),
    ],
)
def test_months_are_those_of_utc(moment: datetime, month: str, end: datetime) -> None:
    assert (month_of(moment), month_end(moment)) == (month, end)
