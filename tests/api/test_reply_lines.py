"""JSON lines of a reply: the first words at once, then not more often than every 50 ms."""

import asyncio
import json
import time
from collections.abc import AsyncIterator

from builder.api.streams import LINE_EVERY, reply_lines
from builder.core.events import Event, Finished, TextDelta, TextTakenBack


async def test_the_first_words_wait_for_nothing() -> None:
    go_on = asyncio.Event()

    async def events() -> AsyncIterator[Event]:
        yield TextDelta("Good.")
        await go_on.wait()
        yield TextDelta(" Who reads it?")

    lines = reply_lines(events(), "Hello", "INITIAL")
    await anext(lines)
    assert json.loads(await anext(lines))["content"] == "Good."  # and no more of the reply is there
    go_on.set()
    rest = [json.loads(line) async for line in lines]
    assert rest[-1]["content"] == "Good. Who reads it?" and rest[-1]["stage"] == "INITIAL"


async def test_many_pieces_make_few_lines() -> None:
    async def events() -> AsyncIterator[Event]:
        for _ in range(100):
            yield TextDelta("word ")
            await asyncio.sleep(0.003)

    began = time.monotonic()
    lines = [line async for line in reply_lines(events(), "Hello", "INITIAL")]
    assert 4 <= len(lines) <= 3 + (time.monotonic() - began) / LINE_EVERY + 1


async def test_what_was_taken_back_is_shown_as_taken_back() -> None:
    go_on = asyncio.Event()

    async def events() -> AsyncIterator[Event]:
        yield TextDelta("Half an ans")
        await go_on.wait()
        yield TextTakenBack()
        await asyncio.sleep(2 * LINE_EVERY)
        yield Finished("failed", 1)

    shown = []
    async for line in reply_lines(events(), "Hello", "INITIAL"):
        shown.append(json.loads(line)["content"])
        if shown[-1].startswith("Half"):
            go_on.set()
    assert shown == ["Hello", "Half an ans", "", ""]
