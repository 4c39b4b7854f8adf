import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from builder.core.draft import Change, Proposal
from builder.core.errors import Conflict, NotFound, NothingToRedo, NothingToUndo
from builder.core.session import Session
from builder.core.stages import Stage
from builder.store import Store, codec, rows
from builder.store.tables import SESSIONS
from tests.store import parts


def said(session: Session) -> str:
    return "Back again."


def test_a_session_comes_back_as_it_was_stored(store: Store) -> None:
    new = parts.session(store)
    assert store.sessions.load("local", new.id) == new
    edited = parts.edit(store, new.id, name="Greeter", goals=["be kind", "NUL \0 and half a pair \ud800"])
    assert store.sessions.load("local", new.id) == edited
    assert edited.draft.value("goals")[1] == "NUL \0 and half a pair \ud800"


def test_nobody_reads_or_changes_the_session_of_another(store: Store) -> None:
    hers = parts.session(store, owner="ada")
    for attempt in (
        lambda: store.sessions.load("bob", hers.id),
        lambda: store.sessions.change("bob", hers.id, lambda now: now),
        lambda: store.sessions.move("bob", hers.id, "undo", said),
        lambda: store.sessions.go_back("bob", hers.id, "x", lambda now, text: text),
        lambda: store.sessions.reset("bob", hers.id),
        lambda: store.sessions.stretch("bob", hers.id, None, 10, speaking=False),
        lambda: store.sessions.archive("bob", hers.id),
        lambda: store.sessions.delete("bob", hers.id),
        lambda: store.turns.ask("bob", hers.id, parts.question(), "r", None, 0),
        lambda: store.agents.save("bob", hers, parts.config(), ""),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert store.sessions.load("ada", hers.id).revision == 0


def test_a_step_that_changes_nothing_writes_nothing(store: Store) -> None:
    new = parts.session(store)
    assert store.sessions.change("local", new.id, lambda now: now).revision == 0


def test_two_writers_never_overwrite_each_other(store: Store) -> None:
    new = parts.session(store)
    with store.database.read() as connection:
        stale = rows.fetch(connection, "local", new.id)
    parts.edit(store, new.id, name="First")
    with pytest.raises(Conflict), store.database.write() as connection:
        rows.write(connection, stale, title="Second")
    assert store.sessions.load("local", new.id).draft.value("name") == "First"


def test_steps_lead_back_to_the_beginning_and_forth_again(store: Store) -> None:
    new = parts.session(store)
    for name in ("One", "Two", "Three"):
        parts.edit(store, new.id, name=name)
    seen = [store.sessions.move("local", new.id, "undo", said).draft.value("name") for _ in range(3)]
    assert seen == ["Two", "One", None]
    with pytest.raises(NothingToUndo):
        store.sessions.move("local", new.id, "undo", said)
    seen = [store.sessions.move("local", new.id, "redo", said).draft.value("name") for _ in range(3)]
    assert seen == ["One", "Two", "Three"]
    with pytest.raises(NothingToRedo):
        store.sessions.move("local", new.id, "redo", said)


def test_a_step_passes_over_turns_that_only_moved_the_interview_on(store: Store) -> None:
    new = parts.session(store)
    parts.turn(store, new.id, name="One")
    store.sessions.change("local", new.id, lambda now: replace(now, notes={"asked": "tone"}))
    parts.edit(store, new.id, name="Two")
    back = store.sessions.move("local", new.id, "undo", said)
    assert (back.draft.value("name"), back.notes) == ("One", {"asked": "tone"})
    assert store.sessions.move("local", new.id, "undo", said).draft.value("name") is None
    forth = store.sessions.move("local", new.id, "redo", said)
    assert (forth.draft.value("name"), forth.notes) == ("One", {"asked": "tone"})
    assert store.sessions.move("local", new.id, "redo", said).draft.value("name") == "Two"


def test_going_another_way_after_a_step_back_leaves_the_old_way_in_reach(store: Store) -> None:
    new = parts.session(store)
    old = parts.turn(store, new.id, name="Old")
    store.sessions.move("local", new.id, "undo", said)
    parts.turn(store, new.id, name="New")
    back = store.sessions.go_back("local", new.id, old.reply.id, lambda now, text: f"Back at {text}.")
    assert back.draft.value("name") == "Old"
    assert back.messages[-1].text == "Back at Good day."


def test_going_back_is_said_once_however_often_it_is_done(store: Store) -> None:
    new = parts.session(store)
    first = parts.turn(store, new.id, name="One")
    second = parts.turn(store, new.id, name="Two")
    for target in (first, second, first):
        back = store.sessions.go_back("local", new.id, target.reply.id, lambda now, text: "Back again.")
    assert [message.text for message in back.messages].count("Back again.") == 1
    told = store.sessions.stretch("local", new.id, None, 20, speaking=False)
    assert [message.text for message in told.messages] == ["Hello", "Good day"] * 2 + ["Back again."]
    assert told.session == back


def test_going_back_to_a_message_that_is_not_there_is_refused(store: Store) -> None:
    with pytest.raises(NotFound):
        store.sessions.go_back("local", parts.session(store).id, "nowhere", lambda now, text: text)


def test_a_long_talk_is_read_in_stretches_without_gaps(store: Store) -> None:
    new = parts.session(store)
    for number in range(30):
        parts.turn(store, new.id, text=f"Question {number}")
    seen: list[int] = []
    before, earlier = None, True
    while earlier:
        stretch = store.sessions.stretch("local", new.id, before, 7, speaking=False)
        seen = [message.seq for message in stretch.messages] + seen
        before, earlier = seen[0], stretch.earlier
    assert seen == list(range(1, 61))
    assert len(store.sessions.load("local", new.id).messages) == rows.REMEMBERED


def test_a_reset_session_is_as_on_the_first_day(store: Store) -> None:
    new = parts.session(store)
    parts.turn(store, new.id, name="One")
    clean = store.sessions.reset("local", new.id)
    told = store.sessions.stretch("local", new.id, None, 10, speaking=False)
    assert (told.messages, told.can_undo, told.can_redo, told.session.draft.entries) == ((), False, False, {})
    assert clean.revision > new.revision
    assert parts.turn(store, new.id, name="Again").reply.seq == 2


def test_recent_sessions_are_those_that_hold_something_latest_first(store: Store) -> None:
    parts.session(store)
    talked, named = parts.session(store), parts.session(store)
    parts.turn(store, talked.id, text="I want\n a  shop assistant")
    parts.edit(store, named.id, name="Greeter")
    cards = store.sessions.recent("local", 10, False)
    assert [card.title for card in cards] == ["Greeter", "I want a shop assistant"]
    store.sessions.archive("local", named.id)
    assert [card.id for card in store.sessions.recent("local", 10, False)] == [talked.id]
    assert [card.id for card in store.sessions.recent("local", 10, True)] == [named.id]


def test_a_deleted_session_takes_its_talk_along(store: Store) -> None:
    new = parts.session(store)
    parts.turn(store, new.id, name="One")
    store.sessions.delete("local", new.id)
    with pytest.raises(NotFound):
        store.sessions.load("local", new.id)
    with store.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM messages").scalar() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM checkpoints").scalar() == 0


