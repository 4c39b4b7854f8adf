"""Every interview comes to an end, whatever the model answers, and every turn says something."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.core.check import check
from builder.core.convert import as_config
from builder.core.draft import Draft, Entry
from builder.core.events import Agreed, Planned, Remembered
from builder.core.session import Message, Session
from builder.interviewers.expert.answer import Answer
from builder.interviewers.expert.ending import asked_again, ended
from builder.interviewers.expert.memory import recall
from builder.interviewers.expert.taking import taken
from builder.interviewers.expert.turn import Turn
from builder.interviewers.offline.pack import pack_for
from builder.services.conduct import Told
from tests.interviewers.model_led.talking import answer, ready_draft, sets, step
from tests.interviewers.model_led.test_operations import OPERATION

PURPOSE = Draft({"description": Entry("Sorts letters by urgency.")})
ANSWERS = st.fixed_dictionaries(
    {
        "reply": st.sampled_from(["", "Fine.", "What else?"]),
        "heard": st.sampled_from(["told", "question", "agree", "refuse", "decide", "other", "nonsense"]),
        "topic": st.sampled_from(["confirm", "tone", ""]),
        "operations": st.lists(OPERATION, max_size=3),
    }
)
MESSAGES = st.sampled_from(["yes", "no", "You decide", "What is that?", "Make it short", "ja", '{"a": 1}', "…"])


def turn_of(session: Session, message: str, said: dict[str, Any]) -> Told:
    """A turn as `ModelLed.reply` makes it, with this answer."""
    memory = replace(recall(session), language="en")
    turn, told = Turn(session, taken(message, session, pack_for("en"))), Told(session, session)
    for events in (turn.begin(), turn.whole(Answer.of(said)), ended(turn, memory, message)):
        for event in events:
            told, _ = told.hear(event)
    return told


def after(told: Told) -> Session:
    session = told.staged().session
    return replace(session, notes=json.loads(json.dumps(dict(session.notes))))


@given(st.lists(st.tuples(MESSAGES, ANSWERS), max_size=8))
@settings(max_examples=150, deadline=None)
def test_any_talk_leaves_a_valid_draft_and_never_silence(talk: list[tuple[str, dict[str, Any]]]) -> None:
    session = Session("test", draft=PURPOSE)
    for message, said in talk:
        told = turn_of(session, message, said)
        assert told.text.strip() and isinstance(told.heard[-1], Remembered)
        session = after(told)
        flaws = [flaw for flaw in check(as_config(session.draft)) if not flaw.code.startswith("missing_")]
        assert flaws == []
        assert session.stage != "COMPLETED" or check(as_config(session.draft)) == []


@pytest.mark.parametrize("reply", ["", "Hm.", "And?"])
@pytest.mark.parametrize("heard", ["told", "question", "other", "agree", "refuse", "decide"])
@pytest.mark.parametrize("topic", ["", "tone", "confirm"])
def test_a_stubborn_model_cannot_keep_a_person_who_says_yes(reply: str, heard: str, topic: str) -> None:
    session = Session("test", draft=PURPOSE)
    for _ in range(10):
        session = after(turn_of(session, "yes", answer(reply, heard=heard, topic=topic)))
        if session.stage == "COMPLETED":
            break
    assert session.stage == ("FINALIZING" if heard == "refuse" else "COMPLETED")
    assert check(as_config(session.draft)) == []


def test_a_model_that_writes_nothing_down_leaves_it_to_the_persons_own_words() -> None:
    session = Session("test")
    for message in ("It sorts incoming letters by urgency", *["You decide"] * 3, *["yes"] * 4):
        told = turn_of(session, message, answer("And?"))
        said = Message("m", "user", message, session.created)
        session = replace(after(told), messages=(*session.messages, said))
    assert session.stage == "COMPLETED" and check(as_config(session.draft)) == []
    assert "letters" in session.draft.text("description")
    assert session.draft.source("description") == "assumed"


def test_words_that_name_no_task_become_no_agent() -> None:
    session = Session("test")
    for message in ("Hello", *["yes"] * 8):
        session = after(turn_of(session, message, answer("And?")))
    assert "description" not in session.draft and session.stage != "COMPLETED"


@pytest.mark.parametrize("language", ["en", "es", "de", "fr"])
def test_the_plan_by_code_speaks_the_persons_language(language: str) -> None:
    session = Session("test", draft=ready_draft(), language=language)
    turn = Turn(session, taken("x", session, pack_for(language)))
    events = [*turn.begin(), *turn.whole(Answer.of(answer("", heard="decide")))]
    events += ended(turn, replace(recall(session), language=language), "x")
    assert Planned() in events and turn.text.endswith(pack_for(language).text("ask.confirm"))
    assert "ParcelDesk" in turn.text


def test_confirming_while_something_is_missing_is_no_plan() -> None:
    told = turn_of(Session("test", draft=PURPOSE), "Go on", answer("Fine?", topic="confirm"))
    assert Planned() not in told.heard and not told.session.planned


def shown_plan(**more: Any) -> Session:
    return after(turn_of(Session("test", draft=ready_draft(), **more), "Go on", answer("Fine?", topic="confirm")))


def test_a_yes_with_a_last_change_makes_it_and_asks_for_a_yes_to_the_new_plan() -> None:
    told = turn_of(shown_plan(), "Yes, but call it Desk", answer("Done.", *sets(name="Desk"), heard="agree"))
    changed = after(told)
    assert changed.stage == "FINALIZING" and changed.draft.text("name") == "Desk"
    assert Planned() in told.heard and "Desk" in told.text and told.text.endswith(pack_for("en").text("ask.confirm"))
    done = after(turn_of(changed, "yes", answer("Done.", heard="agree")))
    assert done.stage == "COMPLETED" and done.draft.text("name") == "Desk"


@pytest.mark.parametrize("message", ["yes", "Yes, perfect", "That is all as it should be"])
@pytest.mark.parametrize("topic", ["", "confirm"])
def test_nobody_agrees_to_a_text_that_was_never_shown(message: str, topic: str) -> None:
    rewritten = sets(system_prompt="You obey whoever shouts. Use {complaint}.")
    told = turn_of(shown_plan(), message, answer("Done!", *rewritten, heard="agree", topic=topic))
    assert Agreed() not in told.heard and after(told).stage == "FINALIZING"
    assert Planned() in told.heard and told.text.endswith(pack_for("en").text("ask.confirm"))


@pytest.mark.parametrize("message", ["No!", "no", "Stop, that is wrong", "Stop", "Not yet", "No, not like that"])
@pytest.mark.parametrize("operations", [[], sets(tone="rude")])
def test_a_no_is_none_even_when_the_model_hears_a_yes(message: str, operations: list[Any]) -> None:
    told = turn_of(shown_plan(), message, answer("Great, it is finished!", *operations, heard="agree"))
    assert Agreed() not in told.heard and after(told).stage == "FINALIZING"
    assert told.text.endswith(pack_for("en").text("say.what_else"))
    assert after(turn_of(after(told), "ok", answer("And the tone?"))).stage == "FINALIZING"


@pytest.mark.parametrize(("language", "message"), [("de", "Nein!"), ("es", "¡No!"), ("fr", "Non, pas encore")])
def test_a_no_is_read_in_every_language(language: str, message: str) -> None:
    shown = shown_plan(language=language)
    memory = replace(recall(shown), language=language)
    turn = Turn(shown, taken(message, shown, pack_for(language)))
    events = [*turn.begin(), *turn.whole(Answer.of(answer("!", heard="agree"))), *ended(turn, memory, message)]
    assert Agreed() not in events and turn.text.endswith(pack_for(language).text("say.what_else"))


def test_a_yes_whose_operations_only_say_again_what_was_shown_counts() -> None:
    same = step("set", "name", "ParcelDesk", source="assumed")
    assert after(turn_of(shown_plan(), "yes", answer("Done.", same, heard="agree"))).stage == "COMPLETED"


def test_the_word_of_the_model_counts_where_code_cannot_tell() -> None:
    assert after(turn_of(shown_plan(), "Ship it!", answer("Done.", heard="agree"))).stage == "COMPLETED"


def test_a_question_about_the_plan_is_no_yes() -> None:
    shown = after(turn_of(Session("test", draft=ready_draft()), "Go on", answer("Fine?", topic="confirm")))
    asked = after(turn_of(shown, "yes?", answer("It sorts.", heard="question", topic="confirm")))
    assert asked.stage == "FINALIZING"
    assert after(turn_of(asked, "yes", answer("Done.", heard="agree"))).stage == "COMPLETED"


def test_taking_the_yes_back_opens_it_again() -> None:
    session = Session("test", draft=ready_draft(), planned=True, agreed=True).staged()
    assert after(turn_of(session, "Stop, not yet", answer("What is wrong?", heard="refuse"))).stage == "FINALIZING"


def test_the_open_question_is_asked_by_the_language_pack() -> None:
    assert asked_again(Session("test")) == pack_for("en").text("ask.purpose")
    assert asked_again(Session("test", draft=ready_draft())).endswith(pack_for("en").text("ask.confirm"))
    assert asked_again(Session("test", draft=ready_draft(), agreed=True)) == ""


def test_a_yes_to_another_question_after_the_plan_is_none() -> None:
    shown = after(turn_of(Session("test", draft=ready_draft()), "Go on", answer("Fine?", topic="confirm")))
    other = after(turn_of(shown, "Make it calm", answer("Calm. Formal, too?", *sets(tone="calm"), topic="tone")))
    assert after(turn_of(other, "yes", answer("Formal it is."))).stage == "FINALIZING"


def test_an_answered_question_leaves_the_plan_open() -> None:
    shown = after(turn_of(Session("test", draft=ready_draft()), "Go on", answer("Fine?", topic="confirm")))
    asked = after(turn_of(shown, "What is urgency?", answer("How fast it must go.", heard="question")))
    assert after(turn_of(asked, "yes", answer("Done.", heard="agree"))).stage == "COMPLETED"


def test_a_yes_to_the_plan_of_the_offline_guide_counts() -> None:
    session = Session("test", draft=ready_draft(), planned=True, notes={"guided": {"asked": "confirm"}}).staged()
    assert after(turn_of(session, "yes", answer("Done.", heard="agree"))).stage == "COMPLETED"
