"""A model as light as can be, for loads: chat completions of OpenAI, streamed, `python -m bench.api_model PORT`.

Whoever asks for JSON by a schema gets the interviewer's answer, anybody else the same reply as plain text, in as many
pieces. `BENCH_PIECES` is their number, `BENCH_PAUSE` the seconds between them; with `BENCH_CLOCK` a reply begins with
the time when it was written. It reads nothing of a request but whether it asks for JSON.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import cycle, islice

from bench.http_wire import body_length, head_end

REPLY = "Good, that is in. It answers questions about late invoices and keeps to the facts of each order."
PIECE_WORDS = 3
QUESTION = "Who is going to read its answers?"
KEEP_ALIVE = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n"
)
WISHES = 50  # different answers, so that each turn changes the draft
LAST = b"0\r\n\r\n"
CLOCK = b"0000000000.000000"  # the place of the time in a first piece
REFUSED = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"


def reply(pieces: int) -> list[str]:
    """A few words a piece, as models speak, in just so many pieces."""
    words = f"{REPLY} {QUESTION}".split()
    size = max(PIECE_WORDS, -(-len(words) // pieces))
    spoken = list(islice(cycle(words), size * pieces))
    spoken[0] = f"{CLOCK.decode()} {spoken[0]}" if os.environ.get("BENCH_CLOCK") else spoken[0]
    return [" ".join(spoken[start : start + size]) + " " for start in range(0, len(spoken), size)]


def answer(pieces: int, number: int = 0) -> list[str]:
    """The same reply in the interviewer's JSON with a change of the draft after it, in as many pieces."""
    begun, *more = (json.dumps(piece)[1:-1] for piece in reply(pieces))
    rest = {
        "suggestions": ["Customers", "Colleagues"],
        "heard": "told",
        "operations": [
            {
                "action": "set",
                "field": "tone",
                "key": "",
                "value_json": json.dumps(f"friendly and brief, by wish {number}"),
                "source": "user",
            }
        ],
        "topic": "audience",
        "note": "",
    }
    spoken = [f'{{"reply": "{begun}', *more]
    return [*spoken[:-1], f'{spoken[-1]}", {json.dumps(rest)[1:]}']


def events(pieces: Sequence[str]) -> list[bytes]:
    """What is written for each piece, one after another; the last one with the end."""
    head = {"id": "chatcmpl-bench", "object": "chat.completion.chunk", "created": 1_790_000_000, "model": "bench"}

    def event(delta: dict[str, str], finish: str | None = None) -> bytes:
        return _chunk({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

    usage = {"prompt_tokens": 900, "completion_tokens": 60, "total_tokens": 960}
    written = [event({"role": "assistant", "content": piece}) for piece in pieces]
    end = event({}, "stop") + _chunk({**head, "choices": [], "usage": usage})
    written[-1] += end + _framed(b"data: [DONE]\n\n") + LAST
    written[0] = KEEP_ALIVE + written[0]
    return written


def _chunk(value: object) -> bytes:
    return _framed(b"data: " + json.dumps(value).encode() + b"\n\n")


def _framed(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


class Model(asyncio.Protocol):
    """One connection. Its answers are written piece by piece; with a pause by the clock that all connections share."""

    def __init__(self, clock: "Clock", plain: Iterator[Sequence[bytes]], shaped: Iterator[Sequence[bytes]]) -> None:
        self._clock, self._plain, self._shaped = clock, plain, shaped
        self._read = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (end := head_end(self._read)) and len(self._read) >= (whole := end + body_length(self._read, end)):
            head, body = bytes(self._read[:end]), bytes(self._read[end:whole])
            del self._read[:whole]
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        if not head.startswith(b"POST /v1/chat/completions"):
            self._transport.write(REFUSED)
            return
        pieces = next(self._shaped if b'"response_format"' in body else self._plain)
        self._transport.write(pieces[0].replace(CLOCK, b"%.6f" % time.time()))
        self._clock.go_on(self._transport, pieces)


class Clock:
    """Writes the next piece of every answer at each beat; all of them at once where there is no pause."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._speaking: list[tuple[asyncio.Transport, Sequence[bytes], int]] = []

    def go_on(self, transport: asyncio.Transport, pieces: Sequence[bytes]) -> None:
        if self._pause:
            self._speaking.append((transport, pieces, 1))
            return
        for piece in pieces[1:]:
            transport.write(piece)

    async def beat(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due = max(due + self._pause, loop.time())
            await asyncio.sleep(due - loop.time())
            speaking, self._speaking = self._speaking, []
            for transport, pieces, place in speaking:
                if place < len(pieces) and not transport.is_closing():
                    transport.write(pieces[place])
                    self._speaking.append((transport, pieces, place + 1))


async def serve(port: int, pieces: int, pause: float) -> None:
    clock, plain = Clock(pause), cycle([events(reply(pieces))])
    shaped = cycle([events(answer(pieces, number)) for number in range(WISHES)])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Model(clock, plain, shaped), "127.0.0.1", port, backlog=2_048)
    async with server:
        await (clock.beat() if pause else server.serve_forever())


def main() -> None:
    pieces, pause = int(os.environ.get("BENCH_PIECES", "10")), float(os.environ.get("BENCH_PAUSE", "0"))
    asyncio.run(serve(int(sys.argv[1]), pieces, pause))


if __name__ == "__main__":
    main()
