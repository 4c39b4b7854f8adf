"""A running turn from outside: what the session would be if it ended now, and how long a wait still takes."""

import asyncio
from collections.abc import AsyncGenerator

from builder.core.events import DraftChanged, Event, Proposed, Retrying, TextDelta, TextTakenBack
from builder.core.operation import Operation
from tests.services.conftest import Made

NAMED = Proposed(Operation("set", "name", "Sorter"))


async def until(events: AsyncGenerator[Event], kind: type[Event]) -> Event:
    return await anext(event async for event in events if isinstance(event, kind))


async def test_a_running_turn_shows_what_it_did_and_stores_nothing_yet(app_with: Made) -> None:
    app = app_with([NAMED, 30.0])
    session = await app.interviews.begin()
    events = app.interviews.send(session.id, "hello", linger=30)
    await until(events, DraftChanged)
    stored = await app.interviews.get(session.id)
    assert "name" not in stored.draft
    assert app.interviews.ahead(stored).draft.value("name") == "Sorter"
    await app.interviews.stop(session.id)
    stored = await app.interviews.get(session.id)
    assert stored.draft.value("name") == "Sorter"
    assert app.interviews.ahead(stored) is stored


async def test_an_edit_by_hand_meanwhile_is_seen_and_kept(app_with: Made) -> None:
    app = app_with([NAMED, 30.0])
    session = await app.interviews.begin()
    events = app.interviews.send(session.id, "hello", linger=30)
    await until(events, DraftChanged)
    edited = await app.interviews.edit(session.id, [Operation("set", "name", "Mine"), Operation("set", "tone", "warm")])
    coming = app.interviews.ahead(edited.session)
    assert (coming.draft.value("name"), coming.draft.value("tone")) == ("Mine", "warm")
    assert coming.proposals["name"].after == "Sorter"
    await app.interviews.stop(session.id)


async def test_what_half_an_answer_did_is_gone_again(app_with: Made) -> None:
    app = app_with([TextDelta("Half"), NAMED, TextTakenBack(), Retrying(1, 30.0, "busy"), 30.0])
    session = await app.interviews.begin()
    events = app.interviews.send(session.id, "hello", linger=30)
    await until(events, Retrying)
    assert "name" not in app.interviews.ahead(await app.interviews.get(session.id)).draft
    await app.interviews.stop(session.id)


async def test_who_comes_in_the_middle_of_a_wait_waits_for_the_rest_of_it(app_with: Made) -> None:
    app = app_with([Retrying(1, 30.0, "busy"), 30.0])
    session = await app.interviews.begin()
    events = app.interviews.send(session.id, "hello", linger=30)
    assert await until(events, Retrying) == Retrying(1, 30.0, "busy")
    await asyncio.sleep(0.4)
    later = await until(app.interviews.follow(session.id), Retrying)
    assert isinstance(later, Retrying) and 20 < later.seconds <= 29.7
    await app.interviews.stop(session.id)
