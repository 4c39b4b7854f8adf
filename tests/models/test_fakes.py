"""The real client libraries read the fakes: that is how we know that the fakes are right."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from anthropic import AsyncAnthropic
from google.genai.errors import ClientError, ServerError
from openai import AsyncOpenAI
from pydantic_ai.direct import model_request
from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError, UnexpectedModelBehavior
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.tools import ToolDefinition

from tests.models import anthropic, faults, gemini, openai
from tests.models.clients import ASKED, KINDS, asked, gemini_client, gemini_model, openai_model
from tests.models.fake import KEY
from tests.models.script import Answer, Fault, Usage, failing

REPLY = {"reply": "What shall it be called? Größe, 名前", "topic": "name"}
SPOKEN = Answer(json=REPLY, pieces=9, usage=Usage(prompt=120, cached=40, thinking=7, output=30))
SHAPE = {"type": "object", "properties": {"reply": {"type": "string"}}, "required": ["reply"]}
Fakes = dict[str, Any]

EVERY_FAULT = [pytest.param(name, fault, id=f"{name}: {fault}") for name, kind in KINDS.items()
               for fault in kind.room.FAULTS if fault not in faults.ENDLESS]
every_provider = pytest.mark.parametrize("name", KINDS)


@pytest.fixture(scope="module")
def fakes() -> Iterator[Fakes]:
    with ExitStack() as open_ones:
        yield {name: open_ones.enter_context(kind.room.serving()) for name, kind in KINDS.items()}


@every_provider
async def test_a_healthy_answer_comes_whole_in_pieces_with_its_tokens(fakes: Fakes, name: str) -> None:
    shown: list[str] = []
    fake = fakes[name]
    fake.play([SPOKEN])
    async with KINDS[name].model(fake, fake.key) as model:
        response = await asked(model, shown=shown)
    assert "".join(shown) == SPOKEN.said and len(shown) >= len(SPOKEN.chunks)
    assert response.finish_reason == "stop"
    assert (response.usage.input_tokens, response.usage.cache_read_tokens) == (120, 40)
    assert response.usage.output_tokens == 37
    assert (fake.calls[0].route, fake.calls[0].aborted_at) == ("stream", None)


@every_provider
async def test_the_fake_writes_down_what_the_model_would_read(fakes: Fakes, name: str) -> None:
    shape = OutputObjectDefinition(json_schema=SHAPE, name="turn")
    structured = ModelRequestParameters(output_mode="native", output_object=shape, allow_text_output=True)
    fake = fakes[name]
    fake.play([SPOKEN])
    async with KINDS[name].model(fake, fake.key) as model:
        await asked(model, structured)
    call = fake.calls[0]
    assert (call.system, call.last, call.history) == ("You interview.", "I want an agent", [])
    assert call.schema is not None and call.schema["required"] == ["reply"]
    assert "You interview." in call.text and "I want an agent" in call.text and '"reply"' in call.text


@every_provider
async def test_an_answer_without_streaming_is_the_same(fakes: Fakes, name: str) -> None:
    fake = fakes[name]
    fake.play([SPOKEN])
    async with KINDS[name].model(fake, fake.key) as model:
        response = await model_request(model, ASKED)
    assert response.text == SPOKEN.said and response.usage.output_tokens == 37


@every_provider
async def test_a_forced_tool_is_called_with_the_answer(fakes: Fakes, name: str) -> None:
    tool = ToolDefinition(name="answer", parameters_json_schema=SHAPE)
    forced = ModelRequestParameters(output_mode="tool", output_tools=[tool], allow_text_output=False)
    fake = fakes[name]
    fake.play([SPOKEN])
    async with KINDS[name].model(fake, fake.key) as model:
        response = await asked(model, forced)
    assert fake.calls[0].forced_tool == "answer"
    assert [(call.tool_name, call.args_as_dict()) for call in response.tool_calls] == [("answer", REPLY)]


@every_provider
async def test_a_tool_that_the_answer_names_is_called(fakes: Fakes, name: str) -> None:
    offered = ModelRequestParameters(function_tools=[ToolDefinition(name="search", parameters_json_schema=SHAPE)])
    fake = fakes[name]
    fake.play([Answer(json=REPLY, tool="search", pieces=9)])
    async with KINDS[name].model(fake, fake.key) as model:
        response = await asked(model, offered)
    assert [(call.tool_name, call.args_as_dict()) for call in response.tool_calls] == [("search", REPLY)]


@every_provider
async def test_answers_come_in_order_and_the_last_again_and_again(fakes: Fakes, name: str) -> None:
    fake = fakes[name]
    fake.play([Answer("one"), Answer("two")])
    async with KINDS[name].model(fake, fake.key) as model:
        assert [(await asked(model)).text for _ in range(3)] == ["one", "two", "two"]
    fake.play(lambda call: Answer(f"{call.model} heard: {call.last}"))
    async with KINDS[name].model(fake, fake.key) as model:
        assert (await asked(model)).text == f"{model.model_name} heard: I want an agent"


@every_provider
async def test_a_wrong_key_is_refused_for_answers_and_nothing_is_played(fakes: Fakes, name: str) -> None:
    fake = fakes[name]
    fake.play([SPOKEN])
    async with KINDS[name].model(fake, "another-key") as model:
        with pytest.raises(ModelHTTPError) as refused:
            await asked(model)
        assert refused.value.status_code == (400 if name == "gemini" else 401)
    async with KINDS[name].model(fake, fake.key) as model:
        assert (await asked(model)).text == SPOKEN.said


FINISHES = {
    "prompt blocked": "content_filter", "finish: safety": "content_filter", "finish: recitation": "content_filter",
    "finish: length": "length", "finish: malformed call": "error", "finish: other": "None",
}
HALF = SPOKEN.said[:18]
DISCONNECTED = dict.fromkeys(KINDS, "ModelConnectionError") | {"gemini": "RemoteProtocolError"}
# What pydantic-ai makes of a broken stream. It calls OpenAI's half answers finished.
BROKEN = {
    "error event first": {"gemini": "status 503", "openai": "status 500", "anthropic": "status 500"},
    "error event in mid-stream": {"gemini": "status 503", "openai": "status 500", "anthropic": "status 500"},
    "ends without a finish reason": dict.fromkeys(KINDS, f"None: {HALF}") | {"openai": f"stop: {HALF}"},
    "connection dropped": DISCONNECTED,
    "connection closed without an answer": DISCONNECTED,
    "bad chunk": dict.fromkeys(KINDS, "ModelAPIError"),
    "empty stream": dict.fromkeys(KINDS, "UnexpectedModelBehavior"),
}


def expected(name: str, fault: Fault) -> str:
    if fault.status not in (0, 200):
        return f"status {fault.status}"
    if broken := BROKEN.get(fault.name):
        return broken[name]
    said = "" if fault.blocked else failing(fault, then=SPOKEN)[0].said
    return f"{FINISHES.get(fault.name, 'stop')}: {said}"


async def outcome_of(model: Model) -> str:
    try:
        response = await asked(model)
    except ModelHTTPError as error:
        return f"status {error.status_code}"
    except (ModelAPIError, UnexpectedModelBehavior, httpx.TransportError) as error:
        return type(error).__name__
    return f"{response.finish_reason}: {response.text or ''}"


@pytest.mark.parametrize(("name", "fault"), EVERY_FAULT)
async def test_each_fault_reaches_the_client_as_what_it_is(fakes: Fakes, name: str, fault: Fault) -> None:
    fake = fakes[name]
    fake.play(failing(fault, times=1, then=SPOKEN))
    async with KINDS[name].model(fake, fake.key) as model:
        assert await outcome_of(model) == expected(name, fault)
        assert (await asked(model)).text == SPOKEN.said


HELLO = [{"role": "user", "content": "Hi"}]
# By hand: the providers' libraries leave a stream that is cancelled to the garbage collector, one time in three.
BY_HAND = {
    "gemini": ("/v1beta/models/any:streamGenerateContent", {"x-goog-api-key": KEY}, {"contents": []}),
    "openai": ("/v1/chat/completions", {"authorization": f"Bearer {KEY}"}, {"stream": True, "messages": HELLO}),
    "anthropic": ("/v1/messages", {"x-api-key": KEY}, {"stream": True, "messages": HELLO}),
}


@every_provider
@pytest.mark.parametrize("fault", faults.ENDLESS, ids=repr)
async def test_it_is_noted_when_a_client_leaves_an_endless_answer(fakes: Fakes, name: str, fault: Fault) -> None:
    fake = fakes[name]
    fake.play(failing(fault, then=SPOKEN))
    path, headers, body = BY_HAND[name]
    async with httpx.AsyncClient(base_url=fake.url, headers=headers, timeout=20, trust_env=False) as client:
        reading = asyncio.create_task(client.post(path, json=body))
        await noted(lambda: fake.calls and (fault.after == 0 or fake.calls[0].first_text_at))
        left = time.monotonic()
        reading.cancel()
        await noted(lambda: fake.calls[0].aborted_at)
    assert left <= fake.calls[0].aborted_at < left + 1
    assert fake.calls[0].ended_at is None


async def noted(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_fake_stops_at_once_although_somebody_waits_for_ever() -> None:
    with gemini.serving(failing(faults.NO_ANSWER)) as fake:
        async with gemini_model(fake, fake.key) as model:
            turn = asyncio.create_task(asked(model))
            await noted(lambda: len(fake.calls) == 1)
            closing = time.monotonic()
            await asyncio.to_thread(fake.close)
            with pytest.raises(httpx.RemoteProtocolError):
                await turn
    assert time.monotonic() - closing < 5


async def test_a_wait_is_told_in_the_header_or_in_the_body_or_not_at_all(fakes: Fakes) -> None:
    told = {}
    for fault in (faults.rate_limited(header=7), faults.rate_limited(info=1.5), faults.rate_limited()):
        fakes["gemini"].play(failing(fault))
        async with gemini_client(fakes["gemini"]) as client:
            with pytest.raises(ClientError) as refused:
                await client.aio.models.generate_content(model="gemini-3.8-flash", contents="Hi")
        details = {part["@type"].split(".")[-1]: part for part in refused.value.details["error"]["details"]}
        told[fault.name] = (refused.value.response.headers.get("retry-after"), details.get("RetryInfo"))
    assert {name: (header, info and info["retryDelay"]) for name, (header, info) in told.items()} == {
        "429 with Retry-After": ("7", None), "429 with RetryInfo": (None, "1.5s"), "429 with no hint": (None, None),
    }


async def test_a_fault_comes_as_often_as_wanted(fakes: Fakes) -> None:
    fakes["gemini"].play(failing(faults.OVERLOADED, times=2, then=SPOKEN))
    async with gemini_model(fakes["gemini"], fakes["gemini"].key) as model:
        assert [await outcome_of(model) for _ in range(3)] == ["status 503", "status 503", f"stop: {SPOKEN.said}"]


async def test_times_of_an_answer_are_kept_and_noted(fakes: Fakes) -> None:
    fakes["gemini"].play([Answer("four pieces", pieces=3, first_after=0.1, pause=0.05)])
    async with gemini_model(fakes["gemini"], fakes["gemini"].key) as model:
        await asked(model)
    call = fakes["gemini"].calls[0]
    assert call.first_text_at - call.at >= 0.09
    assert call.ended_at - call.first_text_at >= 0.19


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_gemini_words_a_wrong_key_in_several_ways(status: int) -> None:
    with gemini.serving() as fake:
        fake.wrong_key = {400: faults.WRONG_KEY, 401: faults.UNAUTHORIZED, 403: faults.FORBIDDEN}[status]
        async with gemini_client(fake, "another-key") as client:
            with pytest.raises(ClientError) as refused:
                await client.aio.models.list()
        assert refused.value.code == status
        assert ("API_KEY_INVALID" in str(refused.value)) == (status == 400)


async def test_gemini_lists_its_models_in_pages_and_counts_tokens() -> None:
    with gemini.serving(models=[f"model-{number}" for number in range(7)]) as fake:
        async with gemini_client(fake) as client:
            listed = [model.name async for model in await client.aio.models.list(config={"page_size": 3})]
            assert listed == [f"models/model-{number}" for number in range(7)]
            assert [call.route for call in fake.received] == ["models"] * 3
            one = await client.aio.models.get(model="model-5")
            assert one.supported_actions == ["generateContent", "countTokens"]
            with pytest.raises(ClientError, match="404"):
                await client.aio.models.get(model="no-such-model")
            counted = await client.aio.models.count_tokens(model="model-5", contents="twelve chars")
            assert counted.total_tokens == 4
        assert fake.calls == []


async def test_openai_and_anthropic_list_their_models() -> None:
    with openai.serving() as fake:
        async with AsyncOpenAI(api_key=fake.key, base_url=fake.base_url) as client:
            assert [model.id async for model in client.models.list()] == list(fake.models)
    names = [f"model-{number}" for number in range(5)]
    with anthropic.serving(models=names) as fake:
        async with AsyncAnthropic(api_key=fake.key, base_url=fake.base_url) as client:
            assert [model.id async for model in client.models.list(limit=2)] == names


async def test_a_list_of_models_can_fail_and_recover(fakes: Fakes) -> None:
    fake = fakes["gemini"]
    async with gemini_client(fake) as client:
        fake.listing_fault = faults.OVERLOADED
        with pytest.raises(ServerError, match="503"):
            await client.aio.models.list()
        fake.listing_fault = None
        assert len(await client.aio.models.list()) == 3


async def test_without_a_key_everybody_is_let_in() -> None:
    with openai.serving(key=None) as fake:
        async with openai_model(fake, "whatever") as model:
            assert (await asked(model)).text == "Hello."
