"""Processes that hear of each other by way of Redis: everything once and in order, and nobody fails without it."""

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis
from redis.asyncio import Redis

from builder.core.draft import Change, Proposal
from builder.core.events import DraftChanged, Dropped, Event, Finished, Planned, ProposalMade, TextDelta, Used
from builder.core.operation import Operation
from builder.core.problem import problem
from builder.core.session import Message
from builder.core.stages import Stage
from builder.core.usage import Usage
from builder.services import written
from builder.services.broadcast import Here, Listener
from builder.services.everywhere import Everywhere
from builder.services.line import Pace
from builder.services.presence import Presence
from builder.services.updates import (
    Actor,
    AgentEvent,
    MessageStored,
    Missed,
    Present,
    SessionChanged,
    SessionEvent,
    TurnEvent,
    Update,
    Visiting,
    Visitor,
)
from builder.settings import Settings
from builder.wiring import build
from tests.redis import free_port, serving
from tests.services.test_broadcast import heard, text, words_of

QUICK = Pace(patience=0.5, again=0.1, pulse=0.2)
ODD = "Ada Löve lace\n\x00*?[a-z]"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("redis"), free_port()) as url:
        yield url


def process(address: str, place: str = "here", pace: Pace = QUICK) -> Everywhere:
    return Everywhere(address, lambda: place, pace)


@asynccontextmanager
async def processes(address: str, count: int = 2) -> AsyncIterator[list[Everywhere]]:
    made = [process(address) for _ in range(count)]
    try:
        yield made
    finally:
        for one in made:
            await asyncio.to_thread(one.close)


async def some(updates: Listener, count: int) -> list[Update]:
    async with asyncio.timeout(20):
        return [await anext(updates) for _ in range(count)]


async def becomes(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.02)


async def test_what_one_process_publishes_reaches_the_listeners_of_the_others_once_and_in_order(address: str) -> None:
    async with processes(address, 3) as (one, two, three):
        with one.listen("ada") as own, two.listen("ada") as far, three.listen("ada", "s2") as narrow:
            for updates in (own, far, narrow):
                await updates.settled()
            for number in range(30):
                one.publish(text(str(number), "ada", f"s{number % 3}"))
            assert [words_of(update) for update in await heard(own)] == [str(number) for number in range(30)]
            assert [words_of(update) for update in await some(far, 30)] == [str(number) for number in range(30)]
            assert [words_of(update) for update in await some(narrow, 10)] == [str(one) for one in range(2, 30, 3)]
            two.publish(text("back", "ada"))
            assert [words_of(update) for update in await some(own, 1)] == ["back"]
            await asyncio.sleep(0.3)
            assert await heard(own) == await heard(narrow) == []
            assert [words_of(update) for update in await heard(far)] == ["back"], "its own once, and not by Redis"


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


MESSAGE = Message(
    "m", "model", "Hé — 你好 \x00", datetime.now(UTC), "done", 3,
    (Change("name", None, "A"), Change("goals", ["x"], None)),
    (Proposal("tone", "a", {"b": [1, 2.5, None, True]}, ("why",)),), ("Yes", "No"), Stage.FINALIZING, "",
    (problem("unknown_field", "x", name="x"),), "google", Usage(1, 2, 3, 4, None, "m"),
)  # fmt: skip
EVENTS: list[Event] = [
    TextDelta("Hel"), DraftChanged(MESSAGE.changes[0]), ProposalMade(MESSAGE.proposals[0]), Planned(),
    Dropped(Operation("put", "tone", {"a": 1}, "k", "assumed"), MESSAGE.dropped[0]), Used(MESSAGE.usage),
    Finished("stopped", 7),
]  # fmt: skip
UPDATES: list[Update] = [
    *(TurnEvent("local", "s", message_id="m", event=event) for event in EVENTS),
    MessageStored("local", "s", message=MESSAGE),
    SessionChanged("local", "s", revision=3, stage=Stage.COMPLETED, progress=100, fields=("a", "b"), by=Actor("page")),
    SessionEvent("local", "s", what="archived", by=Actor("program", "me")),
    AgentEvent("local", what="deleted", agent_id="a", agent_name=None, version=None, by=Actor("interviewer")),
]


async def test_every_kind_of_update_arrives_as_it_was(address: str) -> None:
    async with processes(address) as (one, two):
        with two.listen("local") as updates:
            await updates.settled()
            for update in UPDATES:
                one.publish(update)
            found = await some(updates, len(UPDATES))
    for came, sent in zip(found, UPDATES, strict=True):
        assert type(came) is type(sent) and asdict(came) == asdict(sent)


