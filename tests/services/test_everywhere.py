"""Processes that hear of each other by way of Redis: everything once and in order, and nobody fails without it."""

import asyncio
import os
import threading
import time
from dataclasses import asdict
from pathlib import Path

import pytest
import redis
from redis.asyncio import Redis

from builder.core.stages import Stage
from builder.services import written
from builder.services.broadcast import Here
from builder.services.updates import Actor, Missed, SessionChanged, SessionEvent, Update
from builder.settings import Settings
from builder.wiring import build
from tests.services.processes import LONG, becomes, lines, opened, process, processes, said, some
from tests.services.test_broadcast import heard, text, words_of
from tests.services.test_written import UPDATES


def change(owner: str, session: str, revision: int) -> SessionChanged:
    return SessionChanged(
        owner, session, revision=revision, stage=Stage.INITIAL, progress=0, fields=(), by=Actor("page")
    )


def revision_of(update: Update) -> int:
    assert isinstance(update, SessionChanged)
    return update.revision


ODD = "Ada Löve lace\n\x00*?[a-z]"


async def test_what_one_process_publishes_reaches_the_listeners_of_the_others_once_and_in_order(address: str) -> None:
    async with processes(address, 3) as (one, two, three):
        with one.listen("ada") as own, two.listen("ada") as far, three.listen("ada", "s2") as narrow:
            for updates in (own, far, narrow):
                await updates.settled()
            wanted = [(f"s{number % 3}", number) for number in range(1, 31)]
            for session, number in wanted:
                one.publish(change("ada", session, number))
            for updates, mine in ((own, wanted), (far, wanted), (narrow, [at for at in wanted if at[0] == "s2"])):
                found = await some(updates, len(mine))
                assert [(update.session_id, revision_of(update)) for update in found] == mine
            two.publish(change("ada", "s1", 31))
            assert [revision_of(update) for update in await some(own, 1)] == [31]
            one.publish(change("ada", "s2", 32))
            assert [revision_of(update) for update in await some(narrow, 1)] == [32]
            assert [revision_of(update) for update in await some(far, 2)] == [31, 32], "its own once, and not by Redis"
            assert [revision_of(update) for update in await some(own, 1)] == [32]


async def test_owners_may_be_called_anything_and_hear_nothing_of_each_other(address: str) -> None:
    async with processes(address) as (one, two):
        with two.listen(ODD) as odd, two.listen("bob") as bob, two.listen("*") as star:
            for updates in (odd, bob, star):
                await updates.settled()
            one.publish(SessionEvent(ODD, "s", what="begun", by=Actor("page")))
            one.publish(text("for bob", "bob"))
            assert [words_of(update) for update in await some(bob, 1)] == ["for bob"]
            assert [update.owner for update in await some(odd, 1)] == [ODD]
            assert await heard(star) == await heard(odd) == []


async def test_two_installations_on_one_redis_hear_nothing_of_each_other(address: str) -> None:
    one, other = process(address, "first database"), process(address, "second database")
    with one.listen("local") as updates, other.listen("local") as foreign:
        await updates.settled()
        await foreign.settled()
        one.publish(text("mine"))
        other.unsettle()
        assert [words_of(update) for update in await some(updates, 1)] == ["mine"]
        await asyncio.sleep(0.2)
        assert await heard(updates) == []
        assert [one.name for one in await heard(foreign)] == ["missed"]
    for each in (one, other):
        await asyncio.to_thread(each.close)


async def test_every_kind_of_update_arrives_as_it_was(address: str) -> None:
    told = [update for update in UPDATES if update.travels]
    async with processes(address) as (one, two):
        with two.listen("local") as updates:
            await updates.settled()
            for update in told:
                one.publish(update)
            found = await some(updates, len(told))
    for came, sent in zip(found, told, strict=True):
        assert type(came) is type(sent) and asdict(came) == asdict(sent)


