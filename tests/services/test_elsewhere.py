"""Two processes on one database: what one of them answers is ended and respected by way of the other."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import NamedTuple

import pytest

from builder.core.errors import Busy, NotFound
from builder.core.events import Event, TextDelta
from builder.core.session import Session
from builder.interviewers.scripted import Scripted
from builder.services.interview import Interviews
from builder.settings import Settings
from builder.wiring import App, build
from tests.services.talking import end_of, first, operations, say, told


def endless(session: Session, message: str) -> Iterator[object]:
    yield TextDelta("One moment")
    while message == "Hello":
        yield 0.05


class Two(NamedTuple):
    one: App
    two: App


async def apps(database: str, redis_url: str | None) -> AsyncIterator[Two]:
    settings = Settings.model_validate({"database_url": database, "redis_url": redis_url})
    found = Two(*(build(settings, {"scripted": Scripted(endless)}) for _ in range(2)))
    yield found
    for app in found:
        await app.rest()
        app.close()


@pytest.fixture
async def joined(tmp_path: Path, address: str) -> AsyncIterator[Two]:
    """Two that hear of each other."""
    async for found in apps(f"sqlite:///{tmp_path}/agents.db", address):
        yield found


@pytest.fixture
async def strangers(tmp_path: Path) -> AsyncIterator[Two]:
    """Two without Redis."""
    async for found in apps(f"sqlite:///{tmp_path}/agents.db", None):
        yield found


class Reply:
    """One that runs until it is stopped."""

    def __init__(self, talks: Interviews, session: Session, message_id: str = "mine") -> None:
        self._events: AsyncGenerator[Event] = talks.send(session.id, "Hello", message_id=message_id)

    async def begun(self) -> "Reply":
        await first(self._events, TextDelta)
        return self

    async def rest(self) -> list[Event]:
        async with aclosing(self._events) as events, asyncio.timeout(30):
            return [event async for event in events]


@pytest.mark.parametrize("message_id", [None, "mine"])
async def test_stop_ends_the_reply_of_another_process_and_returns_when_it_is_stored(
    joined: Two, message_id: str | None
) -> None:
    session = await joined.one.interviews.begin()
    reply = await Reply(joined.one.interviews, session).begun()
    await joined.two.interviews.stop(session.id, message_id=message_id)
    assert await told(joined.two, session) == [("user", "Hello", "done"), ("model", "One moment", "stopped")]
    assert end_of(await reply.rest()) == "stopped"
    assert end_of(await say(joined.two, session, "And now?")) == "done"


async def test_a_late_stop_ends_no_other_turn_here_or_elsewhere(joined: Two) -> None:
    session = await joined.one.interviews.begin()
    reply = await Reply(joined.one.interviews, session).begun()
    for app in joined:
        await app.interviews.stop(session.id, message_id="an earlier one")
        assert (await app.interviews.talk(session.id)).running is not None
    await joined.two.interviews.stop(session.id)
    assert end_of(await reply.rest()) == "stopped"


async def test_nobody_stops_what_belongs_to_somebody_else(joined: Two) -> None:
    session = await joined.one.interviews.begin()
    reply = await Reply(joined.one.interviews, session).begun()
    with pytest.raises(NotFound):
        await joined.two.interviews.stop(session.id, "eve")
    assert (await joined.one.interviews.talk(session.id)).running is not None
    await joined.one.interviews.stop(session.id)
    await reply.rest()


async def test_a_session_that_is_emptied_or_deleted_elsewhere_is_silent(joined: Two) -> None:
    for ending in (joined.two.interviews.reset, joined.two.interviews.delete):
        session = await joined.one.interviews.begin()
        reply = await Reply(joined.one.interviews, session).begun()
        await ending(session.id)
        assert end_of(await reply.rest()) == "stopped"


async def test_steps_back_and_forth_wait_for_the_reply_of_another_process(strangers: Two) -> None:
    here, there = strangers.one.interviews, strangers.two.interviews
    session = await here.begin()
    await here.edit(session.id, operations(tone="calm"))
    await here.edit(session.id, operations(tone="loud"))
    await there.undo(session.id)
    reply = await Reply(here, session).begun()
    for step in (there.undo, there.redo, lambda at: there.go_back(at, "mine")):
        with pytest.raises(Busy):
            await step(session.id)
    assert (await there.get(session.id)).draft.value("tone") == "calm"
    assert (await there.edit(session.id, operations(name="Ada"))).changes, "edits may come in between, as here"
    await here.stop(session.id)
    await reply.rest()
    await there.undo(session.id)


async def test_who_cannot_reach_the_other_process_says_so_and_ends_nothing(strangers: Two) -> None:
    session = await strangers.one.interviews.begin()
    reply = await Reply(strangers.one.interviews, session).begun()
    with pytest.raises(Busy, match="Another server"):
        await strangers.two.interviews.stop(session.id)
    assert (await strangers.two.interviews.talk(session.id)).running is not None
    await strangers.one.interviews.stop(session.id)
    assert end_of(await reply.rest()) == "stopped"
