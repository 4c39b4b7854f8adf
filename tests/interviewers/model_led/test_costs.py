"""What a talk took stands in its messages and in the session, however its turns end, and its limit counts on that."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from builder.core.draft import Draft
from builder.core.events import Event, Finished, Retrying, TextDelta, Used
from builder.core.operation import Operation
from builder.core.session import Message, Session
from builder.llm.reach import Limits
from builder.wiring import App
from tests.interviewers.model_led.conftest import Begin
from tests.interviewers.model_led.talking import answer, ready_draft, sets, step
from tests.models import faults
from tests.models.gemini import Gemini
from tests.models.script import Answer, Usage, failing

SPENT = Usage(prompt=5_000, output=200)
GOOD = Answer(json=answer("Calm it is.", *sets(tone="calm")), usage=SPENT)
LONG = Answer(json=answer("word " * 2_000), pieces=20, pause=0.02, usage=SPENT)
BROKEN = replace(GOOD, fault=faults.cut(after=2))


async def until(so: Callable[[], object]) -> None:
    async with asyncio.timeout(10.0):
        while not so():
            await asyncio.sleep(0.01)


class Said:
    """A turn that is read as it comes."""

    def __init__(self, app: App, session: Session) -> None:
        self.app, self.session = app, session
        self.events: list[Event] = []
        self.task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for event in self.app.interviews.send(self.session.id, "Calm, please"):
            self.events.append(event)

    async def until(self, kind: type[Event]) -> None:
        await until(lambda: any(isinstance(event, kind) for event in self.events))

    async def reply(self) -> tuple[Session, Message]:
        """The session as it is stored, and the reply: what the events, it and the session tell is the same."""
        now = await self.app.interviews.get(self.session.id)
        told = sum(event.usage.tokens for event in self.events if isinstance(event, Used))
        if any(isinstance(event, Finished) for event in self.events):
            assert told == now.messages[-1].usage.tokens
        assert now.used.tokens == now.messages[-1].usage.tokens
        return now, now.messages[-1]


async def test_a_stopped_turn_costs_what_it_took(app: App, fake: Gemini) -> None:
    fake.play([LONG])
    said = Said(app, await app.interviews.begin())
    await said.until(TextDelta)
    await app.interviews.stop(said.session.id)
    await said.task
    now, reply = await said.reply()
    assert reply.state == "stopped" and (reply.usage.input, now.used.input) == (5_000, 5_000)
    assert reply.usage.output >= 200 and reply.usage.cost


async def test_stopping_twice_counts_once(app: App, fake: Gemini) -> None:
    fake.play([LONG])
    said = Said(app, await app.interviews.begin())
    await said.until(TextDelta)
    await asyncio.gather(*(app.interviews.stop(said.session.id) for _ in range(3)))
    await said.task
    assert (await said.reply())[1].usage.input == 5_000


async def test_a_reader_who_leaves_pays_too(app: App, fake: Gemini) -> None:
    fake.play([LONG])
    said = Said(app, await app.interviews.begin())
    await said.until(TextDelta)
    said.task.cancel()
    await asyncio.wait([said.task])
    await app.interviews.stop(said.session.id)
    _, reply = await said.reply()
    assert reply.state == "stopped" and reply.usage.input == 5_000


async def test_stopping_in_the_wait_for_the_next_try_keeps_the_cost_of_the_first(app: App, fake: Gemini) -> None:
    fake.play(failing(faults.cut(after=2), then=GOOD))
    said = Said(app, await app.interviews.begin())
    await said.until(Retrying)
    await app.interviews.stop(said.session.id)
    await said.task
    assert (await said.reply())[1].usage.input == 5_000 * len(fake.calls)


async def test_a_stop_before_the_first_word_costs_what_was_sent(app: App, fake: Gemini) -> None:
    fake.play(failing(faults.SILENT_HEAD, then=GOOD))
    said = Said(app, await app.interviews.begin())
    await until(lambda: fake.calls)
    await app.interviews.stop(said.session.id)
    await said.task
    _, reply = await said.reply()
    assert 500 < reply.usage.input < 1_500 and reply.usage.output == 0


@pytest.mark.parametrize(("tries", "state"), [([GOOD], "done"), ([BROKEN, GOOD], "done"), ([BROKEN], "failed")])
async def test_answered_retried_or_failed_the_sums_are_the_same(
    tries: list[Answer], state: str, app: App, fake: Gemini
) -> None:
    fake.play(tries)
    said = Said(app, await app.interviews.begin())
    await said.task
    _, reply = await said.reply()
    assert reply.state == state and reply.usage.tokens == 5_200 * len(fake.calls)
    assert len(fake.calls) == (3 if state == "failed" else len(tries))


async def test_a_repair_is_counted_once_more(begin: Begin) -> None:
    bad = Answer(json=answer("Done.", step("set", "return_type", "both")), usage=SPENT)
    talk = begin(bad, Answer(json={"operations": []}, usage=SPENT), draft=ready_draft())
    await talk.say("Both")
    assert talk.calls == 2 and talk.session.used.tokens == 10_400
    assert talk.told and talk.told.usage == talk.session.used


async def test_stopped_turns_count_for_the_limit_of_the_talk(app: App, fake: Gemini) -> None:
    await app.models.limit(Limits(turn=0, session=10_000, deadline=20.0))
    fake.play([LONG])
    session = await app.interviews.begin()
    for _ in range(2):
        said = Said(app, session)
        await said.until(TextDelta)
        await app.interviews.stop(session.id)
        await said.task
    said = Said(app, session)
    await said.task
    assert len(fake.calls) == 2 and (await app.interviews.get(session.id)).messages[-1].state == "failed"


async def test_a_better_text_that_is_stopped_costs_what_it_took(app: App, fake: Gemini) -> None:
    fake.play([replace(LONG, json={"reasons": [], "text": "word " * 2_000})])
    session = await app.interviews.begin()
    await app.interviews.edit(session.id, [Operation("set", "system_prompt", "Sort letters.")])
    task = asyncio.create_task(app.interviews.improve(session.id, "system_prompt"))
    await until(lambda: fake.calls and fake.calls[0].first_text_at)
    await asyncio.sleep(0.1)
    await app.interviews.stop(session.id)
    improved = await task
    assert improved.after is None and improved.usage.input == 5_000
    assert (await app.interviews.get(session.id)).used == improved.usage


async def test_a_turn_never_takes_more_than_its_limit_by_trying_again(begin: Begin) -> None:
    cut = Answer(json=answer("word " * 50), usage=Usage(prompt=5_000, output=8_000), fault=faults.cut(after=1))
    talk = begin(cut, draft=Draft(), limits=Limits(turn=30_000, deadline=20.0))
    await talk.say("Hello")
    assert talk.calls == 2 and talk.failed and talk.session.used.tokens == 26_000
