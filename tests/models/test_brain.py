"""What the brains of fake models say fits what they were asked for."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from builder.interviewers.expert.answer import IMPROVEMENT, REPAIR, TURN
from tests.models.brain import DONE, KIND, PURPOSE, YES, Brain, Faulty, Nonsense, Paced, lead
from tests.models.faults import OVERLOADED
from tests.models.script import Received

SCHEMAS = {"turn": TURN, "repair": REPAIR, "improvement": IMPROVEMENT}
READY = {"description": "Sorts letters.", "return_type": "unstructured", "name": "Sorter"}


def asked(schema: Mapping[str, Any] = TURN, history: list[tuple[str, str]] | None = None, **said: Any) -> Received:
    return Received(
        "stream", "/", "", {}, {}, history=history or [], last=json.dumps({"draft": {}, **said}), schema=dict(schema)
    )


def fits(brain: Brain, call: Received) -> Any:
    answer = brain(call).json
    Draft202012Validator(call.schema or {}).validate(answer)
    return answer


@pytest.mark.parametrize("schema", SCHEMAS)
def test_nonsense_fits_the_schema_and_is_the_same_for_the_same_request(schema: str) -> None:
    calls = [asked(SCHEMAS[schema], person=f"message {number}") for number in range(50)]
    first = [fits(Nonsense(7), call) for call in calls]
    assert first == [Nonsense(7)(call).json for call in calls] != [Nonsense(8)(call).json for call in calls]


@pytest.mark.parametrize("person", ["", "Hello", "What can you do?", "you decide", "{", "Größe 名前"])
@pytest.mark.parametrize("question", ["", PURPOSE, KIND, YES, DONE])
@pytest.mark.parametrize("draft", [{}, READY], ids=["empty", "begun"])
def test_an_answer_fits_the_schema_whatever_was_said(person: str, question: str, draft: dict[str, Any]) -> None:
    history = [("user", "Hi"), ("model", question)] if question else []
    answer = fits(lead, asked(person=person, history=history, draft=draft, missing=["system_prompt"]))
    assert answer["reply"].strip() and (answer["heard"] == "question") == ("?" in person)


def test_a_repair_and_a_better_text_fit_theirs() -> None:
    fits(lead, asked(REPAIR, refused=[]))
    assert fits(lead, asked(IMPROVEMENT, text="Be kind.", field="system_prompt"))["text"].startswith("Be kind.")


def test_every_second_answer_fails_when_told_so() -> None:
    brain = Faulty(Paced(lead, pieces=5), [(2, OVERLOADED)])
    played = [brain(asked(person="Hi")) for _ in range(4)]
    assert [answer.fault for answer in played] == [None, OVERLOADED, None, OVERLOADED]
    assert (brain.asked, brain.failed) == (4, 2) and played[0].pieces == 5
