"""Bodies that no provider should send: whatever comes over the wire ends as an answer or as a fault."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from builder.llm.anthropic import Anthropic
from builder.llm.ask import Patience
from builder.llm.base import Access, Connection, Provider
from builder.llm.checking import check
from builder.llm.google import Google
from builder.llm.openai import OpenAI
from tests.llm.asking import HELLO, SAID, heard
from tests.servers import in_thread

pytestmark = pytest.mark.asyncio(loop_scope="module")
ONCE = Patience(tries=1, deadline=10.0)
EVENTS = [
    b"data: []\n\n", b"data: null\n\n", b'data: "text"\n\n', b"data: 7\n\n", b"data: {}\n\n", b"data:\n\n", b"data\n\n",
    b'data: {"candidates": "none", "choices": 5, "type": []}\n\n',
    b'data: {"candidates": [{"content": {"parts": [{"text": 12}]}}], "choices": [{"delta": {"content": {}}}]}\n\n',
    b'data: {"candidates": [null], "choices": [null], "type": "content_block_delta"}\n\n',
    b'data: {"error": null}\n\n', b'data: {"error": "out of order"}\n\n', b'data: {"error": {"code": "x"}}\n\n',
    b'event: error\ndata: nothing\n\n', b'event: message_stop\ndata: {"type": "message_stop"}\n\n',
    b"data: \xff\xfe\x00\n\n", b"\x00" * 1000, b"<html><body>Welcome to the gateway</body></html>",
    b'{"just": "json"}', b"", b"\n" * 1000, b"data: [DONE]\n\n", b"data: " + b"[" * 100_000 + b"\n\n",
    b"data: " + b"x" * 2_000_000 + b"\n\n",
]  # fmt: skip


@dataclass
class Odd:
    """A server that says the same to everybody."""

    url: str = ""
    body: bytes = b""
    kind: str = "text/event-stream"

    async def answer(self, request: Request) -> Response:
        await request.body()
        return Response(self.body, media_type=self.kind)


@pytest.fixture(scope="module")
def odd() -> Iterator[Odd]:
    server = Odd()
    route = Route("/{path:path}", server.answer, methods=["GET", "POST"])
    with in_thread(Starlette(routes=[route])) as server.url:
        yield server


@pytest_asyncio.fixture(
    scope="module", loop_scope="module", params=[Google(), OpenAI(), Anthropic()], ids=["google", "openai", "anthropic"]
)
async def connection(request: pytest.FixtureRequest, odd: Odd) -> AsyncIterator[Connection]:
    provider: Provider = request.param
    made = provider.connect(Access("a-key", odd.url))
    yield made
    await made.close()


@pytest.mark.parametrize("body", EVENTS, ids=range(len(EVENTS)))
@pytest.mark.parametrize("kind", ["text/event-stream", "text/html"])
async def test_an_odd_body_is_a_fault(body: bytes, kind: str, connection: Connection, odd: Odd) -> None:
    odd.body, odd.kind = body, kind

    result = await heard(connection, ONCE)

    assert result.fault and result.fault.retried
    assert len(result.fault.detail) < 300


@pytest.mark.parametrize("body", EVENTS[:5] + EVENTS[15:], ids=range(len(EVENTS) - 10))
async def test_an_address_where_no_model_is_never_passes_the_check(
    body: bytes, connection: Connection, odd: Odd
) -> None:
    odd.body, odd.kind = body, "text/html"
    assert await check(connection) is not None


async def test_what_gemini_thinks_is_no_text(odd: Odd) -> None:
    def event(*parts: dict[str, object], finish: str | None = None) -> bytes:
        candidate = {"content": {"role": "model", "parts": list(parts)}} | ({"finishReason": finish} if finish else {})
        return f"data: {json.dumps({'candidates': [candidate]})}\n\n".encode()

    thought = event({"text": 'Perhaps {"reply": "no"}?', "thought": True})
    odd.body, odd.kind = thought + event({"text": HELLO.said}) + event({"text": ""}, finish="STOP"), "text/event-stream"
    connection = Google().connect(Access("a-key", odd.url))
    result = await heard(connection, ONCE)
    await connection.close()

    assert result.texts == [HELLO.said]
    assert result.whole and result.whole.answer == SAID
