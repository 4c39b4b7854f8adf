"""One connection to a server: a request out, its answer in, then the next one. HTTP/1.1, read by a parser in C."""

import asyncio
import select
import socket
from collections.abc import Iterable
from typing import cast

import httptools
from httpx2 import ReadError, RemoteProtocolError

MOST_UNREAD = 262_144  # bytes that wait for who reads them; above that the server is kept waiting
Headers = list[tuple[bytes, bytes]]
# What the parser of another request, or no parser, may make of a header.
_LINE_ENDS = (b"\r", b"\n", b"\0")
_NO_BODY = frozenset({204, 304})


class Line(asyncio.Protocol):
    """Used by one request at a time. `free_since` is the loop's time when the last answer was read to its end."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._fresh: asyncio.Future[None] | None = None
        self._writable: asyncio.Future[None] | None = None
        self._lost: Exception | None = None
        self.free_since = 0.0
        self._begin()

    def _begin(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self.status, self.reason, self.headers = 0, b"", Headers()
        self._unread: list[bytes] = []
        self._waiting = 0
        self._has_head = self.is_whole = self._is_held = False
        self._keeps = False

    def send(self, request: bytes) -> None:
        """Begins to write a request, after which the answer's head is read by `head`."""
        assert self._transport is not None
        self._begin()
        self._transport.write(request)

    @property
    def drained(self) -> "asyncio.Future[None] | None":
        """What to wait for until all is written; None when there is nothing to wait for."""
        return self._writable

    async def head(self) -> None:
        """Returns when `status`, `reason` and `headers` are there."""
        while not self._has_head:
            await self._more()

    async def piece(self) -> bytes:
        """What has come of the body and was not read yet; b"" at its end."""
        while not self._unread:
            if self.is_whole:
                return b""
            await self._more()
        found = self._unread[0] if len(self._unread) == 1 else b"".join(self._unread)
        self._unread.clear()
        self._waiting = 0
        if self._is_held and self._transport is not None:
            self._is_held = False
            self._transport.resume_reading()
        return found

    async def _more(self) -> None:
        if self._lost is not None:
            raise self._lost
        self._fresh = self._loop.create_future()
        try:
            await self._fresh
        finally:
            self._fresh = None

    @property
    def version(self) -> bytes:
        return b"HTTP/" + self._parser.get_http_version().encode()

    @property
    def is_free(self) -> bool:
        """Has the last answer come to its end, and may another one follow?"""
        return self.is_whole and self._keeps and self._lost is None

    def has_news(self) -> bool:
        """Is there something that the loop has not read yet? On a free connection that can only be its end."""
        found: socket.socket | None = self._transport.get_extra_info("socket") if self._transport else None
        return found is None or found.fileno() < 0 or _is_readable(found.fileno())

    def hang_up(self) -> None:
        """At once, whatever is under way."""
        if self._transport is not None:
            self._transport.abort()

    # What the loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # that of uvloop is none by its type

    def data_received(self, data: bytes) -> None:
        if self.is_whole:  # nobody asked for it
            self.hang_up()
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._fail(RemoteProtocolError("The server wants to speak another protocol."))
        except httptools.HttpParserError as error:
            self._fail(RemoteProtocolError(str(error)))
        if self._waiting > MOST_UNREAD and not self._is_held and self._transport is not None:
            self._is_held = True
            self._transport.pause_reading()
        self._wake()

    def connection_lost(self, error: Exception | None) -> None:
        if self._has_head and not self.is_whole and error is None and not _has_length(self.headers):
            self.is_whole = True  # a body without a length ends with its connection
        self._keeps = False
        if self._lost is None:
            self._lost = ReadError(str(error)) if error else RemoteProtocolError("The server closed the connection.")
        self.resume_writing()
        self._wake()

    def pause_writing(self) -> None:
        self._writable = self._loop.create_future()

    def resume_writing(self) -> None:
        waiting, self._writable = self._writable, None
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    def _fail(self, error: Exception) -> None:
        self._lost = error
        self.hang_up()

    def _wake(self) -> None:
        if self._fresh is not None and not self._fresh.done():
            self._fresh.set_result(None)

    # What the parser calls.

    def on_status(self, status: bytes) -> None:
        self.reason += status

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()
        if self.status >= 200:
            self._has_head, self._keeps = True, self._parser.should_keep_alive()

    def on_body(self, body: bytes) -> None:
        self._unread.append(body)
        self._waiting += len(body)

    def on_message_complete(self) -> None:
        if self.status >= 200:
            self.is_whole = True
        else:  # only a sign that the answer is coming
            self.reason, self.headers = b"", Headers()


def written(method: str, target: bytes, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> bytes:
    """A request as it goes out. ValueError for a header that would be more than one."""
    lines = [b"%s %s HTTP/1.1" % (method.encode("ascii"), target)]
    for name, value in headers:
        if any(end in name or end in value for end in _LINE_ENDS):
            raise ValueError("A header holds the end of a line.")
        lines.append(b"%s: %s" % (name, value))
    return b"\r\n".join([*lines, b"", body])


def _has_length(headers: Headers) -> bool:
    return any(name.lower() in (b"content-length", b"transfer-encoding") for name, _ in headers)


def _is_readable(file: int) -> bool:
    if not hasattr(select, "poll"):
        return bool(select.select([file], [], [], 0)[0])
    watch = select.poll()
    watch.register(file, select.POLLIN)
    return bool(watch.poll(0))
