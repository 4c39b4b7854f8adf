"""Whatever comes: an end at once, a reason, no growth, and nothing opened, sent, written or run.

How many thousandths of a second each takes is told by `make bench-hostile`.
"""

import json
import subprocess
import sys
import tracemalloc
from collections.abc import Mapping
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.core.check import check
from builder.core.convert import to_agent
from builder.exporters.registry import all_exporters
from builder.importers.intake import Intake, Upload, intake
from tests.exporters.configurations import configuration
from tests.importers.hostile import MB, PROGRAM, TRAVERSALS, all_cases, brackets, heavy, packed
from tests.patience import at_once

MOST_GROWTH = 64 * MB


@cache
def cases() -> Mapping[str, tuple[str, bytes, str]]:
    return all_cases()


def read(name: str, content: bytes) -> Intake:
    with at_once():
        return intake([Upload(name, content)])


def growth(name: str, content: bytes) -> int:
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        intake([Upload(name, content)])
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """What is imported at the first use is no growth of an upload."""
    intake([Upload("", b"You are a kind helper of all people."), Upload("a.json", b"{}"), Upload("a.zip", packed({}))])


def test_every_hostile_upload_is_refused_with_a_reason_and_a_next_step() -> None:
    wrong = {}
    for name, (file_name, content, code) in cases().items():
        result = read(file_name, content)
        codes = [refused.code for refused in result.refused]
        if result.items or not codes or (code and code not in codes):
            wrong[name] = codes
        for refused in result.refused:
            assert refused.reason.strip() and refused.next_step.strip()
            json.dumps(refused.to_json()).encode()
    assert wrong == {}


def test_a_megabyte_of_brackets_is_read_at_once() -> None:
    for name, content in brackets():
        read(name, content)


def test_no_hostile_upload_takes_much_memory() -> None:
    grown = {name: growth(file_name, content) for name, (file_name, content, _) in cases().items()}
    assert {name: bytes_ for name, bytes_ in grown.items() if bytes_ > MOST_GROWTH} == {}


def test_what_is_much_but_no_attack_is_read_in_time() -> None:
    for name, (file_name, content) in heavy().items():
        result = read(file_name, content)
        assert result.items or result.refused, name


def test_forty_kinds_of_names_lead_nowhere() -> None:
    assert len(set(TRAVERSALS)) >= 40
    for name in TRAVERSALS:
        result = intake([Upload("a.zip", packed({name: json.dumps(configuration())}))])
        assert result.items == (), repr(name)
        assert {refused.code for refused in result.refused} <= {"leads_out", "odd_name", "reserved_name"}, repr(name)


def test_the_name_of_an_upload_leads_nowhere_either() -> None:
    for name in TRAVERSALS:
        for item in intake([Upload(name, json.dumps(configuration()).encode())]).items:
            assert "/" not in item.path and "\\" not in item.path and ".." not in item.path, repr(name)


def test_nothing_is_opened_sent_or_run() -> None:
    """In a process of its own, which a hook ends at the first such event."""
    command = [sys.executable, "-m", "tests.importers.watched"]
    watched = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert watched.returncode == 0, watched.stderr[-2000:]
    count, grown = map(int, watched.stdout.split())
    assert count > 100
    assert grown < 2 * MOST_GROWTH / MB  # of all of them one after the other


def test_the_watch_sees_a_file_that_is_opened() -> None:
    command = [sys.executable, "-m", "tests.importers.watched", "broken"]
    watched = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert watched.returncode != 0
    assert "open" in watched.stderr


