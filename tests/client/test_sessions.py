"""Everything a program can do with a session, by the client, against a real server."""

import time

import pytest

from builder_client import (
    Client,
    Conflict,
    DraftChanged,
    Finished,
    Operation,
    Refused,
    Started,
    Suggested,
    TextDelta,
)


def test_a_session_begins_with_its_first_reply_and_what_the_program_knows(client: Client) -> None:
    begun = client.sessions.create(message="name Sorter", mode="quick", language="de", context={"company": "Example"})
    assert begun.reply is not None and begun.reply.text == "Noted: Sorter."
    assert (begun.mode, begun.language, begun.context) == ("quick", "de", {"company": "Example"})
    assert begun.draft["name"].value == "Sorter"


def test_events_come_typed_and_in_order(client: Client, session: str) -> None:
    events = list(client.sessions.send(session, "tone calm"))
    assert [type(event) for event in events][:3] == [Started, DraftChanged, TextDelta]
    assert isinstance(events[-1], Finished) and events[-1].outcome == "done"
    (change,) = [event.change for event in events if isinstance(event, DraftChanged)]
    assert (change.field, change.before, change.after, change.kind) == ("tone", None, "calm", "added")
    assert [event.replies for event in events if isinstance(event, Suggested)] == [("Go on", "You decide")]


def test_the_first_text_is_there_long_before_the_end(client: Client, session: str) -> None:
    first = None
    for event in client.sessions.send(session, "slow 60"):
        if isinstance(event, TextDelta) and first is None:
            first = time.monotonic()
    assert first is not None
    assert time.monotonic() - first > 0.6  # the script speaks for 1.2 s


def test_leaving_a_reply_early_stops_it_and_keeps_what_was_said(client: Client, session: str) -> None:
    with client.sessions.send(session, "slow 500") as reply:
        for _ in reply:
            if "word5" in reply.text:
                break
    last = next(client.sessions.talk(session))
    assert last.state == "stopped"
    assert last.text.startswith("word0 word1")
    assert client.sessions.say(session, "say free again").text == "free again"


def test_stop_from_elsewhere_ends_the_events(client: Client, session: str) -> None:
    reply = client.sessions.send(session, "slow 500")
    assert isinstance(next(reply), Started)
    client.sessions.stop(session)
    *_, last = reply
    assert isinstance(last, Finished) and last.outcome == "stopped"


def test_a_stop_that_names_a_message_ends_no_other_reply(client: Client, session: str) -> None:
    reply = client.sessions.send(session, "slow 500", message_id="mine")
    assert isinstance(next(reply), Started)
    client.sessions.stop(session, message_id="another")
    assert client.sessions.talk_page(session).running is not None
    client.sessions.stop(session, message_id="mine")
    *_, last = reply
    assert isinstance(last, Finished) and last.outcome == "stopped"


def test_a_reply_that_is_closed_late_ends_no_reply_that_came_after_it(client: Client, session: str) -> None:
    late = client.sessions.send(session, "slow 500")
    assert isinstance(next(late), Started)
    client.sessions.stop(session)
    other = client.sessions.send(session, "slow 30")
    next(other)
    late.close()
    *_, last = other
    assert isinstance(last, Finished) and last.outcome == "done"


def test_a_reply_that_was_heard_to_its_end_stops_nobody_else(client: Client, session: str) -> None:
    with client.sessions.send(session, "say one") as reply:
        list(reply)
        other = client.sessions.send(session, "slow 30")
        next(other)
    *_, last = other
    assert isinstance(last, Finished) and last.outcome == "done"


def test_the_same_message_id_never_makes_a_second_message(client: Client, session: str) -> None:
    first = client.sessions.say(session, "say once", message_id="m1")
    again = client.sessions.say(session, "say once", message_id="m1")
    events = list(client.sessions.send(session, "say once", message_id="m1"))
    assert first.id == again.id
    assert isinstance(events[0], Started) and events[0].again
    assert len(list(client.sessions.talk(session))) == 2


def test_the_whole_talk_comes_page_by_page_the_latest_first(client: Client, session: str) -> None:
    for number in range(55):
        client.sessions.say(session, f"say {number}")
    texts = [message.text for message in client.sessions.talk(session) if message.role == "model"]
    assert texts == [str(number) for number in reversed(range(55))]


def test_edits_that_meet_a_newer_state_are_refused_and_say_what_is_there(client: Client, session: str) -> None:
    old = client.sessions.get(session)
    edited = client.sessions.edit(session, [Operation("set", "tone", "brief")])
    assert [change.field for change in edited.changes] == ["tone"]
    assert edited.draft["tone"].locked
    with pytest.raises(Conflict) as refused:
        client.sessions.edit(session, [Operation("set", "tone", "warm")], seen={"tone": None}, revision=old.revision)
    assert refused.value.theirs == {"tone": "brief"}
    assert refused.value.revision == edited.revision
    assert "tone" in client.sessions.get(session).draft


def test_what_cannot_be_used_is_refused_with_its_problems(client: Client, session: str) -> None:
    with pytest.raises(Refused) as refused:
        client.sessions.edit(session, [Operation("set", "tone", 7)])
    assert refused.value.reason and refused.value.next_step
    assert [problem.field for problem in refused.value.problems] == ["tone"]


def test_a_proposal_is_accepted_or_refused_and_a_field_unlocked(client: Client, session: str) -> None:
    client.sessions.edit(session, [Operation("set", "tone", "brief")])
    assert client.sessions.say(session, "tone warm").proposals == ("tone",)
    assert client.sessions.get(session).proposals["tone"].after == "warm"
    assert client.sessions.refuse(session, "tone").proposals == {}
    client.sessions.say(session, "tone warm")
    assert client.sessions.accept(session, "tone").draft["tone"].value == "warm"
    assert not client.sessions.unlock(session, "tone").draft["tone"].locked


def test_steps_go_back_forth_and_to_a_message(client: Client, session: str) -> None:
    first = client.sessions.say(session, "name One")
    client.sessions.say(session, "name Two")
    client.sessions.undo(session)
    assert client.sessions.get(session).draft["name"].value == "One"
    client.sessions.redo(session)
    assert client.sessions.get(session).draft["name"].value == "Two"
    client.sessions.go_back(session, first.id)
    assert client.sessions.get(session).draft["name"].value == "One"
    assert client.sessions.switch(session, language="fr").revision > 0


def test_a_session_is_listed_resumed_and_deleted(client: Client, session: str) -> None:
    client.sessions.say(session, "say hello")
    assert session in {card.session_id for card in client.sessions.list()}
    assert client.sessions.resume(session).message == "hello"
    assert client.sessions.status(session).missing
    assert client.sessions.problems(session)
    assert client.sessions.configuration(session) is None
    assert client.sessions.artifacts(session) == ()
    client.sessions.delete(session)
    assert session not in {card.session_id for card in client.sessions.list()}