async def test_a_strangers_garbage_is_dropped_with_one_warning_and_a_word_to_read_again(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with processes(address, 2, "garbage") as (one, two), Redis.from_url(address) as stranger:
        before = set(await stranger.pubsub_channels())
        two.unsettle()
        while not (fresh := set(await stranger.pubsub_channels()) - before):
            await asyncio.sleep(0.02)
        [common] = fresh
        mine, bobs = [await opened(stranger, two.listen(owner)) for owner in ("local", "bob")]
        with two.listen("local") as updates, two.listen("bob") as bob:
            await updates.settled()
            await bob.settled()
            for number in range(50):
                await stranger.publish(mine, os.urandom(number))
            forged = written.write("f" * 32, 1, text("for bob", "bob"))
            await stranger.publish(mine, forged)
            missed = 0
            while missed < 51:
                [update] = await some(updates, 1)
                assert isinstance(update, Missed)
                missed += update.count
            assert missed == 51
            await stranger.publish(bobs, forged)
            assert [words_of(update) for update in await some(bob, 1)] == ["for bob"]
            await stranger.publish(common, b"nonsense")
            assert [one.name for one in [*await some(updates, 1), *await some(bob, 1)]] == ["missed"] * 2
            one.publish(text("goes on"))
            assert [words_of(update) for update in await some(updates, 1)] == ["goes on"]
    assert [record.levelname for record in caplog.records] == ["WARNING"]


async def test_what_is_too_large_is_not_sent_but_the_others_know_that_something_was(address: str) -> None:
    async with processes(address) as (one, two):
        with one.listen("local") as own, two.listen("local") as far:
            await far.settled()
            one.publish(text("x" * (written.LARGEST + 1)))
            one.publish(text("small"))
            assert len(await some(own, 2)) == 2
            found = await some(far, 2)
            assert {one.name for one in found} == {"turn", "missed"}


async def test_a_burst_of_a_thousand_arrives_whole_and_publishing_waits_for_nobody(address: str) -> None:
    async with processes(address) as (one, two):
        with two.listen("local", most=5_000) as far, one.listen("local", most=5_000) as own:
            await far.settled()
            await own.settled()
            began = time.perf_counter()
            for number in range(1_000):
                one.publish(text(f"{number} "))
            assert time.perf_counter() - began < LONG
            assert await said(far, " 999 ") == "".join(f"{number} " for number in range(1_000))
            assert len(await some(own, 1_000)) == 1_000


async def test_writers_in_many_threads_are_each_heard_in_order(address: str) -> None:
    async with processes(address) as (one, two):
        with two.listen("local", most=5_000) as far:
            await far.settled()

            def write(name: str) -> None:
                for number in range(200):
                    one.publish(text(f"{name} {number},", session=name))

            threads = [threading.Thread(target=write, args=(str(name),)) for name in range(4)]
            for thread in threads:
                thread.start()
            told = dict.fromkeys("0123", "")
            while not all(words.endswith(" 199,") for words in told.values()):
                [update] = await some(far, 1)
                told[str(update.session_id)] += words_of(update)
            for thread in threads:
                thread.join()
    for name, words in told.items():
        assert words == "".join(f"{name} {number}," for number in range(200))


async def test_a_late_frame_of_a_line_that_was_given_up_is_not_heard(address: str) -> None:
    async with processes(address, 1, "late") as (one,), Redis.from_url(address) as other:
        channel = await opened(other, one.listen("local"))
        with one.listen("local") as updates:
            await updates.settled()
            for number in (1, 2, 2, 1, 3):
                await other.publish(channel, written.write("e" * 32, number, text(str(number))))
            assert [words_of(update) for update in await some(updates, 3)] == ["1", "2", "3"]
            assert await heard(updates) == []


async def test_channels_are_subscribed_only_while_somebody_listens(address: str) -> None:
    async with processes(address, 1, "channels") as (one,), Redis.from_url(address) as other:
        channel = await opened(other, one.listen("ada"))
        mine = channel.encode()
        with one.listen("ada") as updates:
            await updates.settled()
            assert mine in await other.pubsub_channels()
            with one.listen("ada") as second:
                await second.settled()
        for _ in range(50):
            with one.listen("ada"):
                pass
        async with asyncio.timeout(LONG):
            while mine in await other.pubsub_channels():
                await asyncio.sleep(0.02)
        with one.listen("ada") as again:
            await again.settled()
            await other.publish(channel, written.write("d" * 32, 1, text("new", "ada")))
            assert [words_of(update) for update in await some(again, 1)] == ["new"]


async def test_nothing_is_left_of_a_process_that_stops_and_what_it_said_last_arrives(address: str) -> None:
    before = lines()
    looking = redis.Redis.from_url(address)
    clients = len(looking.client_list())
    async with processes(address) as (one, two):
        with two.listen("local") as far:
            await far.settled()
            one.publish(text("last words"))
            await asyncio.to_thread(one.close)
            assert [words_of(update) for update in await some(far, 1)] == ["last words"]
            one.publish(text("after its end"))
            one.close()
    assert lines() == before
    await becomes(lambda: len(looking.client_list()) <= clients)
    looking.close()


async def test_it_serves_listeners_of_every_loop(address: str) -> None:
    async with processes(address) as (one, two):
        found: list[str] = []
        listening = threading.Event()

        async def elsewhere() -> None:
            with two.listen("local") as updates:
                await updates.settled()
                listening.set()
                found.extend([words_of(update) for update in await some(updates, 1)])

        thread = threading.Thread(target=lambda: asyncio.run(elsewhere()))
        thread.start()
        await asyncio.to_thread(listening.wait)
        one.publish(text("far"))
        await asyncio.to_thread(thread.join)
    assert found == ["far"]


async def test_with_redis_the_application_tells_the_others_and_without_it_nothing_is_begun(
    tmp_path: Path, address: str
) -> None:
    database = {"database_url": f"sqlite:///{tmp_path / 'test.db'}"}
    alone = build(Settings.model_validate(database))
    assert type(alone.broadcast) is Here
    alone.close()
    before = lines()
    one, two = (build(Settings.model_validate({**database, "redis_url": address})) for _ in range(2))
    assert lines() == before, "a command that tells nobody anything needs no line"
    with two.broadcast.listen("local") as updates:
        await updates.settled()
        session = await one.interviews.begin()
        found = await some(updates, 1)
        assert (found[0].name, found[0].session_id) == ("session", session.id)
    for app in (one, two):
        await app.rest()
        app.close()
    assert lines() == before
