import asyncio
import logging
import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from builder.core.errors import Busy, EngineFailed, Invalid, NotFound
from builder.core.events import (
    Agreed,
    DraftChanged,
    Dropped,
    Event,
    Failed,
    Finished,
    Planned,
    ProposalMade,
    Proposed,
    Remembered,
    Retrying,
    StageChanged,
    Started,
    Suggested,
    TextDelta,
    TextTakenBack,
    ToolCalled,
)
from builder.core.operation import Operation
from builder.core.session import Message
from builder.core.stages import Stage
from builder.interviewers.scripted import Scripted
from builder.services.reply import Reply
from builder.services.said import LONGEST
from builder.services.turns import Turn
from builder.wiring import App
from tests.services.conftest import Made
from tests.services.talking import READY, end_of, failure_of, first, operations, say, sets, text_of, told


async def test_a_turn_begins_with_the_stored_message_and_ends_with_its_revision(app: App) -> None:
    session = await app.interviews.begin()
    events = await say(app, session, "good morning", message_id="m1")
    assert isinstance(events[0], Started) and events[0].message_id == "m1" and not events[0].again
    assert text_of(events) == "You said: good morning "
    assert events[-1] == Finished("done", (await app.interviews.get(session.id)).revision)
    assert await told(app, session) == [("user", "good morning", "done"), ("model", "You said: good morning ", "done")]


async def test_proposed_changes_are_applied_and_only_what_really_changed_is_told(app_with: Made) -> None:
    wrong = Operation("add", "name", "x")
    app = app_with([*sets(name="Greeter"), *sets(name="Greeter"), Proposed(wrong), Suggested(("Yes", "No"))])
    session = await app.interviews.begin()
    events = await say(app, session)
    assert [event.change.after for event in events if isinstance(event, DraftChanged)] == ["Greeter"]
    assert [event.operation for event in events if isinstance(event, Dropped)] == [wrong]
    talk = await app.interviews.talk(session.id)
    assert ([change.after for change in talk.messages[-1].changes], talk.suggestions) == (["Greeter"], ("Yes", "No"))


async def test_a_field_that_a_person_edited_is_only_proposed_until_they_say_yes_or_no(app_with: Made) -> None:
    app = app_with(sets(name="Theirs", tone="warm"))
    session = await app.interviews.begin()
    await app.interviews.edit(session.id, operations(name="Mine", tone="cool"))
    events = await say(app, session)
    assert [event.proposal.after for event in events if isinstance(event, ProposalMade)] == ["Theirs", "warm"]
    accepted = await app.interviews.accept(session.id, "name")
    refused = await app.interviews.refuse(session.id, "tone")
    assert (accepted.draft.value("name"), refused.draft.value("tone")) == ("Theirs", "cool")
    assert dict(refused.proposals) == {}
    with pytest.raises(NotFound):
        await app.interviews.accept(session.id, "name")
    with pytest.raises(NotFound):
        await app.interviews.refuse(session.id, "tone")


async def test_an_unlocked_field_may_be_changed_by_the_interviewer_again(app_with: Made) -> None:
    app = app_with(sets(name="Theirs"))
    session = await app.interviews.begin()
    await app.interviews.edit(session.id, operations(name="Mine"))
    assert not (await app.interviews.unlock(session.id, "name")).draft.locked("name")
    await say(app, session)
    assert (await app.interviews.get(session.id)).draft.value("name") == "Theirs"


async def test_notes_and_the_yes_are_kept_and_every_stage_is_recorded(app_with: Made) -> None:
    app = app_with([*sets(**READY), Remembered({"asked": "plan"}), Planned()], [Agreed()], [Agreed(False)])
    session = await app.interviews.begin()
    events = await say(app, session)
    assert [event.stage for event in events if isinstance(event, StageChanged)] == [Stage.FINALIZING]
    assert await app.interviews.configuration(session.id) is None
    await say(app, session, "yes")
    kept = await app.interviews.get(session.id)
    assert (kept.stage, kept.progress, kept.notes) == (Stage.COMPLETED, 100, {"asked": "plan"})
    assert kept.stages == tuple(Stage)
    assert (await app.interviews.configuration(session.id) or {})["name"] == "Greeter"
    await say(app, session, "no, wait")
    assert (await app.interviews.get(session.id)).stage is Stage.FINALIZING


async def test_retries_tools_and_text_taken_back_reach_the_reader(app_with: Made) -> None:
    turn: list[Event] = [TextDelta("Half a"), TextTakenBack(), Retrying(1, 0.1, "busy"), ToolCalled("look", {})]
    turn.append(TextDelta("Whole"))
    app = app_with(turn)
    session = await app.interviews.begin()
    events = await say(app, session)
    assert events[1:6] == turn
    assert (await told(app, session))[-1] == ("model", "Whole", "done")


