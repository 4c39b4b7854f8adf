"""Clients of the plain endpoints, light enough not to be what is measured: each talks in a session of its own.

One connection a client, kept open. Of every turn it notes when the first byte, the first text of the reply and the end
came.
"""

import asyncio
import json
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench.http_wire import LAST_CHUNK, body_length, head_end, is_chunked, post, status

SAID = "Please make its tone a little friendlier than it was before."
# Both servers write their lines with Python's json; the reply's lines are there only when there is text.
TEXT = b'"role": "model"'
PATIENCE = 300.0  # seconds for one answer


@dataclass(frozen=True, slots=True)
class Came:
    """One answer. Seconds from the request to the body's first byte, to the reply's first text, to the end."""

    status: int
    first_byte: float
    first_text: float
    whole: float
    body: bytes


class Client(asyncio.Protocol):
    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._at, self._base = (parts.hostname or "", parts.port or 80), parts.path
        self._host = parts.netloc
        self._read = bytearray()

    async def open(self) -> "Client":
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self, *self._at)
        return self

    def close(self) -> None:
        self._transport.close()

    async def post(self, path: str, **content: object) -> Came:
        if self._transport.is_closing():  # at rest for longer than the server keeps a connection
            await self.open()
        self._read.clear()
        self._end = self._length = 0
        self._first_byte = self._first_text = 0.0
        self._answered: asyncio.Future[Came] = asyncio.get_running_loop().create_future()
        request = post(f"{self._base}{path}", self._host, json.dumps(content).encode())
        self._sent = time.perf_counter()
        self._transport.write(request)
        async with asyncio.timeout(PATIENCE):
            return await self._answered

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        waiting = getattr(self, "_answered", None)
        if waiting is not None and not waiting.done():
            waiting.set_exception(error or ConnectionResetError("closed in the middle of an answer"))

    def data_received(self, data: bytes) -> None:
        self._read += data
        if not self._end and not self._begun():
            return
        if not self._first_byte and len(self._read) > self._end:
            self._first_byte = time.perf_counter() - self._sent
        if not self._first_text and TEXT in self._read:
            self._first_text = time.perf_counter() - self._sent
        if self._chunked and not self._read.endswith(LAST_CHUNK):
            return
        if self._chunked or len(self._read) >= self._end + self._length:
            self._done()

    def _begun(self) -> bool:
        self._end = head_end(self._read)
        self._chunked = bool(self._end) and is_chunked(self._read, self._end)
        self._length = body_length(self._read, self._end) if self._end else 0
        return bool(self._end)

    def _done(self) -> None:
        whole = time.perf_counter() - self._sent
        came = Came(status(self._read), self._first_byte, self._first_text, whole, bytes(self._read[self._end :]))
        if not self._answered.done():
            self._answered.set_result(came)


async def begun(client: Client) -> tuple[str, float]:
    """A new session, and the seconds that it took."""
    came = await client.post("/session/")
    return str(json.loads(came.body)["session_id"]), came.whole


async def turn(client: Client, session_id: str) -> Came:
    """One message; RuntimeError when the reply is not there or tells of trouble."""
    came = await client.post("/chat/", prompt=SAID, session_id=session_id)
    if came.status != 200 or not came.first_text or b"turn_failed" in came.body:
        raise RuntimeError(f"no reply but {came.status}: {came.body[-400:]!r}")
    return came
