"""Everything a model's end can do: told in words, tried again where that helps, the draft untouched when it fails."""

import asyncio
import time

import pytest

from builder.core.events import Failed, Proposed, Retrying, TextDelta, TextTakenBack, Used
from builder.interviewers.expert.calling import Calls
from builder.llm.ask import Question
from builder.llm.faults import Fault as Kind
from builder.llm.faults import ModelFailed
from builder.llm.google import Google
from builder.llm.reach import Limits, Reached
from tests.interviewers.model_led.conftest import Begin
from tests.interviewers.model_led.talking import Talk, answer, ready_draft, sets, step
from tests.models import faults
from tests.models.gemini import Gemini
from tests.models.script import Answer, Fault, Received, Usage, failing

GOOD = answer("Changed to calm.", *sets(tone="calm"), suggestions=["Yes"])
# Every kind of end; the rows that only differ in how often they are tried again are the model room's own.
AGAIN = (faults.rate_limited(header=0.2), faults.SERVER_ERROR, faults.cut(), faults.NO_JSON, faults.EMPTY_STREAM)
TOLD = tuple(fault for fault in (*faults.REFUSED, *faults.ODD) if fault.wanted == "tell")
SURVIVED = (faults.DUPLICATE_KEYS, faults.stalling(0.05))


@pytest.mark.parametrize("fault", [*AGAIN, *TOLD, faults.large()], ids=repr)
async def test_a_fault_for_ever_ends_in_words_with_the_draft_untouched(
    fault: Fault, begin: Begin, fake: Gemini
) -> None:
    talk = begin(draft=ready_draft(), limits=Limits(deadline=10.0))
    fake.play(failing(fault, then=Answer(json=GOOD)))
    before = talk.session.draft
    said = await talk.say("Calm, please")
    failed = talk.failed
    assert isinstance(talk.events[-1], Failed) and failed and failed.reason and failed.next_step
    assert talk.session.draft == before and talk.session.proposals == {} and said == ""
    assert talk.calls == (3 if fault in AGAIN else 1)


@pytest.mark.parametrize("fault", SURVIVED, ids=repr)
async def test_an_odd_answer_that_is_whole_is_taken(fault: Fault, begin: Begin, fake: Gemini) -> None:
    talk = begin(draft=ready_draft())
    fake.play(failing(fault, then=Answer(json=GOOD)))
    assert await talk.say("Calm, please") == "Changed to calm."
    assert talk.value("tone") == "calm" and talk.calls == 1


@pytest.mark.parametrize("fault", [faults.ERROR_EVENT_FIRST, faults.dropped(), faults.TRUNCATED_JSON], ids=repr)
async def test_a_fault_that_passes_is_tried_again_and_what_it_left_is_taken_back(
    fault: Fault, begin: Begin, fake: Gemini
) -> None:
    talk = begin(draft=ready_draft())
    fake.play(failing(fault, times=1, then=Answer(json=GOOD, pieces=60)))
    assert await talk.say("Calm, please") == "Changed to calm."
    assert talk.value("tone") == "calm" and talk.told and len(talk.told.changes) == 1
    assert [event.attempt for event in talk.retries] == [2] and talk.retries[0].reason


async def test_operations_of_half_an_answer_are_taken_back(begin: Begin, fake: Gemini) -> None:
    talk = begin(draft=ready_draft())
    half = answer("I rename it to Wrong.", *sets(name="Wrong"), note="x" * 400)
    fake.play([Answer(json=half, pieces=300, fault=faults.cut(after=1)), Answer(json=GOOD)])
    assert await talk.say("Calm, please") == "Changed to calm."
    kinds = [type(event) for event in talk.events]
    assert kinds.index(Proposed) < kinds.index(TextTakenBack) < kinds.index(Retrying)
    assert talk.value("name") == "ParcelDesk" and talk.value("tone") == "calm"
    assert talk.told and [change.field for change in talk.told.changes] == ["tone"]


async def test_half_an_answer_is_never_kept(begin: Begin, fake: Gemini) -> None:
    talk = begin(draft=ready_draft())
    fake.play(failing(faults.cut(after=3), then=Answer(json=GOOD, pieces=40)))
    assert await talk.say("Calm, please") == ""
    assert any(isinstance(event, TextDelta) for event in talk.events) and talk.taken_back == 3
    assert talk.failed and talk.value("tone") is None


async def test_after_a_failure_the_next_message_is_answered_and_the_failed_reply_is_not_sent(
    begin: Begin, fake: Gemini
) -> None:
    talk = begin(draft=ready_draft())
    fake.play([Answer(fault=faults.BAD_REQUEST), Answer(json=GOOD)])
    await talk.say("First")
    assert talk.failed
    assert await talk.say("Second") == "Changed to calm."
    assert talk.sent.history == [("user", "First")]


async def test_what_tries_took_is_counted_even_when_they_fail(begin: Begin, fake: Gemini) -> None:
    talk = begin(draft=ready_draft())
    fake.play([Answer(json=GOOD, fault=faults.MAX_TOKENS)])
    await talk.say("Hello")
    kinds = [type(event) for event in talk.events]
    assert kinds[-2:] == [Used, Failed] and talk.session.used.tokens > 0


