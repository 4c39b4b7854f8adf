"""Who listens hears everything of its own, nothing of others, and never holds anybody up."""

import asyncio
import gc
import threading
import time
from datetime import timedelta

import pytest

from builder.core.events import Finished, Started, TextDelta
from builder.core.operation import Operation
from builder.core.stages import Stage
from builder.interviewers.scripted import Line
from builder.services.broadcast import Broadcast, Here, Listener
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
    Visitor,
    as_actor,
)
from builder.wiring import App
from tests.patience import AT_ONCE
from tests.services.conftest import Made
from tests.services.talking import operations, ready, say, sets

PROGRAM = Actor("program", "me")


def text(words: str, owner: str = "local", session: str = "s") -> TurnEvent:
    return TurnEvent(owner, session, message_id="m", event=TextDelta(words))


def words_of(update: Update) -> str:
    assert isinstance(update, TurnEvent) and isinstance(update.event, TextDelta)
    return update.event.text


def here(broadcast: Broadcast) -> Here:
    assert isinstance(broadcast, Here)
    return broadcast


async def heard(updates: Listener) -> list[Update]:
    """All that waits now."""
    found = []
    try:
        while True:
            found.append(await asyncio.wait_for(anext(updates), 0.05))
    except TimeoutError:
        return found


async def test_who_listens_hears_its_owner_in_order_and_nobody_elses() -> None:
    broadcast = Here()
    with broadcast.listen("ada") as all_of_ada, broadcast.listen("ada", "s1") as one, broadcast.listen("bob") as bob:
        for number in range(3):
            broadcast.publish(text(str(number), "ada", f"s{number}"))
        assert [words_of(update) for update in await heard(all_of_ada)] == ["0", "1", "2"]
        assert [words_of(update) for update in await heard(one)] == ["1"]
        assert await heard(bob) == []
    broadcast.publish(text("late", "ada"))
    assert broadcast.listening() == 0


async def test_a_slow_reader_misses_some_and_is_told_how_many() -> None:
    broadcast = Here()
    with broadcast.listen("local", most=10) as slow, broadcast.listen("local", most=1000) as quick:
        for number in range(95):
            broadcast.publish(text(str(number)))
        missed, *rest = await heard(slow)
        assert isinstance(missed, Missed) and missed.count + len(rest) == 95
        assert [words_of(update) for update in rest] == [str(number) for number in range(missed.count, 95)]
        assert len(await heard(quick)) == 95


async def test_writers_in_many_threads_wait_for_nobody() -> None:
    broadcast = Here()

    def write(name: str) -> None:
        for number in range(500):
            broadcast.publish(text(f"{name} {number}"))

    with broadcast.listen("local", most=50), broadcast.listen("local", most=10_000) as quick:
        threads = [threading.Thread(target=write, args=(str(name),)) for name in range(4)]
        for thread in threads:
            thread.start()
        found = [words_of(await asyncio.wait_for(anext(quick), 10)) for _ in range(2000)]
        for thread in threads:
            thread.join()
    for name in range(4):
        assert [one for one in found if one.startswith(f"{name} ")] == [f"{name} {number}" for number in range(500)]


async def test_readers_on_other_loops_hear_too_and_a_closed_loop_harms_nobody() -> None:
    broadcast = Here()
    left: list[Listener] = []
    found: list[str] = []
    listening = threading.Event()

    async def elsewhere() -> None:
        with broadcast.listen("local") as updates:
            left.append(broadcast.listen("local").__enter__())
            listening.set()
            found.append(words_of(await asyncio.wait_for(anext(updates), 10)))

    thread = threading.Thread(target=lambda: asyncio.run(elsewhere()))
    thread.start()
    await asyncio.to_thread(listening.wait)
    broadcast.publish(text("far"))
    await asyncio.to_thread(thread.join)
    assert found == ["far"]
    for _ in range(3):
        broadcast.publish(text("after its loop was closed"))
    left[0].__exit__(None, None, None)
    assert broadcast.listening() == 0


