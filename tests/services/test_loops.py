"""Who begins something long waits while the loop has more to do than it can, and not for ever."""

import asyncio
import time

from builder.services.loops import calm


async def test_in_a_calm_loop_nobody_waits() -> None:
    steps = 0

    async def count() -> None:
        nonlocal steps
        while True:
            await asyncio.sleep(0)
            steps += 1

    counting = asyncio.create_task(count())
    await calm(60.0)
    counting.cancel()
    assert steps <= 2


async def test_who_waits_goes_on_once_the_others_are_through() -> None:
    order: list[str] = []

    async def busy() -> None:
        for _ in range(3):
            time.sleep(0.05)
            await asyncio.sleep(0)
        order.append("let in")

    async def long() -> None:
        await calm(60.0)
        order.append("begun")

    await asyncio.gather(long(), busy())
    assert order == ["let in", "begun"]


async def test_nobody_waits_for_longer_than_allowed() -> None:
    async def for_ever() -> None:
        while True:
            time.sleep(0.05)
            await asyncio.sleep(0)

    busy = asyncio.create_task(for_ever())
    async with asyncio.timeout(10.0):
        await calm(0.3)
    busy.cancel()
