"""Who is there by way of other processes."""

import asyncio

from redis.asyncio import Redis

from builder.services import written
from builder.services.broadcast import Listener
from builder.services.line import Pace
from builder.services.presence import Presence
from builder.services.updates import Present, Visiting, Visitor
from tests.services.processes import becomes, opened, process, processes


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
            here.sign("local", "s", Visitor("ada", "page"))
            assert (await visitors(far, ["ada"])).count == 1, "nobody is counted who went"


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
    async with processes(address, 1, "dying") as (one,), Redis.from_url(address) as dying:
        here = Presence(one, far_patience=3.0)
        channel = await opened(dying, one.listen("local"))
        with one.listen("local", "s") as own:
            await own.settled()
            here.sign("local", "s", Visitor("ada", "page"))
            word = Visiting(
                "local", "s", process="dying", visitors=(Visitor("bob", "page"),), count=30, asks=False
            )
            for number in range(1, 4):
                await dying.publish(channel, written.write("c" * 32, number, word))
                await becomes(lambda: [one.id for one in here.of("local", "s")] == ["ada", "bob"])
            assert (await visitors(own, ["ada", "bob"])).count == 31
            await visitors(own, ["ada"])
