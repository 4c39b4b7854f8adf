"""A Redis that is away, hangs or comes back: nobody fails and nobody waits, and who missed something hears of it."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest
import redis

from builder.services.line import Pace
from builder.services.updates import Missed, TurnEvent
from tests.redis import free_port, serving
from tests.services.processes import LONG, becomes, process, some, times, waits_for_nothing
from tests.services.test_broadcast import heard, text, words_of


async def test_while_redis_is_away_nobody_fails_and_afterwards_all_read_again_and_hear_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    with serving(tmp_path, port) as address:
        one, two = process(address), process(address)
        own, far = one.listen("local").__enter__(), two.listen("local").__enter__()
        await far.settled()
        await own.settled()
        one.publish(text("before"))
        assert [words_of(update) for update in await some(far, 1)] == ["before"]
        assert [words_of(update) for update in await some(own, 1)] == ["before"]
    await becomes(lambda: times(caplog, "is away") == 2)
    began = time.perf_counter()
    for number in range(2_000):
        one.publish(text(str(number), owner=f"owner {number}" if number > 500 else "local"))
    assert time.perf_counter() - began < LONG, "one that waited for Redis each time would take a quarter of an hour"
    with one.listen("late") as late:
        assert waits_for_nothing(late.settled()), "nobody waits for a Redis that is away"
        with serving(tmp_path, port):
            assert [update.name for update in await some(late, 1)] == ["missed"]
            while not isinstance((await some(far, 1))[0], Missed):
                pass
            await becomes(lambda: times(caplog, "is back") == 2)
            await heard(far)
            one.publish(text("after"))
            assert [words_of(update) for update in await some(far, 1)] == ["after"]
            for each in (one, two):
                await asyncio.to_thread(each.close)
    assert times(caplog, "is away") == times(caplog, "is back") == 2


async def test_a_redis_that_hangs_holds_nobody_up(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with serving(tmp_path, free_port()) as address:
        redis_process = redis.Redis.from_url(address).info("server")["process_id"]
        one, two = process(address), process(address)
        with two.listen("local") as far:
            await far.settled()
            os.kill(redis_process, signal.SIGSTOP)
            try:
                began = time.perf_counter()
                for number in range(12_000):
                    one.publish(text(f"{number} "))
                assert time.perf_counter() - began < LONG, "it waits for nobody"
                await becomes(lambda: times(caplog, "is away") == 2)
            finally:
                os.kill(redis_process, signal.SIGCONT)
            await becomes(lambda: times(caplog, "is back") == 2)
            await asyncio.sleep(0.5)
            found = await heard(far)
            assert any(isinstance(update, Missed) for update in found)
            words = "".join(words_of(update) for update in found if isinstance(update, TurnEvent))
            texts = [int(number) for number in words.split()]
            assert texts == sorted(set(texts)), "something came twice or out of order"
            one.publish(text("goes on"))
            while words_of((await some(far, 1))[0]) != "goes on":
                pass
        for each in (one, two):
            await asyncio.to_thread(each.close)


async def test_of_what_nobody_knows_whether_it_arrived_the_others_hear_that_it_may_be_missing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(tmp_path, free_port()) as address:
        redis_process = redis.Redis.from_url(address).info("server")["process_id"]
        one, two = process(address), process(address, pace=Pace(patience=15))
        with two.listen("local") as far:
            await far.settled()
            one.publish(text("before"))
            assert [words_of(update) for update in await some(far, 1)] == ["before"]
            os.kill(redis_process, signal.SIGSTOP)
            try:
                one.publish(text("on its way"))
                await becomes(lambda: times(caplog, "is away") == 1)
            finally:
                os.kill(redis_process, signal.SIGCONT)
            while not isinstance((await some(far, 1))[0], Missed):
                pass
            assert times(caplog, "is away") == 1, "the other one was there all the time"
        for each in (one, two):
            await asyncio.to_thread(each.close)


async def test_without_any_redis_everything_here_is_heard_all_the_same() -> None:
    alone = process(f"redis://127.0.0.1:{free_port()}")
    with alone.listen("local") as updates:
        alone.publish(text("first"))
        await updates.settled()
        alone.publish(text("second"))
        assert [words_of(update) for update in await heard(updates)] == ["first", "second"]
    await asyncio.to_thread(alone.close)
