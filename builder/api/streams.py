"""One stream of events in two dresses: JSON lines with the text so far, and Server-Sent Events."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from fastapi.responses import StreamingResponse

from builder.api import problems, wire
from builder.core import events
from builder.core.errors import BuilderError
from builder.core.problem import Problem

LINE_EVERY = 0.05  # seconds: keeps a stream of whole texts under about ten times the text
PULSE_EVERY = 15.0  # seconds: proxies close a connection on which nothing happens
# Compression would hold lines back; a stream that names an encoding is left alone.
LINES = "application/x-ndjson"
PLAIN = {"Content-Encoding": "identity", "X-Accel-Buffering": "no"}


def json_lines(lines: AsyncIterator[bytes]) -> StreamingResponse:
    return StreamingResponse(lines, media_type=LINES, headers=PLAIN)


def server_sent(frames: AsyncIterator[bytes]) -> StreamingResponse:
    return StreamingResponse(frames, media_type="text/event-stream", headers=PLAIN)


def line(role: str, moment: datetime, content: str, **more: Any) -> bytes:
    whole = {"role": role, "timestamp": wire.stamp(moment), "content": content, **more}
    return _encoded(whole) + b"\n"


class Reply:
    """What is known of a reply while its events come in."""

    def __init__(self) -> None:
        self.text = ""
        self.suggestions: tuple[str, ...] = ()
        self.changed: list[str] = []
        self.stage: str | None = None
        self.problems: list[Problem] = []
        self.stirred = asyncio.Event()  # the text is another one, or all is read

    async def read(self, stream: AsyncIterator[events.Event]) -> None:
        """To the end of the stream; a refusal on the way becomes a problem of the reply."""
        try:
            async for event in stream:
                self.take(event)
        except BuilderError as error:
            self.take(events.Failed(error.message, error.advice))
        finally:
            self.stirred.set()

    def take(self, event: events.Event) -> None:
        match event:
            case events.TextDelta(text):
                self.text += text
                self.stirred.set()
            case events.TextTakenBack():
                self.stirred.set()
                self.text, self.suggestions, self.changed, self.problems = "", (), [], []
            case events.Suggested(replies):
                self.suggestions = replies
            case events.DraftChanged(change):
                self.changed = list(dict.fromkeys([*self.changed, change.field]))
            case events.StageChanged(stage):
                self.stage = stage
            case events.Dropped(_, problem):
                self.problems.append(problem)
            case events.Failed(reason, next_step):
                self.problems.append(Problem("turn_failed", "", reason, next_step))
                self.text = self.text or f"{reason} {next_step}"

    def last_keys(self, stage: str) -> dict[str, Any]:
        return {
            "quick_replies": list(self.suggestions),
            "changed": self.changed,
            "stage": self.stage or stage,
            "problems": [problem.to_json() for problem in self.problems],
        }


async def reply_lines(stream: AsyncIterator[events.Event], said: str, stage: str) -> AsyncIterator[bytes]:
    """The person's line, then the reply's line again and again while it grows; the last one is complete."""
    yield line("user", datetime.now(UTC), said)
    reply, moment, shown = Reply(), datetime.now(UTC), ""
    reading = asyncio.create_task(reply.read(stream))
    try:
        while not reading.done():
            await reply.stirred.wait()
            reply.stirred.clear()
            if not reading.done() and reply.text != shown:
                shown = reply.text
                yield line("model", moment, shown)
                await asyncio.wait({reading}, timeout=LINE_EVERY)
        reading.result()
        yield line("model", moment, reply.text, **reply.last_keys(stage))
    finally:
        await _ended(reading, stream)


async def frames(stream: AsyncIterator[events.Event]) -> AsyncIterator[bytes]:
    """Events as frames as soon as they happen, those of one moment together; a comment when nothing happens."""
    try:
        async for burst in bursts(stream):
            yield b"".join(map(frame, burst)) or b": still here\n\n"
    except BuilderError as error:
        found = problems.of_error(error)
        yield frame(events.Failed(found["detail"], found["next_step"]))


async def bursts(stream: AsyncIterator[events.Event]) -> AsyncIterator[list[events.Event]]:
    """What has happened by now, and then what happens next; nothing when nothing did for a while."""
    coming = asyncio.ensure_future(anext(stream, None))
    try:
        while True:
            await asyncio.wait({coming}, timeout=PULSE_EVERY)
            burst: list[events.Event] = []
            while coming.done() and (event := _result(coming, burst)) is not None:
                burst.append(event)
                coming = asyncio.ensure_future(anext(stream, None))
                await asyncio.sleep(0)  # an event that is there already is here after this
            if burst or not coming.done():
                yield burst
            if coming.done() and _result(coming, []) is None:
                return
    finally:
        await _ended(coming, stream)


def _result(coming: "asyncio.Future[events.Event | None]", before: list[events.Event]) -> events.Event | None:
    """The event, or None at the end. An error waits until what came before it was passed on."""
    return None if before and coming.exception() else coming.result()


def frame(event: events.Event) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (event.kind.encode(), _encoded(wire.to_json(event)))


def _encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


async def chained(first: events.Event, rest: AsyncIterator[events.Event]) -> AsyncIterator[events.Event]:
    """A stream of which the first event was read already."""
    try:
        yield first
        async for event in rest:
            yield event
    finally:
        await _closed(rest)


async def _ended(task: "asyncio.Future[Any]", stream: AsyncIterator[events.Event]) -> None:
    """The reader went away or all is read: let go of the stream, so that the service notices."""
    task.cancel()
    with suppress(asyncio.CancelledError, BuilderError):
        await task
    await _closed(stream)


async def _closed(stream: AsyncIterator[events.Event]) -> None:
    if isinstance(stream, AsyncGenerator):
        await stream.aclose()
