"""Every row of the failure table, through the real client libraries: tried again, told, or failed visibly."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from itertools import chain

import pytest
import pytest_asyncio

from builder.llm.anthropic import Anthropic
from builder.llm.ask import Patience
from builder.llm.base import Access, Connection
from builder.llm.compatible import Compatible
from builder.llm.faults import Kind
from builder.llm.google import Google
from builder.llm.openai import OpenAI
from tests.llm.asking import HELLO, QUICK, SAID, heard
from tests.models import anthropic, faults, gemini, openai
from tests.models.anthropic import Anthropic as FakeAnthropic
from tests.models.fake import Fake
from tests.models.gemini import Gemini
from tests.models.openai import OpenAi as FakeOpenAi
from tests.models.script import Answer, Fault, failing

# One loop for all of them, as in the process of the product: a connection is made once and lives through every fault.
pytestmark = pytest.mark.asyncio(loop_scope="module")

KINDS: dict[str, Kind] = {
    "429 with Retry-After": "busy", "429 with RetryInfo": "busy", "429 with no hint": "busy",
    "429, no credit left": "quota", "500": "server", "502 in HTML": "server", "503": "server", "529": "server",
    "400": "request", "wrong key": "key", "401": "key", "403": "key", "404": "model",
    "error event first": "server", "error event in mid-stream": "server", "ends without a finish reason": "cut",
    "connection dropped": "connection", "bad chunk": "malformed", "empty stream": "cut",
    "connection closed without an answer": "connection", "silence in mid-stream": "slow",
    "silence before the first byte": "slow", "silence after the head": "slow", "empty answer with stop": "cut",
    "truncated JSON with stop": "malformed", "no JSON at all": "malformed", "NaN": "malformed",
    "a very large answer": "length", "prompt blocked": "blocked", "finish: safety": "blocked",
    "finish: recitation": "blocked", "finish: length": "length", "finish: malformed call": "ended",
    "finish: other": "ended",
}  # fmt: skip


@pytest.fixture(scope="module")
def fake_openai() -> Iterator[FakeOpenAi]:
    with openai.serving() as fake:
        yield fake


@pytest.fixture(scope="module")
def fake_anthropic() -> Iterator[FakeAnthropic]:
    with anthropic.serving() as fake:
        yield fake


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def connection(fake_gemini: Gemini) -> AsyncIterator[Connection]:
    made = Google().connect(Access(fake_gemini.key, fake_gemini.base_url))
    yield made
    await made.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def to_openai(fake_openai: FakeOpenAi) -> AsyncIterator[Connection]:
    made = OpenAI().connect(Access(fake_openai.key, fake_openai.base_url))
    yield made
    await made.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def to_anthropic(fake_anthropic: FakeAnthropic) -> AsyncIterator[Connection]:
    made = Anthropic().connect(Access(fake_anthropic.key, fake_anthropic.base_url))
    yield made
    await made.close()


@pytest_asyncio.fixture(loop_scope="module")
async def to_own_server(fake_openai: FakeOpenAi) -> AsyncIterator[Connection]:
    made = Compatible().connect(Access(fake_openai.key, fake_openai.base_url, model="tiny"))
    yield made
    await made.close()


def wanted(*owed: str) -> list[Fault]:
    return [fault for fault in faults.ALL if fault.wanted in owed]


async def test_every_fault_of_the_fakes_has_a_kind_here() -> None:
    played = chain(faults.ALL, openai.FAULTS, anthropic.FAULTS)
    without_a_kind = {fault.name for fault in played if fault.wanted != "cope"} - set(KINDS)
    assert without_a_kind == {"whitespace for ever"}


@pytest.mark.parametrize("fault", wanted("retry"), ids=str)
async def test_what_passes_is_tried_again_until_it_works(
    fault: Fault, connection: Connection, fake_gemini: Gemini
) -> None:
    await _is_tried_again(fault, connection, fake_gemini)


@pytest.mark.parametrize("fault", [fault for fault in openai.FAULTS if fault.wanted == "retry"], ids=str)
async def test_openai_is_tried_again(fault: Fault, to_openai: Connection, fake_openai: FakeOpenAi) -> None:
    await _is_tried_again(fault, to_openai, fake_openai)


@pytest.mark.parametrize("fault", [fault for fault in anthropic.FAULTS if fault.wanted == "retry"], ids=str)
async def test_anthropic_is_tried_again(
    fault: Fault, to_anthropic: Connection, fake_anthropic: FakeAnthropic
) -> None:
    await _is_tried_again(fault, to_anthropic, fake_anthropic)


async def _is_tried_again(fault: Fault, connection: Connection, fake: Fake) -> None:
    fake.play(failing(fault, times=2, then=HELLO))

    result = await heard(connection)

    assert result.whole and result.whole.answer == SAID
    assert "".join(result.texts) == HELLO.said
    assert [again.fault.kind for again in result.agains] == [KINDS[fault.name]] * 2
    assert [again.attempt for again in result.agains] == [2, 3]
    assert len(fake.calls) == 3


@pytest.mark.parametrize("fault", wanted("retry"), ids=str)
async def test_what_does_not_pass_fails_after_three_tries(
    fault: Fault, connection: Connection, fake_gemini: Gemini
) -> None:
    fake_gemini.play(failing(fault, then=HELLO))

    result = await heard(connection)

    assert result.fault and result.fault.kind == KINDS[fault.name]
    assert result.whole is None
    assert len(fake_gemini.calls) == 3


@pytest.mark.parametrize("fault", wanted("tell"), ids=str)
async def test_what_trying_does_not_mend_is_told_at_once(
    fault: Fault, connection: Connection, fake_gemini: Gemini
) -> None:
    await _is_told_at_once(fault, connection, fake_gemini)


@pytest.mark.parametrize(
    "fault", [*(fault for fault in openai.FAULTS if fault.wanted == "tell"), faults.NO_CREDIT], ids=str
)
async def test_openai_s_refusals_are_told_at_once(
    fault: Fault, to_openai: Connection, fake_openai: FakeOpenAi
) -> None:
    await _is_told_at_once(fault, to_openai, fake_openai)


@pytest.mark.parametrize("fault", [fault for fault in anthropic.FAULTS if fault.wanted == "tell"], ids=str)
async def test_anthropic_s_refusals_are_told_at_once(
    fault: Fault, to_anthropic: Connection, fake_anthropic: FakeAnthropic
) -> None:
    await _is_told_at_once(fault, to_anthropic, fake_anthropic)


async def _is_told_at_once(fault: Fault, connection: Connection, fake: Fake) -> None:
    fake.play(failing(fault, then=HELLO))

    result = await heard(connection)

    assert result.fault and result.fault.kind == KINDS[fault.name]
    assert (result.whole, result.agains) == (None, [])
    assert len(fake.calls) == 1


@pytest.mark.parametrize("fault", [fault for fault in faults.ENDLESS if fault.name in KINDS], ids=str)
async def test_silence_ends_with_the_deadline(fault: Fault, connection: Connection, fake_gemini: Gemini) -> None:
    fake_gemini.play(failing(fault, then=HELLO))

    result = await heard(connection, Patience(deadline=0.3))

    assert result.fault and result.fault.kind == "slow"
    assert 0.3 <= result.seconds < 2.0
    assert len(fake_gemini.calls) == 1


async def test_a_server_that_only_sends_blanks_is_left(connection: Connection, fake_gemini: Gemini) -> None:
    fake_gemini.play(failing(faults.whitespace(every=0.0005), times=1, then=HELLO))

    result = await heard(connection)

    assert result.whole and result.whole.answer == SAID
    assert [again.fault.kind for again in result.agains] == ["malformed"]


async def test_of_two_equal_keys_the_last_counts(connection: Connection, fake_gemini: Gemini) -> None:
    fake_gemini.play(failing(faults.DUPLICATE_KEYS, then=HELLO))

    result = await heard(connection)

    assert result.whole and result.whole.answer["reply"] == SAID["reply"]


async def test_gaps_between_the_pieces_are_no_failure(connection: Connection, fake_gemini: Gemini) -> None:
    fake_gemini.play(failing(faults.stalling(0.05), then=HELLO))

    result = await heard(connection)

    assert result.whole and not result.agains


async def test_gaps_that_pass_each_read_are_ended_by_the_deadline_of_the_whole(
    connection: Connection, fake_gemini: Gemini
) -> None:
    fake_gemini.play(failing(faults.stalling(0.15), then=replace(HELLO, pieces=4)))

    result = await heard(connection, Patience(deadline=0.5))

    assert result.fault and result.fault.kind == "slow"
    assert result.texts


async def test_a_failed_try_counts_its_tokens(connection: Connection, fake_gemini: Gemini) -> None:
    fake_gemini.play([HELLO])
    once = (await heard(connection)).used
    fake_gemini.play(failing(faults.cut(), times=1, then=HELLO))

    result = await heard(connection)

    assert result.used.input == 2 * once.input
    assert result.used.output == 2 * once.output


async def test_nobody_there_is_a_lost_connection() -> None:
    with gemini.serving() as fake:
        address = fake.base_url
    connection = Google().connect(Access("a-key", address))
    result = await heard(connection)
    await connection.close()

    assert result.fault and result.fault.kind == "connection"
    assert len(result.agains) == QUICK.tries - 1


async def test_an_own_server_that_knows_no_schema_is_asked_without_and_remembered(
    to_own_server: Connection, fake_openai: FakeOpenAi
) -> None:
    fake_openai.play(lambda call: replace(HELLO, fault=faults.BAD_REQUEST if "response_format" in call.body else None))

    first, second = await heard(to_own_server), await heard(to_own_server)

    assert first.whole and second.whole and not first.agains
    assert ["response_format" in call.body for call in fake_openai.calls] == [True, False, False]
    assert '"required": ["reply", "topic"]' in fake_openai.calls[1].system


async def test_many_that_find_it_out_at_the_same_time_are_all_answered(
    to_own_server: Connection, fake_openai: FakeOpenAi
) -> None:
    fake_openai.play(lambda call: replace(HELLO, fault=faults.BAD_REQUEST if "response_format" in call.body else None))

    results = await asyncio.gather(*(heard(to_own_server) for _ in range(20)))

    assert all(result.whole for result in results)


async def test_an_own_server_that_refuses_everything_says_so(
    to_own_server: Connection, fake_openai: FakeOpenAi
) -> None:
    fake_openai.play(failing(faults.BAD_REQUEST, then=HELLO))

    result = await heard(to_own_server)

    assert result.fault and result.fault.kind == "request"
    assert len(fake_openai.calls) == 2


async def test_a_request_that_was_refused_for_another_reason_does_not_cost_the_schema(
    to_own_server: Connection, fake_openai: FakeOpenAi
) -> None:
    fake_openai.play(failing(faults.BAD_REQUEST, then=HELLO))
    assert (await heard(to_own_server)).fault
    fake_openai.play([HELLO])

    assert (await heard(to_own_server)).whole

    assert ["response_format" in call.body for call in fake_openai.calls] == [True]


async def test_an_own_server_may_put_words_and_a_fence_around_its_answer(
    to_own_server: Connection, fake_openai: FakeOpenAi
) -> None:
    fake_openai.play([replace(HELLO, json=None, text=f"Sure, {{name}}!\n```json\n{HELLO.said}\n```\nAnything else?")])

    result = await heard(to_own_server)

    assert result.whole and result.whole.answer == SAID
    assert "".join(result.texts) == HELLO.said


async def test_what_a_model_thinks_is_no_text(to_own_server: Connection, fake_openai: FakeOpenAi) -> None:
    thoughts = ["<think>", 'Perhaps {"reply": "no"}?', "</think>", HELLO.said]
    fake_openai.play([Answer("".join(thoughts), pieces=thoughts)])

    result = await heard(to_own_server)

    assert result.texts == [HELLO.said]
    assert result.whole and result.whole.answer == SAID


async def test_an_own_server_needs_no_key(fake_openai: FakeOpenAi) -> None:
    with openai.serving([HELLO], key=None) as fake:
        connection = Compatible().connect(Access(address=fake.base_url, model="tiny"))
        result = await heard(connection)
        await connection.close()

    assert result.whole


async def test_an_own_server_is_found_without_the_end_of_its_address(fake_openai: FakeOpenAi) -> None:
    fake_openai.play([HELLO])
    connection = Compatible().connect(Access(fake_openai.key, f"{fake_openai.url}/", model="tiny"))
    result = await heard(connection)
    await connection.close()

    assert result.whole
    assert fake_openai.calls[0].path == "/v1/chat/completions"


async def test_no_model_chosen_is_told_without_a_request(fake_openai: FakeOpenAi) -> None:
    fake_openai.play([HELLO])
    connection = Compatible().connect(Access(fake_openai.key, fake_openai.base_url))
    result = await heard(connection)
    await connection.close()

    assert result.fault and result.fault.kind == "model"
    assert fake_openai.calls == []
