from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from builder.core.errors import Busy, Invalid, NotFound
from builder.core.session import Session
from builder.store import Store
from builder.store.rows import STALE
from builder.store.tables import MESSAGES
from builder.store.turns import Answer
from tests.store import parts


def told(store: Store, session: Session) -> list[tuple[str, str, str]]:
    stretch = store.sessions.stretch("local", session.id, None, 100, speaking=False)
    return [(message.role, message.text, message.state) for message in stretch.messages]


def grow_old(store: Store) -> None:
    """As if nobody had touched a reply for half a minute."""
    with store.database.write() as connection:
        long_ago = MESSAGES.c.touched - STALE - 1
        connection.execute(update(MESSAGES).where(MESSAGES.c.state == "streaming").values(touched=long_ago))


def test_a_question_is_stored_before_there_is_an_answer(store: Store) -> None:
    new = parts.session(store)
    asked = parts.ask(store, new.id, "What now?")
    assert told(store, new)[0] == ("user", "What now?", "done")
    assert (asked.session.messages, asked.reply.state, asked.reply.seq) == ((), "streaming", 2)


def test_an_answer_brings_reply_draft_notes_and_stage_at_once(store: Store) -> None:
    new = parts.session(store)
    asked = parts.ask(store, new.id)
    after = replace(parts.given(asked.session, name="Greeter"), notes={"asked": "tone"}, planned=True)
    reply = replace(asked.reply, text="Fine", state="done", suggestions=("Yes",))
    ended = store.turns.conclude("local", new.id, asked.session.revision, Answer(after, reply), lambda now: 1 / 0)
    kept = store.sessions.load("local", new.id)
    assert (kept.draft.value("name"), kept.notes, kept.planned, kept.revision) == (
        "Greeter",
        {"asked": "tone"},
        True,
        ended.session.revision,
    )
    assert kept.messages[-1] == replace(reply, stage=None)


def test_the_same_question_again_is_never_a_second_one(store: Store) -> None:
    new = parts.session(store)
    parts.answer(store, parts.ask(store, new.id, "Hello", "q1"))
    again = parts.ask(store, new.id, "Hello", "q1")
    assert (again.again, again.finished, again.reply.text) == (True, True, "Good day")
    assert len(told(store, new)) == 2


@pytest.mark.parametrize("state", ["failed", "stopped"])
def test_a_question_that_got_no_answer_is_answered_when_it_comes_again(store: Store, state: str) -> None:
    new = parts.session(store)
    first = parts.ask(store, new.id, "Hello", "q1")
    ended = Answer(first.session, replace(first.reply, state=state, reason="broke"))
    store.turns.conclude("local", new.id, first.session.revision, ended, lambda now: ended)
    again = parts.ask(store, new.id, "Hello", "q1")
    assert (again.finished, again.reply.id, again.reply.reason) == (False, first.reply.id, "")
    parts.answer(store, again, "Now it works")
    assert told(store, new) == [("user", "Hello", "done"), ("model", "Now it works", "done")]


def test_an_old_failure_is_not_answered_in_the_middle_of_the_talk(store: Store) -> None:
    new = parts.session(store)
    first = parts.ask(store, new.id, "Hello", "q1")
    ended = Answer(first.session, replace(first.reply, state="failed"))
    store.turns.conclude("local", new.id, first.session.revision, ended, lambda now: ended)
    parts.turn(store, new.id)
    assert parts.ask(store, new.id, "Hello", "q1").finished


def test_the_id_of_a_reply_is_no_id_for_a_question(store: Store) -> None:
    new = parts.session(store)
    reply = parts.turn(store, new.id).reply
    with pytest.raises(Invalid):
        parts.ask(store, new.id, "Hello", reply.id)


def test_a_second_process_waits_while_the_first_one_answers(url: str) -> None:
    first, second = Store.open(url), Store.open(url)
    new = parts.session(first)
    parts.ask(first, new.id, "Hello", "q1")
    for message_id in ("q1", "q2"):
        with pytest.raises(Busy):
            parts.ask(second, new.id, "Hello", message_id)
    assert second.sessions.stretch("local", new.id, None, 10, speaking=False).running is not None
    first.close()
    second.close()


def test_a_reply_that_nobody_writes_any_more_does_not_block_the_talk(url: str) -> None:
    first, second = Store.open(url), Store.open(url)
    new = parts.session(first)
    parts.ask(first, new.id, "Hello", "q1")
    grow_old(first)
    assert second.sessions.stretch("local", new.id, None, 10, speaking=False).running is None
    parts.turn(second, new.id, "And now?")
    assert [state for _, _, state in told(second, new)] == ["done", "stopped", "done", "done"]
    first.close()
    second.close()


def test_what_was_kept_of_a_reply_is_there_after_a_crash(url: str) -> None:
    first = Store.open(url)
    new = parts.session(first)
    asked = parts.ask(first, new.id, "Hello")
    first.turns.keep(new.id, asked.reply.id, "Good d")
    second = Store.open(url)
    grow_old(first)
    assert second.interrupted() == 1
    assert told(second, new) == [("user", "Hello", "done"), ("model", "Good d", "stopped")]
    parts.turn(second, new.id, "Go on")
    first.turns.keep(new.id, asked.reply.id, "too late")
    assert told(second, new)[1] == ("model", "Good d", "stopped")
    first.close()
    second.close()


