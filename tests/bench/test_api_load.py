"""The light model and the light clients of the API's benchmarks do what a model and a client do."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle

from bench.api_load import Client
from bench.api_model import PIECE_WORDS, Clock, Model, answer, events, reply
from bench.api_turns import Figures, verdicts
from bench.http_wire import body_length, head_end, is_chunked, post
from builder.core.events import Proposed, Suggested, TextDelta
from builder.core.session import Session
from builder.interviewers.model_led import ModelLed
from builder.llm.base import Access
from builder.llm.compatible import Compatible
from builder.llm.reach import Limits, Reached


@asynccontextmanager
async def speaking(pieces: int) -> AsyncIterator[str]:
    def model() -> Model:
        return Model(Clock(0.0), cycle([events(reply(pieces))]), cycle([events(answer(pieces))]))

    server = await asyncio.get_running_loop().create_server(model, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def test_the_answer_for_the_interviewer_has_the_same_words_in_as_many_pieces() -> None:
    for pieces in (1, 2, 10, 200):
        spoken, shaped = reply(pieces), answer(pieces, 7)
        assert len(spoken) == len(shaped) == pieces
        found = json.loads("".join(shaped))
        assert found["reply"] == "".join(spoken) and len(found["reply"].split()) >= PIECE_WORDS * (pieces - 1)
        assert "wish 7" in found["operations"][0]["value_json"]


async def test_our_interviewer_is_led_by_the_light_model() -> None:
    async with speaking(10) as url:
        connection = Compatible().connect(Access("", f"{url}/v1", model="bench"))

        async def reach(provider: str, owner: str) -> Reached:
            return Reached(connection, Limits())

        came = [event async for event in ModelLed(Compatible(), reach).reply(Session("bench"), "Hello")]
        await connection.close()
    assert "".join(event.text for event in came if isinstance(event, TextDelta)).strip() == "".join(reply(10)).strip()
    assert any(isinstance(event, Proposed) for event in came) and any(isinstance(event, Suggested) for event in came)


async def test_a_client_reads_one_answer_after_another_on_its_connection() -> None:
    async with speaking(10) as url:
        client = await Client(url).open()
        for _ in range(3):
            came = await client.post("/v1/chat/completions", stream=True)
            assert came.status == 200 and came.body.count(b"chat.completion.chunk") == 12
            assert 0 < came.first_byte <= came.whole and not came.first_text
        refused = await client.post("/elsewhere")
        client.close()
    assert refused.status == 404 and refused.body == b""


async def test_a_client_whose_server_goes_away_is_told() -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n")
        writer.close()

    server = await asyncio.start_server(cut, "127.0.0.1", 0)
    async with server:
        client = await Client(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}").open()
        [came] = await asyncio.gather(client.post("/chat/"), return_exceptions=True)
        client.close()
    assert isinstance(came, ConnectionResetError)


def test_heads_are_read_as_they_come() -> None:
    request = bytearray(post("/chat/", "here", b'{"a": 1}'))
    end = head_end(request)
    assert request[end:] == b'{"a": 1}' and body_length(request, end) == 8 and not is_chunked(request, end)
    assert head_end(request[: end - 1]) == 0
    chunked = bytearray(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    assert is_chunked(chunked, len(chunked))


def test_each_goal_is_judged_by_its_own_figures() -> None:
    good = Figures([5.0], [4.0], [400.0], [2.0], [5.0], [6.0], [1.0])
    peer = Figures([20.0], [8.0], [90.0], [16.0], [20.0], [200.0], [9.0])
    assert [reached for _, reached in verdicts(good, peer)] == [True] * 4
    assert [reached for _, reached in verdicts(peer, good)] == [False] * 4