def test_every_kind_of_update_and_event_can_be_written_and_read() -> None:
    for kind in [*Update.__subclasses__(), *Event.__subclasses__()]:
        if kind is not TurnEvent:
            written._adapter(kind.name if issubclass(kind, Update) else kind.kind)
    half = TurnEvent("local", "s", message_id="m", event=TextDelta("half a \ud83d pair"))
    read = written.read(written.write("0" * 32, 1, half)).update
    assert words_of(read) == "half a ? pair"


@pytest.mark.parametrize(
    "frame",
    [
        b"", b"\x00\xff", b"{}", b"agent-builder/2 " + b"0" * 32 + b" 1 session {}",
        b"agent-builder/1 " + b"0" * 32 + b" 1 later {}", b"agent-builder/1 " + b"0" * 32 + b" 1 session {}",
        b"agent-builder/1 " + b"0" * 32 + b" 1 missed " + b"[" * 100_000,
        b"agent-builder/1 " + b"0" * 32 + b" 1 missed \xff",
        b"agent-builder/1 " + b"0" * 32 + b' 1 missed {"owner":"o","moment":"5","count":1}',
        b"agent-builder/1 " + b"0" * 32 + b' 1 missed {"owner":"o","moment":5,"count":"1"}',
        b"agent-builder/1 " + b"0" * 32 + b" 1 missed " + b" " * written.LARGEST + b'{"owner":"o","count":1}',
        b"agent-builder/1 " + b"0" * 32 + b" " + b"9" * 99 + b' missed {"owner":"o","count":1}',
    ],
)  # fmt: skip
def test_what_is_no_update_is_not_read(frame: bytes) -> None:
    with pytest.raises(written.Unreadable):
        written.read(frame)