async def test_two_hundred_readers_hear_a_burst_at_once() -> None:
    broadcast = Here()
    listeners = [broadcast.listen("local").__enter__() for _ in range(200)]
    began = time.perf_counter()
    for number in range(100):
        broadcast.publish(text(str(number)))
    assert time.perf_counter() - began < AT_ONCE
    for listener in listeners:
        assert len([await anext(listener) for _ in range(100)]) == 100
        listener.__exit__(None, None, None)
    assert broadcast.listening() == 0


async def test_a_turn_is_heard_as_it_happens_with_its_messages_before_its_end(app_with: Made) -> None:
    app = app_with([TextDelta("Hel"), TextDelta("lo"), *sets(name="Greeter")])
    session = await app.interviews.begin()
    with app.broadcast.listen("local", session.id) as updates, as_actor(PROGRAM):
        await say(app, session, "Hi there", message_id="m1")
        found = await heard(updates)
    kinds = [one.event.kind if isinstance(one, TurnEvent) else one.name for one in found]
    assert kinds == [
        "message", "session_changed", "Started", "TextDelta", "TextDelta", "DraftChanged",
        "message", "session_changed", "StageChanged", "Finished",
    ]  # fmt: skip
    said, replied = [one.message for one in found if isinstance(one, MessageStored)]
    assert (said.text, replied.text, replied.state) == ("Hi there", "Hello", "done")
    asked, done = [one for one in found if isinstance(one, SessionChanged)]
    assert (asked.by, asked.fields, done.by.kind, done.fields) == (PROGRAM, (), "interviewer", ("name",))
    last = found[-1]
    assert isinstance(last, TurnEvent) and isinstance(last.event, Finished)
    assert last.event.revision == done.revision and done.stage is Stage.COLLECTING_BASICS
    assert {one.message_id for one in found if isinstance(one, TurnEvent)} == {"m1"}


async def test_a_message_sent_again_is_not_heard_as_a_second_turn(app: App) -> None:
    session = await app.interviews.begin()
    await say(app, session, "Hello", message_id="m1")
    with app.broadcast.listen("local") as updates:
        assert isinstance((await say(app, session, "Hello", message_id="m1"))[0], Started)
        assert await heard(updates) == []


async def test_every_change_of_a_session_says_what_and_by_whom(app: App) -> None:
    with app.broadcast.listen("local") as updates:
        with as_actor(PROGRAM):
            session = await app.interviews.begin()
        [begun] = await heard(updates)
        assert isinstance(begun, SessionEvent) and (begun.what, begun.by) == ("begun", PROGRAM)
        after = (await app.interviews.edit(session.id, operations(name="One", tone="calm"))).session
        [edited] = await heard(updates)
        assert isinstance(edited, SessionChanged)
        assert (edited.fields, edited.by.kind, edited.revision) == (("name", "tone"), "page", after.revision)
        assert (await app.interviews.edit(session.id, operations(name="One"))).changes == ()
        assert await heard(updates) == []
        undone = await app.interviews.undo(session.id)
        [step] = await heard(updates)
        assert isinstance(step, SessionChanged) and step.fields == ("name", "tone")
        assert step.revision == undone.revision
        await app.interviews.redo(session.id)
        await app.interviews.switch(session.id, language="fr")
        assert [one.name for one in await heard(updates)] == ["session_changed"] * 2
        await app.interviews.archive(session.id)
        await app.interviews.reset(session.id)
        await app.interviews.delete(session.id)
        found = [one.what for one in await heard(updates) if isinstance(one, SessionEvent)]
        assert found == ["archived", "reset", "deleted"]


async def test_saved_agents_are_heard_of_and_the_sessions_that_follow_them(app: App) -> None:
    session = await ready(app)
    with app.broadcast.listen("local") as updates:
        version = await app.gallery.save(session.id)
        renamed = await app.gallery.rename(version.agent_id, "Other")
        await app.gallery.delete(version.agent_id)
        await app.gallery.restore(version.agent_id)
        found = await heard(updates)
    told = [(one.what, one.agent_name, one.version) for one in found if isinstance(one, AgentEvent)]
    assert told == [("saved", "Greeter", 1), ("renamed", "Other", renamed.version), ("deleted", None, None),
                    ("restored", None, None)]  # fmt: skip
    changes = [one for one in found if isinstance(one, SessionChanged)]
    assert [one.session_id for one in changes] == [session.id] * 2
    assert changes[1].fields == ("name",)