def test_references_to_elsewhere_are_left_open_and_told() -> None:
    for reference in ("http://127.0.0.1:9/a.json", "https://example.com/a", "file:///etc/passwd", "a.json", "//host/a"):
        schema = {"type": "object", "properties": {"a": {"$ref": reference, "description": "Kept."}}}
        tool = {"name": "t", "parameters": {"type": "object", "properties": {"b": {"$ref": reference}}}}
        config = configuration(schema_definition=schema, tools=[tool])
        [item] = intake([Upload("a.json", json.dumps(config).encode())]).items
        assert item.values["schema_definition"]["properties"]["a"] == {"description": "Kept."}
        assert item.values["tools"][0]["parameters"]["properties"]["b"] == {}
        assert [remark.code for remark in item.remarks] == ["reads_elsewhere", "reads_elsewhere"]
        assert item.problems == ()


def test_a_pattern_that_takes_for_ever_stops_no_later_step() -> None:
    slow = "a" * 60 + "!"
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string", "pattern": "^(a+)+$", "default": slow, "enum": [slow]}},
        "patternProperties": {"^(x+x+)+y$": {"type": "string"}},
    }
    [item] = read("a.json", json.dumps(configuration(schema_definition=schema)).encode()).items
    assert check(item.values) == []
    with at_once():
        for exporter in all_exporters():
            exporter.export(to_agent(item.values))


def test_halves_of_signs_and_noughts_are_replaced_and_told() -> None:
    config = json.dumps(configuration(tone="a\ud800b", goals=["x\u0000y"]))
    [item] = intake([Upload("a.json", config.encode())]).items
    assert (item.values["tone"], item.values["goals"]) == ("a\ufffdb", ["xy"])
    assert {remark.code for remark in item.remarks} == {"character_replaced"}
    json.dumps(item.to_json(), ensure_ascii=False).encode()


def test_dates_and_merges_of_yaml_are_read_as_plain_values() -> None:
    text = """
base: &base {tone: Kind, first_message: 2026-11-20}
agent:
  <<: *base
  name: Dated
  description: on
  return_type: unstructured
  prompts:
    - {prompt_type: system, content: Be kind., placeholders: {}}
    - {prompt_type: user, content: "{letter}", placeholders: {letter: The letter.}}
"""
    [item] = intake([Upload("a.yaml", text.encode())]).items
    assert (item.values["tone"], item.values["first_message"]) == ("Kind", "2026-11-20")


def is_sound(result: Intake) -> bool:
    json.dumps([item.to_json() for item in result.items] + [one.to_json() for one in result.refused]).encode()
    assert all(refused.reason and refused.next_step for refused in result.refused)
    return bool(result.items or result.refused)


NAMES = st.sampled_from(["", "a.json", "a.yaml", "a.md", "a.py", "a.txt", "a.zip", "a", "SKILL.md", "a.prompty"])
STARTS = st.sampled_from([b"", b"PK\x03\x04", b"---\n", b"{", b"\xff\xfe", PROGRAM, b"name: ", b"kind: app\n"])


@settings(max_examples=300, deadline=None)
@given(name=NAMES, start=STARTS, content=st.binary(max_size=400))
def test_any_bytes_end_in_a_preview_or_a_reason(name: str, start: bytes, content: bytes) -> None:
    assert is_sound(intake([Upload(name, start + content)]))


@settings(max_examples=200, deadline=None)
@given(name=NAMES, text=st.text(max_size=300))
def test_any_text_ends_in_a_preview_or_a_reason(name: str, text: str) -> None:
    assert is_sound(intake([Upload(name, text.encode("utf-8", "surrogatepass"))]))


@settings(max_examples=100, deadline=None)
@given(place=st.integers(0, 2_000), value=st.binary(min_size=1, max_size=6), cut=st.integers(0, 600))
def test_a_damaged_archive_ends_in_a_preview_or_a_reason(place: int, value: bytes, cut: int) -> None:
    whole = packed({"a.json": json.dumps(configuration()), "b/c.md": "# Text\nBe kind."})
    at = place % len(whole)
    damaged = whole[:at] + value + whole[at + len(value) :]
    assert is_sound(intake([Upload("a.zip", damaged[: len(damaged) - cut // 3])]))
