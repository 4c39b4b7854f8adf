"""The lean call of chat completions is the library's own, but for the time it takes."""

import asyncio
import json
from collections import deque
from typing import Any

import pytest
from httpx2 import Response
from openai import AsyncOpenAI, Omit
from openai._streaming import ServerSentEvent
from openai.types.chat import ChatCompletionChunk

from builder.llm.lean import together
from builder.llm.lean.completions import LeanOpenAI
from tests.models import openai
from tests.models.fake import KEY
from tests.models.script import Answer

HEAD = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
SAID = {"index": 0, "delta": {"role": "assistant", "content": "Good"}, "finish_reason": None}
CALL = {"index": 0, "id": "t", "type": "function", "function": {"name": "look", "arguments": "{}"}}
USAGE = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5, "prompt_tokens_details": {"cached_tokens": 1}}
PIECES: dict[str, dict[str, Any]] = {
    "words": {**HEAD, "choices": [SAID]},
    "a tool": {**HEAD, "choices": [{"index": 0, "delta": {"tool_calls": [CALL]}, "finish_reason": "tool_calls"}]},
    "the end": {**HEAD, "choices": [], "usage": USAGE},
    "thinking": {**HEAD, "choices": [{"index": 0, "delta": {"reasoning_content": "Hm"}, "finish_reason": None}]},
    "more than we know": {**HEAD, "choices": [{**SAID, "seen": [1]}], "provider": "x"},
    "another end": {**HEAD, "choices": [{**SAID, "finish_reason": "eos"}]},
    "a head that lacks": {"choices": [SAID]},
    "no delta": {**HEAD, "choices": [{"index": 0, "delta": None, "finish_reason": "stop"}]},
    "parts": {**HEAD, "choices": [{"index": 0, "delta": {"content": [{"type": "text", "text": "Good"}]}}]},
    "half a character": {**HEAD, "choices": [{"index": 0, "delta": {"content": "\ud83d"}, "finish_reason": None}]},
}


@pytest.mark.parametrize("name", PIECES)
async def test_a_piece_is_read_as_the_library_reads_it(name: str) -> None:
    read = []
    for kind in (AsyncOpenAI, LeanOpenAI):
        async with kind(api_key=KEY, base_url="http://127.0.0.1:1") as client:
            options = {"data": PIECES[name], "cast_to": ChatCompletionChunk, "response": Response(200)}
            read.append(client._process_response_data(**options))
    theirs, ours = read
    assert type(ours) is type(theirs) and repr(ours) == repr(theirs)


async def test_the_same_request_is_sent() -> None:
    with openai.serving([Answer("Good.")]) as fake:
        for kind in (AsyncOpenAI, LeanOpenAI):
            async with kind(api_key=KEY, base_url=fake.base_url, max_retries=0) as client:
                stream = await client.chat.completions.create(
                    model="gpt-5.6-luna",
                    messages=[{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Größe {x}?"}],
                    stream=True,
                    stream_options={"include_usage": True},
                    response_format={"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}},
                    max_completion_tokens=100,
                    seed=Omit(),
                    extra_headers={"X-More": "1"},
                    extra_body={"more": [1]},
                )
                assert "".join([piece.choices[0].delta.content or "" async for piece in stream if piece.choices])
        theirs, ours = fake.calls
    assert ours.body == theirs.body and ours.path == theirs.path and ours.headers == theirs.headers


async def test_an_answer_in_one_piece_is_the_librarys_own() -> None:
    with openai.serving([Answer("Good.")]) as fake:
        async with LeanOpenAI(api_key=KEY, base_url=fake.base_url, max_retries=0) as client:
            whole = await client.chat.completions.create(model="m", messages=[{"role": "user", "content": "Hi"}])
    assert whole.choices[0].message.content == "Good."


def event(delta: dict[str, Any], finish: str | None = None, **more: Any) -> ServerSentEvent:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return ServerSentEvent(data=json.dumps({**HEAD, "choices": [choice], **more}))


def passed_on(*events: ServerSentEvent) -> list[Any]:
    waiting, given = deque(events), []
    while waiting:
        one = together.following(waiting)
        given.append(one.data or one.json())
    return given


def test_words_that_came_together_are_passed_on_as_one_piece() -> None:
    first = event({"role": "assistant", "content": "Good"})
    [piece] = passed_on(first, event({"content": ", "}), event({"content": "yes"}))
    assert piece["choices"][0]["delta"] == {"role": "assistant", "content": "Good, yes"}


def test_what_brings_more_than_words_stays_what_it_is() -> None:
    others = [
        event({}, "stop"),
        event({"content": "end"}, "stop"),
        event({"content": "b", "reasoning_content": "hm"}),
        event({"tool_calls": [CALL]}),
        event({"content": "c"}, usage=USAGE),
        event({"content": "d"}, error={"message": "overloaded"}),
        event({"content": None}),
        event({"content": "<think>"}),
        event({"content": "\n"}),
        ServerSentEvent(data='{"half'),
        ServerSentEvent(data="[DONE]"),
    ]
    for other in others:
        given = passed_on(event({"content": "a"}), other, event({"content": "z"}))
        assert len(given) == 3 and given[1] == (other.data if other.data in ('{"half', "[DONE]") else other.json())


async def test_an_answer_that_comes_at_once_is_whole_and_in_fewer_pieces() -> None:
    with openai.serving([Answer("One two three. " * 200, pieces=5)]) as fake:
        async with LeanOpenAI(api_key=KEY, base_url=fake.base_url, max_retries=0) as client:
            asked: list[Any] = [{"role": "user", "content": "Hi"}]
            stream = await client.chat.completions.create(model="m", messages=asked, stream=True)
            texts = []
            async for piece in stream:
                texts += [choice.delta.content for choice in piece.choices if choice.delta.content]
                await asyncio.sleep(0.01)
    assert "".join(texts) == "One two three. " * 200 and len(texts) < 500
