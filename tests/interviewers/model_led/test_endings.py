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
from builder.core.events import Planned, Remembered
from builder.core.session import Session
from builder.interviewers.expert.answer import Answer
from builder.interviewers.expert.ending import asked_again, ended
from builder.interviewers.expert.memory import recall
from builder.interviewers.expert.taking import taken
from builder.interviewers.expert.turn import Turn
from builder.interviewers.offline.pack import pack_for
from builder.services.conduct import Told
from tests.interviewers.model_led.talking import answer, ready_draft, sets
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


def test_a_yes_with_a_last_change_makes_both() -> None:
    shown = after(turn_of(Session("test", draft=ready_draft()), "Go on", answer("Fine?", topic="confirm")))
    done = after(turn_of(shown, "Yes, but call it Desk", answer("Done.", *sets(name="Desk"), heard="agree")))
    assert done.stage == "COMPLETED" and done.draft.text("name") == "Desk"


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
