"""Pieces of an answer that came together are passed on as one: who is behind is spared the way for each of them."""

import asyncio
import json
import re
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

from openai import AsyncStream
from openai._streaming import ServerSentEvent
from openai.types.chat import ChatCompletionChunk

_MARK = re.compile(r"[<>]")


class Together(AsyncStream[ChatCompletionChunk]):
    """The library's stream; its events are read ahead by a task that ends with it."""

    async def _iter_events(self) -> AsyncIterator[ServerSentEvent]:
        waiting: deque[ServerSentEvent] = deque()
        fresh = asyncio.Event()
        reading = asyncio.create_task(self._read(waiting, fresh))
        reading.add_done_callback(lambda _: fresh.set())
        try:
            while True:
                await fresh.wait()
                fresh.clear()
                over = reading.done()
                while waiting:
                    yield following(waiting)
                if over:
                    reading.result()
                    return
        finally:
            reading.cancel()
            await asyncio.wait([reading])

    async def _read(self, waiting: deque[ServerSentEvent], fresh: asyncio.Event) -> None:
        async for event in super()._iter_events():
            waiting.append(event)
            fresh.set()
            if event.data.startswith("[DONE]"):  # what comes behind it is the library's to read
                return


class _Read(ServerSentEvent):
    """An event whose JSON is known."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self._value = value

    def json(self) -> Any:
        return self._value


def following(waiting: deque[ServerSentEvent]) -> ServerSentEvent:
    """The first event, with the words of those behind it that bring nothing else."""
    event = waiting.popleft()
    found = _value(event)
    delta = _words(found)
    if delta is None:
        return event if found is None else _Read(found)
    said = [delta["content"]]
    while waiting and (more := _words(_value(waiting[0]))) is not None:
        waiting.popleft()
        said.append(more["content"])
    delta["content"] = "".join(said)
    return _Read(found)


def _value(event: ServerSentEvent) -> Any:
    """The JSON of an ordinary event; None for what the library knows better what to do with."""
    if event.event or event.data.startswith("[DONE]"):
        return None
    try:
        return json.loads(event.data)
    except ValueError:
        return None


def _words(found: Any) -> dict[str, Any] | None:
    """The delta of a piece that brings words and nothing else. Marks such as <think> count only in a piece of their
    own, and blanks before the first word are told from it."""
    if not isinstance(found, dict) or found.get("usage") or found.get("error"):
        return None
    match found.get("choices"):
        case [{"index": 0, "delta": {"content": str(text), **more} as delta, **rest}]:
            plain = not (more.keys() - {"role"}) and not any(rest.values())
            return delta if plain and text.strip() and not _MARK.search(text) else None
    return None
