""" "Improve this text": one call, reasons, a new text that keeps every placeholder."""

from builder.core.events import Proposed, Retrying
from builder.interviewers.model_led import ModelLed
from builder.llm.google import Google
from builder.llm.reach import Reached
from tests.interviewers.model_led.conftest import Begin
from tests.interviewers.model_led.talking import READY, ready_draft
from tests.models import faults
from tests.models.gemini import Gemini
from tests.models.script import Answer

BETTER = "# Role\nYou sort parcel complaints.\n\nUse {complaint}. If unsure, answer medium."


def rewrite(text: str, *reasons: str) -> dict[str, object]:
    return {"reasons": list(reasons), "text": text}


async def test_a_better_text_comes_with_its_reasons(begin: Begin) -> None:
    talk = begin(rewrite(BETTER, "Says the role first", "Shorter"), draft=ready_draft())
    assert await talk.improve("system_prompt") == "Says the role first\nShorter\n"
    assert talk.value("system_prompt") == BETTER and talk.proposed == ["system_prompt"] and talk.calls == 1
    assert talk.data["text"] == READY["system_prompt"] and "system_prompt" not in talk.data["agent"]
    assert talk.sent.schema and list(talk.sent.schema["properties"]) == ["reasons", "text"]


async def test_a_text_that_is_good_as_it_is_stays(begin: Begin) -> None:
    talk = begin(rewrite(READY["system_prompt"]), draft=ready_draft())
    assert await talk.improve("system_prompt") == ""
    assert talk.proposed == [] and not talk.failed


async def test_a_lost_placeholder_is_asked_for_once(begin: Begin) -> None:
    talk = begin(rewrite("You sort complaints."), rewrite(BETTER, "Clear"), draft=ready_draft())
    await talk.improve("system_prompt")
    assert talk.calls == 2 and "complaint" in talk.data["problem"] and talk.value("system_prompt") == BETTER


async def test_a_placeholder_lost_twice_is_refused_in_words(begin: Begin) -> None:
    talk = begin(rewrite("Complaint: {complaint} {customer}"), draft=ready_draft())
    await talk.improve("user_prompt")
    assert talk.calls == 2 and talk.proposed == [] and talk.failed and "customer" in talk.failed.reason


async def test_a_locked_text_gets_a_proposal(begin: Begin) -> None:
    talk = begin(rewrite("Judges complaints.", "Shorter"), draft=ready_draft())
    talk.edit("description", "It is for judging how urgent complaints are.")
    await talk.improve("description")
    assert talk.session.proposals["description"].after == "Judges complaints."


async def test_an_empty_text_cannot_be_improved(begin: Begin) -> None:
    talk = begin(rewrite(BETTER))
    await talk.improve("system_prompt")
    assert talk.calls == 0 and talk.failed and talk.failed.cause == "text"


async def test_an_answer_without_text_is_a_failure(begin: Begin) -> None:
    talk = begin(rewrite("  "), draft=ready_draft())
    await talk.improve("description")
    assert talk.failed and talk.proposed == []


async def test_a_fault_is_tried_again_and_a_lasting_one_is_said(begin: Begin, fake: Gemini) -> None:
    talk = begin(draft=ready_draft())
    fake.play([Answer(json=rewrite(BETTER), fault=faults.cut()), Answer(json=rewrite(BETTER, "Clear"))])
    assert await talk.improve("system_prompt") == "Clear\n"
    assert any(isinstance(event, Retrying) for event in talk.events)
    fake.play([Answer(fault=faults.BAD_REQUEST)])
    await talk.improve("system_prompt")
    assert talk.failed and not any(isinstance(event, Proposed) for event in talk.events)


async def unreachable(provider: str, owner: str) -> Reached:
    raise AssertionError("nothing is reached for the first words")


def test_the_first_words_need_no_model() -> None:
    led = ModelLed(Google(), unreachable)
    assert led.name == "google" and led.title == "Gemini" and led.provider == "google"
    assert "?" in led.opening("de")[0] and led.opening("de")[1]