async def test_a_strangers_garbage_is_dropped_with_one_warning_and_a_word_to_read_again(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with processes(address) as (one, two), Redis.from_url(address) as stranger:
        with two.listen("local") as updates, two.listen("bob") as bob:
            await updates.settled()
            await bob.settled()
            mine, bobs, common = two._name("local"), two._name("bob"), two._name("")
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
                one.publish(text(str(number)))
            assert time.perf_counter() - began < 0.5
            assert [words_of(update) for update in await some(far, 1_000)] == [str(one) for one in range(1_000)]
            assert len(await some(own, 1_000)) == 1_000


async def test_writers_in_many_threads_are_each_heard_in_order(address: str) -> None:
    async with processes(address) as (one, two):
        with two.listen("local", most=5_000) as far:
            await far.settled()

            def write(name: str) -> None:
                for number in range(200):
                    one.publish(text(f"{name} {number}"))

            threads = [threading.Thread(target=write, args=(str(name),)) for name in range(4)]
            for thread in threads:
                thread.start()
            found = [words_of(update) for update in await some(far, 800)]
            for thread in threads:
                thread.join()
    for name in range(4):
        assert [one for one in found if one.startswith(f"{name} ")] == [f"{name} {number}" for number in range(200)]


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
    await becomes(lambda: one._line.away and two._line.away)
    began = time.perf_counter()
    for number in range(2_000):
        one.publish(text(str(number), owner=f"owner {number}" if number > 500 else "local"))
    assert time.perf_counter() - began < 1
    with one.listen("late") as late:
        began = time.perf_counter()
        await late.settled()
        assert time.perf_counter() - began < 0.1, "nobody waits for a Redis that is away"
        with serving(tmp_path, port):
            assert [update.name for update in await some(late, 1)] == ["missed"]
            while not isinstance((await some(far, 1))[0], Missed):
                pass
            await becomes(lambda: not one._line.away)
            await heard(far)
            one.publish(text("after"))
            assert [words_of(update) for update in await some(far, 1)] == ["after"]
            for each in (one, two):
                await asyncio.to_thread(each.close)
    said = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len([one for one in said if "is away" in one]) == len([one for one in said if "is back" in one]) == 2


async def test_a_redis_that_hangs_holds_nobody_up(tmp_path: Path) -> None:
    with serving(tmp_path, free_port()) as address:
        redis_process = redis.Redis.from_url(address).info("server")["process_id"]
        one, two = process(address), process(address)
        with two.listen("local") as far:
            await far.settled()
            os.kill(redis_process, signal.SIGSTOP)
            try:
                began = time.perf_counter()
                for number in range(12_000):
                    one.publish(text(str(number)))
                assert time.perf_counter() - began < 2
                await becomes(lambda: one._line.away and two._line.away)
            finally:
                os.kill(redis_process, signal.SIGCONT)
            await becomes(lambda: not one._line.away and not two._line.away)
            await asyncio.sleep(0.5)
            found = await heard(far)
            assert any(isinstance(update, Missed) for update in found)
            texts = [int(words_of(update)) for update in found if isinstance(update, TurnEvent)]
            assert texts == sorted(set(texts)), "something came twice or out of order"
            one.publish(text("goes on"))
            while words_of((await some(far, 1))[0]) != "goes on":
                pass
        for each in (one, two):
            await asyncio.to_thread(each.close)


async def test_of_what_nobody_knows_whether_it_arrived_the_others_hear_that_it_may_be_missing(tmp_path: Path) -> None:
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
                await becomes(lambda: one._line.away)
            finally:
                os.kill(redis_process, signal.SIGCONT)
            while not isinstance((await some(far, 1))[0], Missed):
                pass
            assert not two._line.away
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


async def test_a_late_frame_of_a_line_that_was_given_up_is_not_heard(address: str) -> None:
    async with processes(address, 1) as (one,), Redis.from_url(address) as other:
        with one.listen("local") as updates:
            await updates.settled()
            for number in (1, 2, 2, 1, 3):
                await other.publish(one._name("local"), written.write("e" * 32, number, text(str(number))))
            assert [words_of(update) for update in await some(updates, 3)] == ["1", "2", "3"]
            assert await heard(updates) == []


async def test_channels_are_subscribed_only_while_somebody_listens(address: str) -> None:
    async with processes(address, 1) as (one,), Redis.from_url(address) as other:
        with one.listen("ada") as updates:
            await updates.settled()
            mine = one._name("ada").encode()
            assert mine in await other.pubsub_channels()
            with one.listen("ada") as second:
                await second.settled()
        for _ in range(50):
            with one.listen("ada"):
                pass
        async with asyncio.timeout(5):
            while mine in await other.pubsub_channels():
                await asyncio.sleep(0.02)
        with one.listen("ada") as again:
            await again.settled()
            await other.publish(one._name("ada"), written.write("d" * 32, 1, text("new", "ada")))
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


# ---- who is there


async def visitors(updates: Listener, wanted: list[str]) -> Present:
    """The first word that names just these."""
    async with asyncio.timeout(20):
        async for update in updates:
            if isinstance(update, Present) and sorted(one.id for one in update.visitors) == wanted:
                return update
    raise AssertionError


async def test_visitors_of_other_processes_are_shown_and_go(address: str) -> None:
    async with processes(address) as (one, two):
        here, there = Presence(one), Presence(two)
        with one.listen("local", "s") as own, two.listen("local", "s") as far:
            await own.settled()
            await far.settled()
            here.sign("local", "s", Visitor("ada", "page"))
            await visitors(far, ["ada"])
            there.sign("local", "s", Visitor("bob", "program"))
            assert (await visitors(own, ["ada", "bob"])).count == 2
            assert [one.id for one in there.of("local", "s")] == ["bob", "ada"]
            there.sign("local", "s", Visitor("bob", "program", "edits"))
            while {one.doing for one in (await visitors(own, ["ada", "bob"])).visitors} != {"looks", "edits"}:
                pass
            here.leave("local", "s", "ada")
            await visitors(far, ["bob"])
            there.leave("local", "s", "bob")
            await visitors(own, [])
            assert here.of("local", "s") == there.of("local", "s") == ()
            assert here._far == there._far == {}


async def test_who_comes_later_learns_at_once_who_was_there_before(address: str) -> None:
    slow = Pace(patience=0.5, again=0.1, pulse=60)
    one, two = process(address, pace=slow), process(address, pace=slow)
    here, there = Presence(one), Presence(two)
    with one.listen("local", "s") as own:
        await own.settled()
        here.sign("local", "s", Visitor("ada", "page"))
        with two.listen("local", "s") as far:
            await far.settled()
            there.sign("local", "s", Visitor("bob", "page"))
            await visitors(far, ["ada", "bob"])
    for each in (one, two):
        await asyncio.to_thread(each.close)


async def test_the_visitors_of_a_process_that_died_are_gone_after_a_while(address: str) -> None:
    async with processes(address, 1) as (one,), Redis.from_url(address) as dying:
        here = Presence(one, far_patience=0.6)
        with one.listen("local", "s") as own:
            await own.settled()
            here.sign("local", "s", Visitor("ada", "page"))
            word = Visiting(
                "local", "s", process="dying", visitors=(Visitor("bob", "page"),), count=30, asks=False
            )
            for number in range(1, 6):
                await dying.publish(one._name("local"), written.write("c" * 32, number, word))
                await asyncio.sleep(0.2)
                assert [one.id for one in here.of("local", "s")] == ["ada", "bob"]
            assert (await visitors(own, ["ada", "bob"])).count == 31
            await visitors(own, ["ada"])


# ---- joined to the rest


def lines() -> int:
    return sum(thread.name == "builder-line" for thread in threading.enumerate())


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
