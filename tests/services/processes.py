"""Processes of one installation that hear of each other by way of Redis, and what a test asks of them."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis

from builder.services.broadcast import Listener
from builder.services.everywhere import Everywhere
from builder.services.line import Pace
from builder.services.updates import Update
from tests.services.test_broadcast import words_of

QUICK = Pace(patience=0.5, again=0.1, pulse=0.2)
LONG = 20.0  # seconds; who waits for it has failed


def process(address: str, place: str = "here", pace: Pace = QUICK) -> Everywhere:
    return Everywhere(address, lambda: place, pace)


@asynccontextmanager
async def processes(address: str, count: int = 2, place: str = "here") -> AsyncIterator[list[Everywhere]]:
    made = [process(address, place) for _ in range(count)]
    try:
        yield made
    finally:
        for one in made:
            await asyncio.to_thread(one.close)


async def some(updates: Listener, count: int) -> list[Update]:
    async with asyncio.timeout(LONG):
        return [await anext(updates) for _ in range(count)]


async def said(updates: Listener, end: str) -> str:
    """The words that come, up to those that end so."""
    words = ""
    while not words.endswith(end):
        words += words_of((await some(updates, 1))[0])
    return words


async def becomes(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(LONG):
        while not true():
            await asyncio.sleep(0.02)


def times(caplog: pytest.LogCaptureFixture, words: str) -> int:
    """How often the log has them."""
    return sum(words in record.getMessage() for record in caplog.records)


def waits_for_nothing(work: Coroutine[Any, Any, None]) -> bool:
    """Does it come to its end without giving the loop a turn?"""
    try:
        work.send(None)
    except StopIteration:
        return True
    work.close()
    return False


async def opened(looking: Redis, updates: Listener) -> str:
    """The channel that is heard only while this listener, the only one of its owner, is there."""
    async with asyncio.timeout(LONG):
        with updates:
            await updates.settled()
            during = set(await looking.pubsub_channels())
        while not (gone := during - set(await looking.pubsub_channels())):
            await asyncio.sleep(0.02)
    [channel] = gone
    return str(channel.decode())


def lines() -> int:
    return sum(thread.name == "builder-line" for thread in threading.enumerate())