@pytest.mark.parametrize("trouble", [EngineFailed("The model is away."), ZeroDivisionError("inside")])
async def test_a_turn_that_fails_says_so_in_words_and_leaves_the_draft_as_it_was(
    app_with: Made, trouble: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    half = [*sets(name="Half"), Remembered({"half": 1}), TextDelta("Well, ")]
    app = app_with([*half, trouble], [TextDelta("Now it works")])
    session = await app.interviews.begin()
    with caplog.at_level(logging.WARNING):
        events = await say(app, session, "Hello", message_id="m1")
    assert end_of(events) == "failed" and caplog.records[0].exc_info is not None
    assert failure_of(events).reason and failure_of(events).next_step and "inside" not in failure_of(events).reason
    kept = await app.interviews.get(session.id)
    assert (kept.draft.entries, kept.notes, kept.stage) == ({}, {}, Stage.INITIAL)
    assert (kept.messages[-1].text, kept.messages[-1].state, kept.messages[-1].changes) == ("Well, ", "failed", ())
    assert failure_of(events).reason in kept.messages[-1].reason
    again = await say(app, session, "Hello", message_id="m1")
    assert text_of(again) == "Now it works"
    assert await told(app, session) == [("user", "Hello", "done"), ("model", "Now it works", "done")]


async def test_an_interviewer_may_say_itself_that_it_failed(app_with: Made) -> None:
    app = app_with([*sets(name="Half"), Failed("No room.", "Wait."), *sets(name="Never")], [TextDelta("Better")])
    session = await app.interviews.begin()
    events = await say(app, session)
    assert end_of(events) == "failed" and failure_of(events) == Failed("No room.", "Wait.")
    assert (await app.interviews.get(session.id)).draft.entries == {}
    assert text_of(await say(app, session)) == "Better"


async def test_a_failure_speaks_the_language_of_the_talk(app_with: Made) -> None:
    app = app_with([ZeroDivisionError()])
    session = await app.interviews.begin(language="de-AT")
    assert "schief" in failure_of(await say(app, session)).reason


@pytest.mark.parametrize("unwritable", [Remembered({"what": object()}), *sets(metadata={"a": [[]]})])
async def test_what_cannot_be_written_down_is_a_failed_turn(app_with: Made, unwritable: Event) -> None:
    if isinstance(unwritable, Proposed):
        for _ in range(200):
            unwritable.operation.value["a"] = [unwritable.operation.value["a"]]
    app = app_with([TextDelta("Here"), unwritable], [TextDelta("Better")])
    session = await app.interviews.begin()
    assert end_of(await say(app, session)) == "failed"
    assert (await told(app, session))[-1] == ("model", "Here", "failed")
    assert text_of(await say(app, session)) == "Better"


async def test_a_message_sent_again_is_answered_from_the_record(app_with: Made) -> None:
    once = [TextDelta("One, "), TextDelta("two"), *sets(name="Greeter"), Suggested(("Go on",))]
    app = app_with(once, [TextDelta("Other")])
    session = await app.interviews.begin()
    await say(app, session, message_id="m1")
    events = await say(app, session, message_id="m1")
    assert [type(event) for event in events] == [Started, TextDelta, DraftChanged, Suggested, Finished]
    assert isinstance(events[0], Started) and events[0].again and text_of(events) == "One, two"
    assert len(await told(app, session)) == 2


async def test_a_stopped_answer_is_kept_as_far_as_it_was_heard(app_with: Made) -> None:
    app = app_with([TextDelta("As far as "), *sets(name="Here"), 60.0, TextDelta("never")])
    session = await app.interviews.begin()
    events = app.interviews.send(session.id, "Hello", message_id="m1")
    await first(events, DraftChanged)
    await app.interviews.stop(session.id)
    assert end_of([event async for event in events]) == "stopped"
    assert await told(app, session) == [("user", "Hello", "done"), ("model", "As far as ", "stopped")]
    assert (await app.interviews.get(session.id)).draft.value("name") == "Here"
    again = await say(app, session, message_id="m1")
    assert (text_of(again), end_of(again)) == ("As far as ", "stopped")


async def test_there_is_one_turn_at_a_time(app_with: Made) -> None:
    app = app_with([TextDelta("Slowly"), 60.0], [TextDelta("Quick")])
    session = await app.interviews.begin()
    events = app.interviews.send(session.id, "Hello")
    await first(events, TextDelta)
    for attempt in (
        say(app, session, "Me too"),
        app.interviews.undo(session.id),
        app.interviews.redo(session.id),
        app.interviews.go_back(session.id, "m1"),
    ):
        with pytest.raises(Busy):
            await attempt
    await app.interviews.stop(session.id)
    assert text_of(await say(app, session, "And now?")) == "Quick"


async def test_the_same_message_twice_at_once_is_one_turn_with_two_readers(app_with: Made) -> None:
    app = app_with([TextDelta("One "), 0.05, TextDelta("turn")])
    session = await app.interviews.begin()
    both = await asyncio.gather(say(app, session, message_id="m1"), say(app, session, message_id="m1"))
    assert [text_of(events) for events in both] == ["One turn", "One turn"]
    assert sorted(event.again for events in both for event in events if isinstance(event, Started)) == [False, True]
    assert len(await told(app, session)) == 2


async def test_a_second_reader_gets_the_running_turn_from_its_start(app_with: Made) -> None:
    app = app_with([TextDelta("One "), 0.05, TextDelta("turn")])
    session = await app.interviews.begin()
    events = app.interviews.send(session.id, "Hello")
    await first(events, TextDelta)
    followed = [event async for event in app.interviews.follow(session.id)]
    assert text_of(followed) == "One turn" and isinstance(followed[0], Started)
    assert [event async for event in app.interviews.follow(session.id)] == []
    with pytest.raises(NotFound):
        [event async for event in app.interviews.follow("nowhere")]


async def test_a_turn_that_nobody_reads_is_stopped(app_with: Made) -> None:
    app = app_with([TextDelta("Hello? "), 60.0], [TextDelta("Again")])
    session = await app.interviews.begin()
    events = app.interviews.send(session.id, "Hello")
    await first(events, TextDelta)
    await events.aclose()
    await app.interviews.stop(session.id)
    assert (await told(app, session))[-1] == ("model", "Hello? ", "stopped")


async def test_a_turn_waits_a_while_for_a_reader_to_come_back(app_with: Made) -> None:
    app = app_with([TextDelta("Still "), 0.1, TextDelta("here")])
    session = await app.interviews.begin()
    events = app.interviews.send(session.id, "Hello", linger=30.0)
    await first(events, TextDelta)
    await events.aclose()
    assert text_of([event async for event in app.interviews.follow(session.id)]) == "Still here"
    assert (await told(app, session))[-1] == ("model", "Still here", "done")


async def test_a_reader_who_leaves_before_anything_was_said_leaves_the_question_behind(app: App) -> None:
    session = await app.interviews.begin()
    reading = asyncio.create_task(say(app, session, "Hello", message_id="m1"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    await app.interviews.stop(session.id)
    events = await say(app, session, "Hello", message_id="m1")
    assert end_of(events) == "done"
    assert len(await told(app, session)) == 2


async def test_a_turn_can_be_read_and_stopped_from_another_loop(app_with: Made) -> None:
    app = app_with([TextDelta("Far away"), 60.0])
    session = await app.interviews.begin()
    events = app.interviews.send(session.id, "Hello")
    await first(events, TextDelta)
    elsewhere: list[Event] = []

    async def follow_and_stop() -> None:
        follow = app.interviews.follow(session.id)
        elsewhere.append(await first(follow, TextDelta))
        await app.interviews.stop(session.id)
        elsewhere.extend([event async for event in follow])

    thread = threading.Thread(target=lambda: asyncio.run(follow_and_stop()))
    thread.start()
    here = [event async for event in events]
    await asyncio.to_thread(thread.join)
    assert end_of(here) == end_of(elsewhere) == "stopped"


async def test_text_is_stored_while_it_is_being_said(app_with: Made) -> None:
    app = app_with([TextDelta("Word by "), 0.8, TextDelta("word"), 60.0])
    session = await app.interviews.begin()
    events = app.interviews.send(session.id, "Hello")
    await first(events, TextDelta)
    assert await running_text(app, session.id, "Word by ") == "Word by "
    await first(events, TextDelta)
    assert await running_text(app, session.id, "Word by word") == "Word by word"
    await app.interviews.stop(session.id)


async def running_text(app: App, session_id: str, wanted: str) -> str:
    """The stored text of the running reply, as soon as it is what is wanted."""
    text = ""
    for _ in range(200):
        talk = await app.interviews.talk(session_id)
        text = talk.running.text if talk.running else ""
        if text == wanted:
            break
        await asyncio.sleep(0.01)
    return text


async def test_a_silent_interviewer_gives_signs_of_life(app: App) -> None:
    session = await app.interviews.begin()
    question = Message("m1", "user", "Hello", datetime.now(UTC))
    asked = app.store.turns.ask("local", session.id, question, "r1", None, 0)
    silent = Scripted.of([0.3, TextDelta("At last")])
    before = touched(app)
    running = asyncio.create_task(Reply(app.store, asked, Turn("m1"), sign_of_life=0.01).run(silent.reply))
    for _ in range(100):
        await asyncio.sleep(0.01)
        if touched(app) > before:
            break
    assert touched(app) > before
    await running
    assert await told(app, session) == [("user", "Hello", "done"), ("model", "At last", "done")]


def touched(app: App) -> int:
    with app.store.database.read() as connection:
        return int(connection.exec_driver_sql("SELECT touched FROM messages WHERE id = 'r1'").scalar_one())


async def test_a_database_that_is_locked_at_the_end_costs_no_message_and_no_later_turn(
    app_with: Made, tmp_path: Path
) -> None:
    app = app_with([TextDelta("One"), 0.2, *sets(name="Half")], [TextDelta("Two")])
    session = await app.interviews.begin()
    events = app.interviews.send(session.id, "Hello", message_id="m1")
    await first(events, TextDelta)
    other = sqlite3.connect(tmp_path / "agents.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    rest = [event async for event in events]
    other.execute("ROLLBACK")
    other.close()
    assert end_of(rest) == "failed" and "another program" in failure_of(rest).reason
    kept = await app.interviews.get(session.id)
    assert ([message.text for message in kept.messages], kept.draft.entries) == (["Hello"], {})
    assert (await app.interviews.talk(session.id)).running is None
    assert text_of(await say(app, session, "Hello", message_id="m1")) == "Two"
    assert await told(app, session) == [("user", "Hello", "done"), ("model", "Two", "done")]


async def test_a_talk_cleared_from_elsewhere_gets_no_late_answer(app_with: Made) -> None:
    app = app_with([TextDelta("Late"), 0.1, TextDelta("!")])
    session = await app.interviews.begin()
    events = app.interviews.send(session.id, "Hello")
    await first(events, TextDelta)
    app.store.sessions.reset("local", session.id)
    assert end_of([event async for event in events]) == "failed"
    assert await told(app, session) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty_message"), (" \n\t", "empty_message"), ("\0", "empty_message"), ("x" * (LONGEST + 1), "long_message")],
)
async def test_a_message_that_says_nothing_or_too_much_is_refused_and_not_kept(app: App, text: str, code: str) -> None:
    session = await app.interviews.begin()
    with pytest.raises(Invalid) as refused:
        await say(app, session, text)
    assert refused.value.problems[0].code == code and refused.value.advice
    assert await told(app, session) == []


async def test_the_longest_message_and_the_strangest_letters_are_kept(app_with: Made) -> None:
    app = app_with([TextDelta("NUL \0, half \ud800, whole 🙂")])
    session = await app.interviews.begin()
    await say(app, session, "x" * LONGEST)
    events = await say(app, session, "a\0b \ud83d\ude42 \ud800 é")
    assert [text for _, text, _ in await told(app, session)][2:] == ["ab 🙂 \ufffd é", "NUL , half \ufffd, whole 🙂"]
    assert text_of(events) == "NUL , half \ufffd, whole 🙂"


@pytest.mark.parametrize("message_id", [" ", "a b", "x" * 101, "ü", "<b>"])
async def test_a_strange_message_id_is_refused(app: App, message_id: str) -> None:
    session = await app.interviews.begin()
    with pytest.raises(Invalid):
        await say(app, session, message_id=message_id)


async def test_a_talk_that_is_long_enough_says_what_to_do_instead(app_with: Made) -> None:
    app = app_with(max_conversation_length=2)
    session = await app.interviews.begin()
    for _ in range(2):
        await say(app, session)
    with pytest.raises(Invalid) as refused:
        await say(app, session)
    assert "duplicate it" in refused.value.advice
    assert len(await told(app, session)) == 4
    assert (await app.interviews.edit(session.id, operations(name="Still"))).changes


async def test_a_message_to_nowhere_is_not_found(app: App) -> None:
    for attempt in (say(app, await app.interviews.begin(owner="ada")), app.interviews.stop("nowhere")):
        with pytest.raises(NotFound):
            await attempt


async def test_another_interviewer_goes_on_with_the_same_draft(app_with: Made) -> None:
    app = app_with(sets(name="Greeter"))
    session = await app.interviews.begin()
    await say(app, session)
    switched = await app.interviews.switch(session.id, engine="guided", language="fr")
    assert (switched.engine, switched.language, switched.draft.value("name")) == ("guided", "fr", "Greeter")
    assert end_of(await say(app, session, "Bonjour")) == "done"
    with pytest.raises(Invalid):
        await app.interviews.switch(session.id, engine="oracle")
    with pytest.raises(Invalid):
        await app.interviews.switch(session.id, language="<b>")


async def test_one_description_makes_a_configuration_without_a_session(app_with: Made) -> None:
    app = app_with(sets(**READY), sets(name="Only"), [Failed("No.", "Say more.")])
    assert (await app.interviews.generate("A greeter"))["name"] == "Greeter"
    for _ in range(2):
        with pytest.raises(EngineFailed):
            await app.interviews.generate("A greeter")
    with pytest.raises(Invalid):
        await app.interviews.generate(" ")
    assert await app.interviews.recent() == []
