"""The events of a streamed answer as they come over the wire: those that came together are had together."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from typing import Any

from httpx2 import RequestError, TimeoutException
from openai import APIConnectionError, APITimeoutError, AsyncStream
from openai._streaming import ServerSentEvent, SSEDecoder, _SSELineDecoder
from openai._streaming_cleanup import drain_response_async
from openai.types.chat import ChatCompletionChunk

from builder.llm.lean.transport import Body

_END, _DATA = b"\n\n", b"data: "
LAST_BYTES = 0.1  # seconds that the end of an answer may take after its last event


class Stream(AsyncStream[ChatCompletionChunk]):
    """Ask for `burst()` after `burst()`, or iterate as over the library's own, also in the middle."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._kept: deque[ServerSentEvent] = deque()
        self._events = Events()
        body = self.response.extensions.get("body")
        is_plain = "content-encoding" not in self.response.headers
        direct = body if is_plain and isinstance(body, Body) else None
        self._pieces: AsyncIterator[bytes] = direct or self.response.aiter_bytes()

    async def burst(self) -> list[ServerSentEvent]:
        """The events that have come by now, at least one; none at the end."""
        try:
            while piece := await anext(self._pieces, b""):
                if found := self._events.feed(piece):
                    return found
        except TimeoutException as error:
            raise APITimeoutError(request=self.response.request) from error
        except RequestError as error:
            raise APIConnectionError(request=self.response.request) from error
        return self._events.end()

    def keep(self, events: Iterable[ServerSentEvent]) -> None:
        """Events for who iterates, before those that are still to come."""
        self._kept.extend(events)

    async def finish(self) -> None:
        """After the last event: what is left of the answer is read, so that its connection can be used again."""
        body = self.response.extensions.get("body")
        if not isinstance(body, Body):
            await drain_response_async(self.response)
        elif not body.is_over:
            try:
                async with asyncio.timeout(LAST_BYTES):
                    async for _ in body:
                        pass
            except (TimeoutError, RequestError):  # all that was said has been heard
                pass
        await self.response.aclose()

    async def _iter_events(self) -> AsyncIterator[ServerSentEvent]:
        while True:
            while self._kept:
                yield self._kept.popleft()
            burst = await self.burst()
            if not burst:
                return
            self._kept.extend(burst)


class Events:
    """Bytes to events. What is as plain as most of it is told at a glance; the rest is the library's to read."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._decoder = SSEDecoder()
        self._lines: _SSELineDecoder | None = None

    def feed(self, piece: bytes) -> list[ServerSentEvent]:
        if self._lines is None and b"\r" in piece:
            self._lines, piece = _SSELineDecoder(), bytes(self._rest) + piece
            self._rest.clear()
        if self._lines is not None:
            return self._read(self._lines.feed(piece))
        looked = max(0, len(self._rest) - 1)
        self._rest += piece
        end = self._rest.rfind(_END, looked)
        if end < 0:
            return []
        whole = bytes(self._rest[:end])
        del self._rest[: end + len(_END)]
        return [event for block in whole.split(_END) for event in self._block(block)]

    def end(self) -> list[ServerSentEvent]:
        """What was begun and not ended."""
        lines = self._lines or _SSELineDecoder()
        found = self._read(lines.feed(b"" if self._lines else bytes(self._rest)))
        self._rest.clear()
        return found + self._read(lines.finish())

    def _block(self, block: bytes) -> list[ServerSentEvent]:
        if block.startswith(_DATA) and b"\n" not in block:
            return [ServerSentEvent(data=block[len(_DATA) :].decode("utf-8"))]
        return self._read([*block.split(b"\n"), b""])

    def _read(self, lines: Iterable[bytes]) -> list[ServerSentEvent]:
        return [event for line in lines if (event := self._decoder.decode(line.decode("utf-8")))]