async def test_silence_ends_with_the_deadline(begin: Begin, fake: Gemini) -> None:
    talk = begin(draft=ready_draft(), limits=Limits(deadline=0.6))
    fake.play(failing(faults.silent(), then=Answer(json=GOOD)))
    start = time.monotonic()
    assert await talk.say("Hello") == ""
    assert talk.failed and time.monotonic() - start < 5


async def test_stopping_ends_the_request(begin: Begin, fake: Gemini) -> None:
    talk = begin(draft=ready_draft())
    took = []
    for _ in range(4):
        fake.play([Answer(json=answer("word " * 500), pieces=5, pause=0.05)])
        task = asyncio.create_task(talk.say("Hello"))
        while not fake.calls or fake.calls[0].first_text_at is None:
            await asyncio.sleep(0.02)
        task.cancel()
        stopped = time.monotonic()
        with pytest.raises(asyncio.CancelledError):
            await task
        took.append(await aborted(fake.calls[0]) - stopped)
    assert min(took) < 0.2  # the best of them: the others may have waited for this machine


async def aborted(call: Received) -> float:
    for _ in range(100):
        if call.aborted_at:
            return call.aborted_at
        await asyncio.sleep(0.02)
    raise AssertionError("the request went on")


async def test_a_repair_that_fails_leaves_the_rest_of_the_turn(begin: Begin, fake: Gemini) -> None:
    talk = begin(draft=ready_draft())
    bad = step("set", "return_type", "both")
    fake.play([Answer(json=answer("Done.", bad, *sets(tone="calm"))), Answer(fault=faults.BAD_REQUEST)])
    assert await talk.say("Both, calm") == "Done."
    assert not talk.failed and talk.value("tone") == "calm" and talk.dropped == ["bad_return_type"]


@pytest.mark.parametrize("language", ["en", "es", "de", "fr"])
async def test_the_limit_of_a_talk_is_said_before_any_call(language: str, begin: Begin, fake: Gemini) -> None:
    talk = begin(GOOD, limits=Limits(session=150), draft=ready_draft(), language=language)
    await talk.say("Hello")
    assert talk.session.used.tokens >= 150
    await talk.say("Hello")
    assert talk.calls == 1 and talk.failed and "150" in talk.failed.reason and talk.failed.next_step


async def test_the_limit_of_a_turn_stops_a_message_that_is_too_long(begin: Begin) -> None:
    talk = begin(GOOD, limits=Limits(turn=3_000), draft=ready_draft())
    await talk.say("word " * 4_000)
    assert talk.calls == 0 and talk.failed and "3,000" in talk.failed.reason
    assert await talk.say("short") == "Changed to calm."


async def test_the_limit_of_a_turn_bounds_the_answer_and_stops_tries_and_repair(begin: Begin, fake: Gemini) -> None:
    talk = begin(draft=ready_draft(), limits=Limits(turn=2_000))
    fake.play(failing(faults.cut(after=1), then=Answer(json=GOOD, usage=Usage(prompt=1_500, output=400))))
    await talk.say("Hello")
    assert talk.calls == 1 and talk.failed
    assert 500 <= talk.sent.body["generationConfig"]["maxOutputTokens"] < 1_200
    fake.play([Answer(json=answer("Done.", step("set", "return_type", "both")), usage=Usage(prompt=1_500, output=400))])
    await talk.say("Hello")
    assert talk.calls == 1 and talk.dropped == ["bad_return_type"] and not talk.failed


async def test_a_provider_that_is_not_set_up_is_said_at_once(begin: Begin) -> None:
    class Nowhere:
        async def __call__(self, provider: str, owner: str) -> Reached:
            raise ModelFailed(Kind("key"))

    talk = begin(GOOD, draft=ready_draft())
    told = Talk(Nowhere(), talk.session)  # type: ignore[arg-type]
    await told.say("Hello")
    assert told.failed and talk.calls == 0 and [type(event) for event in told.events] == [Failed]


async def test_an_agent_that_is_too_long_is_not_put_down_to_the_message(begin: Begin) -> None:
    talk = begin(GOOD, limits=Limits(turn=3_000), draft=ready_draft(guardrails=["Say nothing of prices. " * 600]))
    await talk.say("short")
    assert talk.calls == 0 and talk.failed and talk.failed.reason.startswith("The agent has grown")
    assert "3,000" in talk.failed.reason and "by hand" in talk.failed.next_step


async def test_there_is_one_try_to_repair_and_no_wait_for_another(begin: Begin, fake: Gemini) -> None:
    talk = begin(draft=ready_draft())
    bad = Answer(json=answer("Done.", step("set", "return_type", "both")))
    fake.play([bad, Answer(fault=faults.OVERLOADED)])
    assert await talk.say("Both") == "Done."
    assert talk.calls == 2 and talk.retries == [] and talk.dropped == ["bad_return_type"]


async def test_a_call_may_have_less_time_than_the_turn(begin: Begin, fake: Gemini) -> None:
    talk = begin(draft=ready_draft(), limits=Limits(deadline=60.0))
    fake.play(failing(faults.silent(), then=Answer(json=GOOD)))
    calls, start = Calls(Google(), talk.session), time.monotonic()
    await calls.begin(talk.line)
    with pytest.raises(ModelFailed) as failed:
        [piece async for piece in calls.answer(Question("Be kind.", "Hi"), tries=1, seconds=0.3)]
    assert failed.value.fault.kind == "slow" and time.monotonic() - start < 20 and talk.calls == 1
