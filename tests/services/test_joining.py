"""What goes to other servers: words of a reply together, in order, and nothing that nobody there listens for."""

import asyncio
from pathlib import Path

import redis

from builder.core.events import Finished, TextDelta
from builder.services.joining import LONGEST, joined
from builder.services.updates import Actor, SessionEvent, TurnEvent, Update
from tests.redis import free_port, serving
from tests.services.processes import becomes, processes, said, some
from tests.services.test_broadcast import text, words_of


def shown(updates: list[Update]) -> list[tuple[str | None, str]]:
    return [
        (update.session_id, update.event.text if isinstance(update.event, TextDelta) else update.event.kind)
        if isinstance(update, TurnEvent)
        else (update.session_id, update.name)
        for update in updates
    ]


def end(session: str) -> TurnEvent:
    return TurnEvent("local", session, message_id="m", event=Finished("done", 1))


def test_words_of_several_replies_are_joined_for_each_and_stay_before_what_came_after_them() -> None:
    updates = [
        text("a", session="1"), text("x", session="2"), text("b", session="1"), end("1"), text("y", session="2"),
        text("c", session="1"), SessionEvent("local", "2", what="reset", by=Actor("page")), text("z", session="2"),
    ]  # fmt: skip
    assert shown(joined(updates)) == [
        ("1", "ab"), ("2", "xy"), ("1", "Finished"), ("1", "c"), ("2", "session"), ("2", "z"),
    ]  # fmt: skip


def test_words_of_two_replies_of_one_session_or_of_two_owners_stay_apart() -> None:
    other = TurnEvent("local", "s", message_id="later", event=TextDelta("b"))
    assert len(joined([text("a"), other, text("a", owner="bob")])) == 3


def test_what_is_joined_does_not_grow_without_end() -> None:
    many = [text("x" * 1_000) for _ in range(25)]
    assert [len(words_of(update)) for update in joined(many)] == [LONGEST, LONGEST, 5_000]
    assert [len(words_of(update)) for update in joined([text("x" * 50_000), text("y")])] == [50_000, 1]


async def test_words_go_together_and_nothing_goes_where_nobody_else_listens(tmp_path: Path) -> None:
    with serving(tmp_path, free_port()) as address, redis.Redis.from_url(address) as looking:
        async with processes(address) as (one, two):

            def published() -> int:
                return int(looking.info("commandstats").get("cmdstat_publish", {"calls": 0})["calls"])

            with one.listen("local") as own, one.listen("bob"), two.listen("bob") as far:
                await own.settled()
                await far.settled()
                one.publish(text("marker", owner="bob"))
                await some(far, 1)
                before = published()
                for number in range(500):
                    one.publish(text(f"{number} "))
                one.publish(text("end", owner="bob"))
                assert await said(far, "end") == "end"
                assert published() == before + 1, "it listens itself, and nobody else does"
                with two.listen("local") as late:
                    await late.settled()
                    for number in range(500):
                        one.publish(text(f"{number} "))
                        await asyncio.sleep(0.001)
                    words = await said(late, " 499 ")
                assert words == "".join(f"{number} " for number in range(500)), "who comes later hears all from then on"
                assert published() - before < 250, "many words go at once"
            await becomes(lambda: len(looking.pubsub_channels()) == 1)
