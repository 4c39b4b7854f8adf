"""The lean call of chat completions is the library's own, but for the time it takes."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from httpx2 import AsyncBaseTransport, AsyncByteStream, AsyncClient, Request, Response
from hypothesis import given, settings
from hypothesis import strategies as st
from openai import AsyncOpenAI, Omit
from openai._streaming import SSEDecoder
from openai.types.chat import ChatCompletionChunk
from pydantic_ai.direct import model_request_stream
from pydantic_ai.messages import ModelRequest, UserPromptPart
from pydantic_ai.models import StreamedResponse
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.openai import OpenAIProvider

from builder.llm.base import Connection
from builder.llm.causes import fault_of
from builder.llm.lean.completions import LeanOpenAI
from builder.llm.lean.model import LeanChatModel, LeanResponse
from builder.llm.lean.stream import Events
from builder.llm.prices import counted
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


# ---- reading an answer


@dataclass
class Replayed(AsyncBaseTransport, AsyncByteStream):
    """Answers every request with these pieces of a body."""

    pieces: Sequence[bytes]

    async def handle_async_request(self, request: Request) -> Response:
        return Response(200, headers={"content-type": "text/event-stream"}, stream=self)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece


STRICT = OpenAIModelProfile(openai_chat_streaming_requires_finish_reason=True)
MODELS: tuple[tuple[type[AsyncOpenAI], type[OpenAIChatModel]], ...] = (
    (AsyncOpenAI, OpenAIChatModel),
    (LeanOpenAI, LeanChatModel),
)


async def read(kinds: tuple[type[AsyncOpenAI], type[OpenAIChatModel]], pieces: Sequence[bytes]) -> dict[str, Any]:
    """All that a connection makes of an answer."""
    client_kind, model_kind = kinds
    said: list[str] = []
    async with AsyncClient(transport=Replayed(pieces)) as http:
        client = client_kind(api_key=KEY, base_url="http://127.0.0.1:1", http_client=http, max_retries=0)
        model = model_kind("bench", provider=OpenAIProvider(openai_client=client), profile=STRICT)
        stream: StreamedResponse | None = None
        error = None
        try:
            async with model_request_stream(model, [ModelRequest(parts=[UserPromptPart("Hi")])]) as stream:
                texts = stream.texts() if isinstance(stream, LeanResponse) else Connection.texts(None, stream)  # type: ignore
                said += [text async for text in texts]
        except Exception as found:  # noqa: BLE001 - whatever it is, it has to be the same
            error = (type(found), fault_of(found).kind)
    text = "".join(said)
    if error or stream is None:
        return {"error": error, "text": text}
    reason = (stream.provider_details or {}).get("finish_reason")
    took = counted(stream.usage, "", "")
    return {"text": text, "end": (stream.finish_reason, reason), "of": stream.model_name, "took": took}


def spoken(content: Any, finish: str | None = None, **more: Any) -> str:
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": finish}
    return json.dumps({**HEAD, "choices": [choice], **more})


WORDS = st.sampled_from(["Good", ", yes", "\n", " ", "", "{\"a\": [", "]", "[", "INST]", "\u200dINST]", "<think>",
                         "</think>", "<|im_start|>", "<\u200d|im_end|>", "a < b", "é\u2028", None])  # fmt: skip
ODD = st.sampled_from([*map(json.dumps, PIECES.values()), '{"half', "[]", "null", '{"choices": null}', "7",
                       json.dumps({"error": {"message": "overloaded"}}), json.dumps({"error": {}, "choices": []}),
                       spoken("both", "stop"), spoken("", usage=USAGE), spoken("x", usage=USAGE),
                       json.dumps({**HEAD, "choices": [{"index": 0, "delta": {"refusal": "No."}}]}),
                       json.dumps({**HEAD, "choices": [SAID, SAID]})])  # fmt: skip
END = [spoken(None, "stop"), json.dumps(PIECES["the end"]), "[DONE]"]
DATA = st.lists(st.one_of(WORDS.map(spoken), WORDS.map(spoken), ODD), max_size=12)


@settings(deadline=None, max_examples=150)
@given(DATA, st.sampled_from([END, END[:1], END[1:], END[2:], []]), st.lists(st.integers(1, 400), max_size=6))
async def test_an_answer_comes_to_the_same_as_read_by_pydantic_ai(
    data: list[str], end: list[str], cuts: list[int]
) -> None:
    body = "".join(f"data: {one}\n\n" for one in [*data, *end]).encode()
    pieces = split(body, cuts)
    theirs, ours = [await read(kinds, pieces) for kinds in MODELS]
    if "error" in theirs:  # what was said before a break is taken back: it need not be the same
        theirs.pop("text"), ours.pop("text", None)
    assert ours == theirs


def split(body: bytes, lengths: Sequence[int]) -> list[bytes]:
    pieces, rest = [], body
    for length in lengths:
        pieces, rest = [*pieces, rest[:length]], rest[length:]
    return [piece for piece in [*pieces, rest] if piece]


LINES = st.sampled_from(["data: a", "data: b", "data:", "data", ": hm", "event: error", "id: 7", "retry: 3", ""])
ENDS = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"])


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(LINES, ENDS), max_size=20), st.lists(st.integers(1, 9), max_size=12))
async def test_events_are_told_apart_as_by_the_library(lines: list[tuple[str, str]], cuts: list[int]) -> None:
    pieces = split("".join(line + end for line, end in lines).encode(), cuts)
    theirs = [repr(event) async for event in SSEDecoder().aiter_bytes(aiter(Replayed(pieces)))]
    events = Events()
    ours = [repr(event) for piece in pieces for event in events.feed(piece)] + [repr(event) for event in events.end()]
    assert ours == theirs


async def test_words_that_came_together_are_heard_together() -> None:
    body = "".join(f"data: {one}\n\n" for one in [spoken("One "), spoken("two "), spoken("three"), *END]).encode()
    async with AsyncClient(transport=Replayed([body])) as http:
        client = LeanOpenAI(api_key=KEY, base_url="http://127.0.0.1:1", http_client=http, max_retries=0)
        model = LeanChatModel("bench", provider=OpenAIProvider(openai_client=client), profile=STRICT)
        async with model_request_stream(model, [ModelRequest(parts=[UserPromptPart("Hi")])]) as stream:
            assert isinstance(stream, LeanResponse)
            assert [text async for text in stream.texts() if text] == ["One two three"]
