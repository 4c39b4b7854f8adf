"""What is sent: a constant front, texts, and the state as data."""

import json
from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from builder.core.draft import Draft, Entry, Proposal
from builder.core.session import Message, Session
from builder.interviewers.expert.answer import IMPROVEMENT, REPAIR, TURN
from builder.interviewers.expert.instructions import instructions
from builder.interviewers.expert.memory import MOST_NOTES, Memory, recall
from builder.interviewers.expert.sending import question, state, talk
from builder.interviewers.expert.taking import Taken
from builder.interviewers.expert.words import LANGUAGES, Unable, unable
from builder.llm.ask import Said
from builder.llm.counting import tokens
from tests.interviewers.model_led.talking import ready_draft


def message(role: Any, text: str, state: Any = "done") -> Message:
    return Message("m", role, text, datetime.now(UTC), state)


def test_the_answer_begins_with_the_reply_and_all_of_it_is_required() -> None:
    keys = ["reply", "suggestions", "heard", "operations", "topic", "note"]
    assert list(TURN["properties"]) == TURN["required"] == keys
    assert list(IMPROVEMENT["properties"]) == ["reasons", "text"] and list(REPAIR["properties"]) == ["operations"]


def test_the_front_is_small_and_the_same_for_every_session() -> None:
    one = question(Session("a"), Memory(), Taken("Hello"))
    other = question(Session("b", draft=ready_draft(), language="de"), Memory(notes=("x",)), Taken("Hallo"))
    assert (one.instructions, one.schema) == (other.instructions, other.schema)
    assert len(one.instructions) + len(json.dumps(one.schema)) < 3_040  # 760 tokens of four characters


def test_every_part_of_the_instructions_is_there() -> None:
    for part in ("Craft", "Interview", "Specification", "Repair", "Improve"):
        assert len(instructions(part)) > 100 and not instructions(part).startswith("#" + part)  # type: ignore[arg-type]


def test_failed_and_empty_replies_are_left_out_and_the_roles_take_turns() -> None:
    said = [
        message("user", "One"),
        message("model", "half", "failed"),
        message("user", "Two"),
        message("model", ""),
        message("user", "Three"),
        message("model", "Stopped here", "stopped"),
    ]
    assert list(talk(said)) == [Said("user", "One\nTwo\nThree"), Said("model", "Stopped here")]


def test_the_state_says_only_what_is_there_and_the_person_comes_last() -> None:
    empty = state(Session("test"), Memory(), Taken("Hello"))
    assert list(empty) == ["draft", "missing", "next", "tools", "person"] and empty["draft"] == {}
    assert empty["next"] == "purpose" and empty["tools"] == ()


def test_the_state_shows_locks_guesses_proposals_and_flaws() -> None:
    draft = ready_draft(name="two words").with_entry("tone", Entry("calm", "assumed"))
    draft = draft.with_entry("description", Entry("Mine.", "edited", locked=True))
    waiting = {"description": Proposal("description", "Mine.", "Theirs.")}
    said = state(Session("test", draft=draft, proposals=waiting, mode="quick"), Memory(), Taken("x", note="pasted"))
    assert said["assumed"] == ["tone"] and said["locked"] == ["description"] and said["mode"].startswith("quick")
    assert said["waiting"] == {"description": "Theirs."} and "two words" in said["problems"][0]
    assert said["taken"] == "pasted" and said["next"] == "confirm" and "missing" not in said


def test_outputs_are_shown_one_by_one_as_they_are_put() -> None:
    shown = state(Session("test", draft=ready_draft()), Memory(), Taken("x"))["draft"]["schema_definition"]
    assert shown == {"urgency": {"type": "string", "enum": ["low", "medium", "high"], "required": True}}


def test_explanations_made_from_a_name_are_not_sent() -> None:
    session = Session("test", draft=Draft({"user_prompt": Entry("{order_line}")}))
    session = Session(
        "test", draft=session.draft.with_entry("placeholders", Entry({"order_line": "Provide the order line."}))
    )
    assert "placeholders" not in state(session, Memory(), Taken("x"))["draft"]


def test_a_question_knows_about_how_long_it_is() -> None:
    asked = question(Session("test"), Memory(), Taken("x" * 4_000))
    assert 1_700 < tokens(asked) < 2_000


def test_notes_are_few_and_the_same_one_is_kept_once() -> None:
    memory = Memory()
    for number in range(30):
        memory = memory.noted(f"note {number}").noted(f"note {number}")
    assert len(memory.notes) == MOST_NOTES and memory.notes[-1] == "note 29"


@pytest.mark.parametrize(
    "notes", [{"expert": 3, "expert_notes": "x"}, {"expert": {"ready": "x", "idle": True, "topic": []}}]
)
def test_notes_of_any_shape_are_read(notes: dict[str, Any]) -> None:
    assert recall(Session("test", notes=notes)) == Memory()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_there_in_every_language(language: str) -> None:
    for name in get_args(Unable):
        assert all(unable(name, language, "7"))
        assert language == "en" or unable(name, language, "7") != unable(name, "en", "7")
