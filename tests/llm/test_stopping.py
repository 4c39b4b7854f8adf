"""Stopping ends the request at once, however the listening ends; and hundreds may listen at the same time."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from builder.llm.ask import Text, ask
from builder.llm.base import Connection
from builder.llm.google import GoogleConnection
from builder.llm.lean.transport import Direct
from tests.llm.asking import HELLO, QUESTION, QUICK, SAID, heard
from tests.models import faults
from tests.models.gemini import Gemini
from tests.models.script import Answer, failing

LONG = Answer(json={"reply": "long " * 2_000}, pieces=8, pause=0.02)
SOON = 0.2


async def until(ready: Callable[[], object]) -> None:
    """Waits until it is so; fails after ten seconds."""
    async with asyncio.timeout(10.0):
        while not ready():
            await asyncio.sleep(0.005)


def open_streams(connection: Connection) -> int:
    assert isinstance(connection, GoogleConnection)
    transport = connection._http._transport
    assert isinstance(transport, Direct)
    return transport.busy


async def test_a_cancelled_reader_ends_the_request(connection: Connection, fake_gemini: Gemini) -> None:
    took = []
    for _ in range(5):
        fake_gemini.play([LONG])
        reading = asyncio.create_task(heard(connection))
        await until(lambda: fake_gemini.calls and fake_gemini.calls[0].first_text_at)
        reading.cancel()
        stopped = time.monotonic()
        with pytest.raises(asyncio.CancelledError):
            await reading
        await until(lambda: fake_gemini.calls[0].aborted_at)
        took.append((fake_gemini.calls[0].aborted_at or 0) - stopped)

    assert min(took) < SOON
    assert open_streams(connection) == 0


@pytest.mark.parametrize("silence", [faults.NO_ANSWER, faults.SILENT_HEAD, faults.silent()], ids=str)
async def test_a_cancelled_reader_ends_a_silent_request(
    silence: faults.Fault, connection: Connection, fake_gemini: Gemini
) -> None:
    fake_gemini.play(failing(silence, then=HELLO))
    reading = asyncio.create_task(heard(connection))
    await until(lambda: fake_gemini.calls)
    await asyncio.sleep(0.05)

    reading.cancel()
    await asyncio.wait({reading})

    await until(lambda: fake_gemini.calls[0].aborted_at)


async def test_a_closed_generator_ends_the_request(connection: Connection, fake_gemini: Gemini) -> None:
    fake_gemini.play([LONG])
    pieces = ask(connection, QUESTION, QUICK)
    assert isinstance(await anext(pieces), Text)

    async with asyncio.timeout(5.0):
        await pieces.aclose()

    assert open_streams(connection) == 0
    await until(lambda: fake_gemini.calls[0].aborted_at)


async def test_a_reader_that_just_leaves_ends_the_request(connection: Connection, fake_gemini: Gemini) -> None:
    fake_gemini.play([LONG])
    async for _ in ask(connection, QUESTION, QUICK):
        break

    await until(lambda: fake_gemini.calls[0].aborted_at)
    assert open_streams(connection) == 0


async def test_a_reader_cancelled_while_waiting_for_the_next_try_makes_no_more(
    connection: Connection, fake_gemini: Gemini
) -> None:
    fake_gemini.play(failing(faults.rate_limited(header=0.3), then=HELLO))
    reading = asyncio.create_task(heard(connection))
    await until(lambda: fake_gemini.calls)
    await asyncio.sleep(0.1)

    reading.cancel()
    await asyncio.wait({reading})
    await asyncio.sleep(0.35)

    assert len(fake_gemini.calls) == 1


async def test_the_deadline_never_strikes_a_reader_that_is_busy_elsewhere(
    connection: Connection, fake_gemini: Gemini
) -> None:
    fake_gemini.play([HELLO])
    answer = []
    async for piece in ask(connection, QUESTION, replace(QUICK, deadline=0.3)):
        answer.append(piece)
        if len(answer) == 1:
            await asyncio.sleep(0.5)

    assert getattr(answer[-1], "answer", None) == SAID


@pytest.mark.parametrize("fault", [faults.error_event(), faults.bad_chunk(), faults.large(), faults.cut()], ids=str)
async def test_a_stream_that_breaks_leaves_no_connection_behind(
    fault: faults.Fault, connection: Connection, fake_gemini: Gemini
) -> None:
    fake_gemini.play(failing(fault, then=HELLO))

    await heard(connection)

    assert open_streams(connection) == 0


async def test_the_first_text_comes_with_the_first_byte(connection: Connection, fake_gemini: Gemini) -> None:
    late = []
    for _ in range(15):
        fake_gemini.play([replace(HELLO, first_after=0.005, pause=0.005)])
        async for piece in ask(connection, QUESTION, QUICK):
            if isinstance(piece, Text):
                late.append(time.monotonic() - (fake_gemini.calls[0].first_text_at or 0))
                break

    assert min(late) < 0.03


async def test_two_hundred_listen_at_once(connection: Connection, fake_gemini: Gemini) -> None:
    fake_gemini.play([replace(HELLO, pieces=16, pause=0.05)])

    results = await asyncio.gather(*(heard(connection, replace(QUICK, deadline=60.0)) for _ in range(200)))

    assert all(result.whole and result.whole.answer == SAID and not result.agains for result in results)
    assert open_streams(connection) == 0


async def test_two_hundred_stop_at_once(connection: Connection, fake_gemini: Gemini) -> None:
    fake_gemini.play([LONG])
    readers = [asyncio.create_task(heard(connection)) for _ in range(200)]
    await until(lambda: sum(bool(call.first_text_at) for call in fake_gemini.calls) >= 100)

    for reader in readers:
        reader.cancel()
    await asyncio.wait(readers)

    await until(lambda: open_streams(connection) == 0)
