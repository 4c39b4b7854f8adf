"""However much there is to look at, nobody else waits for it."""

import asyncio
import json
import time
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from builder.core.session import Session
from builder.interviewers.expert.answer import Answer
from builder.interviewers.expert.judging import Judge, tried
from builder.interviewers.expert.mending import mended
from builder.interviewers.expert.taking import Taken
from builder.interviewers.expert.turn import Turn
from builder.interviewers.expert.wording import worded
from tests.interviewers.model_led.conftest import Begin
from tests.interviewers.model_led.talking import answer, ready_draft, sets, step
from tests.interviewers.model_led.test_operations import OPERATION


def output(number: int) -> dict[str, Any]:
    """One output with some outputs in it, about 700 characters."""
    inner = {"type": "object", "properties": {"a": {"type": "string", "enum": ["x", "y"]}, "b": {"type": "number"}}}
    parts = {f"part_{part}_{number}": {"type": "array", "items": inner} for part in range(5)}
    return {"type": "object", "description": f"Output {number}", "properties": parts}


def schema(outputs: int) -> dict[str, Any]:
    return {"type": "object", "properties": {f"out_{number}": output(number) for number in range(outputs)}}


class Pulse:
    """The longest time that nothing else could happen in the loop, in seconds."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def beat(self) -> None:
        while True:
            start = time.perf_counter()
            await asyncio.sleep(0.002)
            self.longest = max(self.longest, time.perf_counter() - start - 0.002)


async def test_a_large_schema_is_pasted_and_talked_about_while_others_go_on(begin: Begin) -> None:
    pasted = json.dumps(schema(230))
    assert len(pasted) > 120_000
    blocked = []
    for number in range(4):
        talk = begin(answer("Taken.", *sets(tone="calm")))
        pulse = Pulse()
        beating = asyncio.create_task(pulse.beat())
        await talk.say(f"Use this, number {number}:\n{pasted}")
        beating.cancel()
        assert len(talk.value("schema_definition")["properties"]) == 230 and talk.value("tone") == "calm"
        blocked.append(pulse.longest)
    assert min(blocked) < 0.2  # the best of them: the others may have waited for this machine


def test_changing_ten_outputs_of_many_is_done_at_once() -> None:
    session = Session("test", draft=ready_draft(schema_definition=schema(15)))
    steps = [step("put", "schema_definition", output(100 + number), f"out_{number}") for number in range(10)]
    took = []
    for _ in range(3):
        turn = Turn(session, Taken("Change them"))
        start = time.process_time()
        list(turn.whole(Answer.of(answer("Changed.", *steps))))
        took.append(time.process_time() - start)
        assert turn.bad == [] and turn.draft.value("schema_definition")["properties"]["out_3"]["description"]
    assert min(took) < 0.2


@given(st.lists(OPERATION, max_size=8))
@settings(max_examples=100, deadline=None)
def test_a_judge_who_remembers_says_the_same_as_one_who_does_not(written: list[Any]) -> None:
    judge, session = Judge(), Session("test", draft=ready_draft())
    for raw in written:
        operation, flaw = worded(raw)
        for one in [] if flaw else mended(operation, session.draft):
            remembered = judge.tried(session, one)
            assert remembered == tried(session, one)
            session = remembered[0]