async def test_when_many_sessions_are_put_away_everybody_reads_again(app: App) -> None:
    session = await app.interviews.begin(owner="ada")
    await app.interviews.edit(session.id, operations(name="One"), owner="ada")
    with app.broadcast.listen("ada") as ada, app.broadcast.listen("bob") as bob:
        assert await app.interviews.expire(timedelta(seconds=-1)) == 1
        assert [one.name for one in await heard(ada)] == [one.name for one in await heard(bob)] == ["missed"]


async def test_what_was_refused_is_not_told(app: App) -> None:
    session = await app.interviews.begin()
    with app.broadcast.listen("local") as updates:
        await app.interviews.edit(session.id, [Operation("set", "colour", "blue")])
        with pytest.raises(Exception, match="not waiting"):
            await app.interviews.accept(session.id, "name")
        assert await heard(updates) == []


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_who_is_there_is_told_when_it_changes_and_only_then() -> None:
    broadcast, clock = Here(), Clock()
    presence = Presence(broadcast, patience=50, clock=clock)
    ada, bob = Visitor("1", "page"), Visitor("2", "program")
    with broadcast.listen("local", "s") as updates:

        async def now() -> list[tuple[Visitor, ...]]:
            return [one.visitors for one in await heard(updates) if isinstance(one, Present)]

        presence.sign("local", "s", ada)
        assert await now() == [(ada,)]
        presence.sign("local", "s", bob)
        assert await now() == [(ada, bob)]
        presence.sign("local", "s", ada)
        assert await now() == []
        presence.sign("local", "s", Visitor("2", "program", "edits"))
        assert await now() == [(ada, Visitor("2", "program", "edits"))]
        presence.leave("local", "s", "1")
        presence.leave("local", "s", "1")
        assert await now() == [(Visitor("2", "program", "edits"),)]
    assert presence.of("local", "other") == presence.of("ada", "s") == ()


async def test_only_the_newest_word_on_who_is_there_waits_and_a_crowd_is_counted() -> None:
    broadcast = Here()
    presence = Presence(broadcast)
    with broadcast.listen("local", "s") as updates:
        for number in range(100):
            presence.sign("local", "s", Visitor(str(number), "page"))
        [crowd] = await heard(updates)
    assert isinstance(crowd, Present) and (crowd.count, len(crowd.visitors)) == (100, 20)


async def test_who_gives_no_sign_is_gone_after_a_while_and_may_come_back() -> None:
    broadcast, clock = Here(), Clock()
    presence = Presence(broadcast, patience=50, clock=clock)
    lively, silent = Visitor("1", "page"), Visitor("2", "page")
    presence.sign("local", "s", lively)
    presence.sign("local", "s", silent)
    clock.now = 40
    presence.sign("local", "s", lively)
    presence.expire()
    assert presence.of("local", "s") == (lively, silent)
    clock.now = 51
    with broadcast.listen("local") as updates:
        presence.expire()
        presence.expire()
        assert [one.visitors for one in await heard(updates) if isinstance(one, Present)] == [(lively,)]
    presence.sign("local", "s", silent)
    assert presence.of("local", "s") == (lively, silent)


async def test_a_reader_who_leaves_is_forgotten(app_with: Made) -> None:
    lines: list[Line] = [TextDelta("x")] * 50
    app = app_with(lines)
    session = await app.interviews.begin()
    for _ in range(20):
        with app.broadcast.listen("local", session.id):
            pass
    await say(app, session)
    gc.collect()
    assert here(app.broadcast).listening() == 0
    assert [one for one in gc.get_objects() if isinstance(one, Listener)] == []
