"""What a try takes is counted once, however it ends: answered, failed, too late, stopped, or left alone."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import replace

import pytest

from builder.core.usage import NOTHING, Usage
from builder.llm.ask import Again, Patience, Piece, Question, Text, Whole, ask
from builder.llm.base import Access, Connection
from builder.llm.counting import tokens
from builder.llm.faults import ModelFailed
from builder.llm.openai import OpenAI
from tests.llm.asking import HELLO, QUESTION, QUICK
from tests.llm.test_stopping import until
from tests.models import faults, openai, script
from tests.models.fake import Fake
from tests.models.gemini import Gemini
from tests.models.openai import OpenAi
from tests.models.script import Answer, failing

SAYS_AT_ONCE = script.Usage(prompt=5_000, output=40)  # the fake Gemini says it with each piece, OpenAI at the end
LONG = Answer(json={"reply": "long " * 2_000}, pieces=40, pause=0.02, usage=SAYS_AT_ONCE)
ABOUT = tokens(QUESTION)


@pytest.fixture
def fake_openai() -> Iterator[OpenAi]:
    with openai.serving() as fake:
        yield fake


@pytest.fixture
async def to_openai(fake_openai: OpenAi) -> AsyncIterator[Connection]:
    made = OpenAI().connect(Access(fake_openai.key, fake_openai.base_url))
    yield made
    await made.close()


class Noted(list[Usage]):
    """What each try took, and the pieces that came."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[Piece] = []
        self.failed: ModelFailed | None = None

    async def listen(
        self, connection: Connection, patience: Patience = QUICK, question: Question = QUESTION
    ) -> "Noted":
        try:
            async for piece in ask(connection, question, patience, self.append):
                self.pieces.append(piece)
        except ModelFailed as failed:
            self.failed = failed
        return self

    async def stopped(self, connection: Connection, fake: Fake, *, after: type[Piece] | None = Text) -> "Noted":
        """Listens until there is such a piece (None: until the request is there), and is cancelled then."""
        reading = asyncio.create_task(self.listen(connection))
        await until(lambda: fake.calls and (not after or any(isinstance(one, after) for one in self.pieces)))
        reading.cancel()
        await asyncio.wait({reading})
        return self

    @property
    def letters(self) -> int:
        return sum(len(piece.text) for piece in self.pieces if isinstance(piece, Text))


async def test_an_answer_is_counted_once(connection: Connection, fake_gemini: Gemini) -> None:
    fake_gemini.play([replace(HELLO, usage=SAYS_AT_ONCE)])
    noted = await Noted().listen(connection)
    assert isinstance(noted.pieces[-1], Whole) and list(noted) == [noted.pieces[-1].usage]
    assert noted[0].tokens == 5_040


async def test_a_stopped_answer_costs_what_the_provider_said_by_then(
    connection: Connection, fake_gemini: Gemini
) -> None:
    fake_gemini.play([LONG])
    noted = await Noted().stopped(connection, fake_gemini)
    assert [(one.input, one.output) for one in noted] == [(5_000, max(40, noted.letters // 4))]
    assert noted[0].cost and noted[0].model


async def test_where_the_provider_says_it_last_a_stopped_answer_is_estimated(
    to_openai: Connection, fake_openai: OpenAi
) -> None:
    fake_openai.play([LONG])
    noted = await Noted().stopped(to_openai, fake_openai)
    assert len(noted) == 1 and noted[0].input == ABOUT and noted.letters // 4 <= noted[0].output < 2_000
    assert noted[0].output >= 1


@pytest.mark.parametrize("silence", [faults.NO_ANSWER, faults.SILENT_HEAD], ids=str)
async def test_stopping_before_the_first_word_costs_what_was_sent(
    silence: faults.Fault, connection: Connection, fake_gemini: Gemini
) -> None:
    fake_gemini.play(failing(silence, then=HELLO))
    noted = await Noted().stopped(connection, fake_gemini, after=None)
    assert [(one.input, one.output) for one in noted] == [(ABOUT, 0)]


async def test_stopping_in_a_wait_keeps_what_the_try_before_took(
    connection: Connection, fake_gemini: Gemini
) -> None:
    fake_gemini.play(failing(faults.cut(after=1), then=replace(HELLO, usage=SAYS_AT_ONCE)))
    noted = Noted()
    reading = asyncio.create_task(noted.listen(connection, replace(QUICK, first_wait=30.0, deadline=90.0)))
    await until(lambda: any(isinstance(one, Again) for one in noted.pieces))
    reading.cancel()
    await asyncio.wait({reading})
    assert [one.input for one in noted] == [5_000]


async def test_a_closed_generator_is_counted(connection: Connection, fake_gemini: Gemini) -> None:
    fake_gemini.play([LONG])
    noted = Noted()
    async with aclosing(ask(connection, QUESTION, QUICK, noted.append)) as pieces:
        await anext(pieces)
    assert [one.input for one in noted] == [5_000]


async def test_a_try_that_the_deadline_cuts_is_counted(to_openai: Connection, fake_openai: OpenAi) -> None:
    fake_openai.play([LONG])
    noted = await Noted().listen(to_openai, Patience(deadline=0.5))
    assert noted.failed and noted.failed.fault.kind == "slow" and list(noted) == [noted.failed.usage]
    assert noted[0].input == ABOUT and noted[0].output >= noted.letters // 4 > 0


async def test_an_answer_without_numbers_is_estimated(to_openai: Connection, fake_openai: OpenAi) -> None:
    fake_openai.play([replace(HELLO, usage=script.Usage(prompt=0, output=0))])
    noted = await Noted().listen(to_openai)
    assert [(one.input, one.output) for one in noted] == [(ABOUT, len(HELLO.said) // 4)]


async def test_what_was_refused_costs_nothing(connection: Connection, fake_gemini: Gemini) -> None:
    fake_gemini.play(failing(faults.OVERLOADED))
    noted = await Noted().listen(connection)
    assert list(noted) == [NOTHING] * 3 and noted.failed and noted.failed.usage == NOTHING


async def test_tries_add_up_and_never_take_more_than_they_may(connection: Connection, fake_gemini: Gemini) -> None:
    cut = replace(HELLO, usage=script.Usage(prompt=5_000, output=8_000))
    fake_gemini.play(failing(faults.cut(after=1), then=cut))
    noted = await Noted().listen(
        connection, replace(QUICK, tokens=30_000), replace(QUESTION, most_tokens=8_000)
    )
    assert noted.failed and sum(one.tokens for one in noted) == noted.failed.usage.tokens == 26_000
    assert len(fake_gemini.calls) == 2


async def test_a_later_try_may_only_answer_what_is_left(connection: Connection, fake_gemini: Gemini) -> None:
    cut = replace(HELLO, usage=script.Usage(prompt=5_000, output=8_000))
    fake_gemini.play(failing(faults.cut(after=1), times=1, then=cut))
    await Noted().listen(connection, replace(QUICK, tokens=20_000), replace(QUESTION, most_tokens=8_000))
    allowed = [call.body["generationConfig"]["maxOutputTokens"] for call in fake_gemini.calls]
    assert allowed == [8_000, 2_000]


async def test_without_a_limit_all_tries_may_answer_at_full_length(
    connection: Connection, fake_gemini: Gemini
) -> None:
    fake_gemini.play(failing(faults.OVERLOADED))
    await Noted().listen(connection)
    assert [call.body["generationConfig"]["maxOutputTokens"] for call in fake_gemini.calls] == [4_000] * 3