def test_who_opens_the_database_beside_a_running_reply_leaves_it_alone(url: str) -> None:
    first = Store.open(url)
    new = parts.session(first)
    parts.ask(first, new.id, "Hello")
    second = Store.open(url)
    assert told(second, new) == [("user", "Hello", "done")]
    assert second.interrupted() == 0, "the other one may be alive"
    with pytest.raises(Busy):
        parts.ask(second, new.id, "And now?")
    first.close()
    second.close()


def test_a_server_that_starts_alone_ends_what_a_dead_one_left_half_said_at_once(file: Path) -> None:
    dead, third = Store.open(f"sqlite:///{file}"), Store.open(f"sqlite:///{file}")
    new = parts.session(dead)
    parts.ask(dead, new.id, "Hello")
    dead.close()
    server = Store.open(f"sqlite:///{file}")
    assert server.interrupted() == 0, "it may be the third one's"
    third.close()
    assert (server.interrupted(), server.interrupted()) == (1, 0)
    assert told(server, new)[1] == ("model", "", "stopped")
    server.close()


def test_an_edit_made_while_the_answer_was_written_is_not_overwritten(store: Store) -> None:
    new = parts.session(store)
    asked = parts.ask(store, new.id)
    parts.edit(store, new.id, name="Mine")
    ended = parts.answer(store, asked, name="Theirs", tone="kind")
    assert ended.session.draft.value("name") == "Mine"
    assert ended.session.draft.value("tone") == "kind"
    assert ended.session.proposals["name"].after == "Theirs"


def test_an_answer_to_a_talk_that_was_cleared_is_refused(store: Store) -> None:
    new = parts.session(store)
    asked = parts.ask(store, new.id)
    store.sessions.reset("local", new.id)
    with pytest.raises(NotFound):
        parts.answer(store, asked)


def test_a_talk_has_an_end(store: Store) -> None:
    new = parts.session(store)
    for _ in range(3):
        parts.answer(store, parts.ask(store, new.id, most=3))
    with pytest.raises(Invalid) as refused:
        parts.ask(store, new.id, most=3)
    assert "3 messages" in refused.value.message
    assert len(told(store, new)) == 6


# ---- a session as this process last wrote it is only a guess


def test_a_next_question_finds_what_the_last_turn_left(store: Store) -> None:
    new = parts.session(store)
    for number in range(45):
        parts.turn(store, new.id, f"Question {number}", name=f"Greeter{number}")
    stored = store.sessions.load("local", new.id)
    asked = parts.ask(store, new.id, "And now?")
    assert replace(asked.session, revision=stored.revision, updated=stored.updated) == stored


def test_a_change_by_another_process_is_seen_by_the_next_question(store: Store, url: str) -> None:
    new = parts.session(store)
    parts.turn(store, new.id, name="Greeter")
    other = Store.open(url)
    try:
        parts.edit(other, new.id, name="Theirs")
        asked = parts.ask(store, new.id)
        assert asked.session.draft.value("name") == "Theirs"
        with pytest.raises(Busy):
            parts.ask(other, new.id)
        parts.answer(store, asked)
        parts.turn(other, new.id, "Of another")
    finally:
        other.close()
    assert [message.text for message in parts.ask(store, new.id, "Mine").session.messages][-2:] == [
        "Of another",
        "Good day",
    ]


def test_an_edit_by_another_process_during_a_turn_is_not_overwritten(store: Store, url: str) -> None:
    new = parts.session(store)
    parts.turn(store, new.id)
    asked = parts.ask(store, new.id)
    other = Store.open(url)
    try:
        parts.edit(other, new.id, name="Theirs")
    finally:
        other.close()
    parts.answer(store, asked, tone="kind")
    kept = store.sessions.load("local", new.id)
    assert (kept.draft.value("name"), kept.draft.value("tone")) == ("Theirs", "kind")


def test_a_session_that_was_begun_anew_under_its_id_is_another_one(store: Store) -> None:
    new = parts.session(store)
    parts.turn(store, new.id, name="Old")
    store.sessions.delete("local", new.id)
    begun = Session(new.id, "local", created=new.created + timedelta(seconds=1))
    store.sessions.add(begun)
    for _ in range(2):
        parts.edit(store, new.id, tone=f"kind {store.sessions.load('local', new.id).revision}")
    asked = parts.ask(store, new.id, "Who are you?")
    assert (asked.session.draft.value("name"), asked.session.messages, asked.question.seq) == (None, (), 1)


def test_the_same_question_again_is_found_where_the_last_turn_was_ours(store: Store) -> None:
    new = parts.session(store)
    parts.answer(store, parts.ask(store, new.id, "Hello", "q1"))
    parts.turn(store, new.id)
    again = parts.ask(store, new.id, "Hello", "q1")
    assert (again.again, again.finished) == (True, True)
    assert len(told(store, new)) == 4


def test_the_last_place_in_a_talk_is_the_last_also_for_who_knows_it(store: Store) -> None:
    new = parts.session(store)
    parts.answer(store, parts.ask(store, new.id, most=2))
    parts.answer(store, parts.ask(store, new.id, most=2))
    with pytest.raises(Invalid):
        parts.ask(store, new.id, most=2)
