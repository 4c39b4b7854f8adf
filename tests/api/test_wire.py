"""How events are written: each of them, and what a change is called."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import fields
from datetime import UTC, datetime

import pytest

from builder.api import streams, wire
from builder.core import events
from builder.core.draft import Change, Proposal
from builder.core.errors import StorageFull
from builder.core.operation import Operation
from builder.core.problem import Problem
from builder.core.session import Message
from builder.core.stages import Stage
from builder.core.usage import Usage

OPERATION = Operation("put", "schema_definition", {"type": "string"}, "reply")
PROBLEM = Problem("bad_name", "name", "It cannot be a name.", "Take another.")
EXAMPLES = (
    events.Started("m", "r"),
    events.TextDelta("hi"),
    events.TextTakenBack(),
    events.Proposed(OPERATION),
    events.DraftChanged(Change("name", None, "A")),
    events.ProposalMade(Proposal("tone", "warm", "brief")),
    events.Dropped(OPERATION, PROBLEM),
    events.Suggested(("Yes", "No")),
    events.Remembered({"asked": ["name"]}),
    events.Planned(),
    events.Agreed(False),
    events.ToolCalled("search", {"q": "x"}, "found"),
    events.Retrying(1, 2.5, "busy"),
    events.Used(Usage(120, 20, 3, 40, 0.001, "gemini-3.8-flash")),
    events.Failed("No answer.", "Try again."),
    events.StageChanged(Stage.FINALIZING, 90),
    events.Finished("done", 7),
)


def test_there_is_an_example_of_every_event() -> None:
    assert {example.kind for example in EXAMPLES} == {kind.__name__ for kind in events.Event.__subclasses__()}


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: event.kind)
def test_every_event_is_written_as_one_frame_of_plain_json(event: events.Event) -> None:
    kind, data, end, rest = streams.frame(event).decode().split("\n")
    assert kind == f"event: {event.kind}" and (end, rest) == ("", "")
    written = json.loads(data.removeprefix("data: "))
    assert set(written) == {field.name for field in fields(event)}


def test_a_frame_survives_line_breaks_and_half_characters() -> None:
    frame = streams.frame(events.TextDelta("a\n\nevent: x\r\n\u2028\ud83d"))
    assert frame.count(b"\n\n") == 1 and frame.endswith(b"\n\n")
    assert json.loads(frame.decode().split("data: ", 1)[1])["text"].startswith("a\n\nevent: x")


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (Change("name", None, "A"), "added"),
        (Change("name", "A", "B"), "changed"),
        (Change("name", "A", None), "removed"),
        (Change("placeholders", {"a": "x"}, {"a": "x", "b": "y"}, "b"), "added"),
        (Change("placeholders", {"a": "x"}, None, "a"), "removed"),
        (Change("schema_definition", None, {"type": "object", "properties": {"a": {}}}, "a"), "added"),
        (Change("schema_definition", {"properties": {"a": {}}}, {"properties": {"a": {"x": 1}}}, "a"), "changed"),
        (Change("schema_definition", {"properties": {"a": {}, "b": {}}}, {"properties": {"b": {}}}, "a"), "removed"),
    ],
)
def test_a_change_is_called_by_what_happened_to_the_named_part(change: Change, kind: str) -> None:
    assert wire.kind_of(change) == kind


def test_times_are_written_in_utc_with_z() -> None:
    assert wire.stamp(datetime(2026, 11, 20, 5, 0, 1, 2345, UTC)) == "2026-11-20T05:00:01.002Z"


async def told(*lines: events.Event | float | Exception) -> AsyncIterator[events.Event]:
    for line in lines:
        if isinstance(line, events.Event):
            yield line
        elif isinstance(line, Exception):
            raise line
        else:
            await asyncio.sleep(line)


async def test_what_happens_in_one_moment_leaves_together() -> None:
    words = [events.TextDelta(word) for word in ("a", "b", "c")]
    chunks = [chunk async for chunk in streams.frames(told(*words[:2], 0.02, words[2]))]
    assert [chunk.count(b"event: TextDelta") for chunk in chunks] == [2, 1]


async def test_a_silent_stream_shows_that_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "PULSE_EVERY", 0.01)
    chunks = [chunk async for chunk in streams.frames(told(events.TextDelta("a"), 0.05, events.TextDelta("b")))]
    assert chunks[1] == b": still here\n\n"
    assert (chunks[0], chunks[-1]) == (streams.frame(events.TextDelta("a")), streams.frame(events.TextDelta("b")))


async def test_a_refusal_in_the_middle_ends_the_stream_in_words() -> None:
    chunks = [chunk async for chunk in streams.frames(told(events.TextDelta("a"), StorageFull("The disk is full.")))]
    assert chunks[0] == streams.frame(events.TextDelta("a"))
    assert b"event: Failed" in chunks[1] and b"The disk is full." in chunks[1]


async def test_the_stream_is_let_go_of_when_its_reader_stops() -> None:
    ended = asyncio.Event()

    async def endless() -> AsyncIterator[events.Event]:
        try:
            while True:
                yield events.TextDelta("a")
                await asyncio.sleep(0.001)
        finally:
            ended.set()

    reading = streams.frames(endless())
    await anext(reading)
    assert isinstance(reading, AsyncGenerator)
    await reading.aclose()
    await asyncio.wait_for(ended.wait(), 5)


def test_a_message_says_who_spoke_what_it_took_and_what_was_left_out() -> None:
    used = Usage(120, 20, 3, 40, None, "gemini-3.8-flash")
    moment = datetime(2026, 11, 20, tzinfo=UTC)
    message = Message("m", "model", "Done.", moment, dropped=(PROBLEM,), engine="google", usage=used)
    written = wire.message_json(message)
    assert written["dropped"] == [
        {
            "code": PROBLEM.code,
            "field": "name",
            "params": dict(PROBLEM.params),
            "reason": "It cannot be a name.",
            "next_step": "Take another.",
        }
    ]
    assert written["engine"] == "google"
    assert written["usage"] == {
        "input": 120, "cached": 20, "thinking": 3, "output": 40, "cost": None, "model": "gemini-3.8-flash",
    }  # fmt: skip