def test_idle_sessions_are_put_away_and_nothing_of_them_is_lost(store: Store) -> None:
    empty, begun, complete, fresh = (parts.session(store) for _ in range(4))
    for kept in (begun, complete, fresh):
        parts.turn(store, kept.id, name="One")
    store.sessions.change("local", complete.id, lambda now: replace(now, stage=Stage.COMPLETED))
    yesterday = codec.micros(datetime.now(UTC) - timedelta(days=1))
    with store.database.write() as connection:
        idle = SESSIONS.c.id.in_([empty.id, begun.id, complete.id])
        connection.execute(update(SESSIONS).where(idle).values(updated=yesterday))
    assert store.sessions.expire(datetime.now(UTC) - timedelta(hours=2)) == 1
    assert {card.id for card in store.sessions.recent("local", 10, False)} == {complete.id, fresh.id}
    assert store.sessions.load("local", begun.id).draft.value("name") == "One"
    with pytest.raises(NotFound):
        store.sessions.load("local", empty.id)


def test_what_a_newer_program_wrote_is_read_as_far_as_it_is_known() -> None:
    entries = {"name": {"value": "A", "source": "dreamt", "new": 1}, "aura": {"value": "blue"}}
    draft = codec.draft_from(json.dumps({"entries": entries, "version": 9}))
    assert (draft.value("name"), draft.source("name"), "aura" in draft) == ("A", "user", False)
    assert codec.changes_from('[{"field": "name", "mood": 1}]') == (Change("name", None, None),)
    assert codec.proposals_from('[{"field": "name", "after": "B", "mood": 1}]') == (Proposal("name", None, "B"),)
    assert (codec.stage_from("DREAMING"), codec.state_from("asleep")) == (None, "done")


def test_only_json_can_be_written() -> None:
    assert codec.dumps({"names": frozenset({"b", "a"})}) == '{"names":["a","b"]}'
    with pytest.raises(TypeError):
        codec.dumps({"when": datetime.now(UTC)})
