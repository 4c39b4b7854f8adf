"""The way to a model's server with less work for each request and each piece than the HTTP library's own.

Only what it does for every answer is here: HTTP/1.1, kept connections, time limits, the library's errors. What is
out of the ordinary (a proxy, a body that is streamed) goes the library's way.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Iterable
from itertools import zip_longest
from typing import Any, TypeVar

from httpx2 import (
    AsyncBaseTransport,
    AsyncByteStream,
    ConnectError,
    ConnectTimeout,
    LocalProtocolError,
    ReadTimeout,
    Request,
    Response,
    TimeoutException,
    WriteTimeout,
    create_ssl_context,
)

from builder.llm.lean.line import Line, written

FREE_FOR = 5.0  # seconds; servers hang up on a connection at rest, and some do so soon
RESTED = 0.1  # seconds; of a connection that was in use until then the loop knows all there is
MOST_FREE = 100
HEAD_START = 0.25  # seconds that one address of a server has before the next one is tried, too
PORTS = {"http": 80, "https": 443}
Place = tuple[str, str, int]  # scheme, host, port
T = TypeVar("T")


class Direct(AsyncBaseTransport):
    """Connections to servers, each kept for the next request when its answer was read to the end."""

    def __init__(self, library: AsyncBaseTransport) -> None:
        """`library` does what is not done here."""
        self._library = library
        self._tls = create_ssl_context()
        self._free: dict[Place, list[Line]] = {}
        self._open: set[Line] = set()

    async def handle_async_request(self, request: Request) -> Response:
        scheme = request.url.scheme
        if scheme not in PORTS or request.method == "HEAD" or "transfer-encoding" in request.headers:
            return await self._library.handle_async_request(request)
        place = (scheme, request.url.raw_host.decode("ascii"), request.url.port or PORTS[scheme])
        limits = request.extensions.get("timeout", {})
        try:
            sent = written(request.method, request.url.raw_path, request.headers.raw, await request.aread())
        except ValueError as error:
            raise LocalProtocolError(str(error)) from error
        line = self._kept(place)
        if line is None:
            line = await within(self._connected(place), limits.get("connect"), ConnectTimeout)
        try:
            line.send(sent)
            if line.drained is not None:
                await within(line.drained, limits.get("write"), WriteTimeout)
            await within(line.head(), limits.get("read"), ReadTimeout)
        except BaseException:
            self.drop(line)
            raise
        body = Body(self, place, line, limits.get("read"))
        told = {"http_version": line.version, "reason_phrase": line.reason, "body": body}
        return Response(line.status, headers=line.headers, stream=body, extensions=told)

    def _kept(self, place: Place) -> Line | None:
        """A free connection, the last one used first; those that are free for long go."""
        free, now = self._free.get(place, []), asyncio.get_running_loop().time()
        while free and now - free[0].free_since > FREE_FOR:
            self.drop(free.pop(0))
        while free:
            line = free.pop()
            if line.is_free and (now - line.free_since < RESTED or not line.has_news()):
                return line
            self.drop(line)
        return None

    async def _connected(self, place: Place) -> Line:
        scheme, host, port = place
        secured: dict[str, Any] = {"ssl": self._tls, "server_hostname": host} if scheme == "https" else {}
        try:
            reached = await _reached(host, port)
            _, line = await asyncio.get_running_loop().create_connection(Line, sock=reached, **secured)
        except (OSError, ssl.SSLError) as error:
            raise ConnectError(str(error)) from error
        self._open.add(line)
        return line

    def give_back(self, place: Place, line: Line) -> None:
        """Keeps the connection for the next request, where that is possible."""
        if line not in self._open:
            return
        free = self._free.setdefault(place, [])
        if not line.is_free or len(free) >= MOST_FREE:
            self.drop(line)
            return
        line.free_since = asyncio.get_running_loop().time()
        free.append(line)

    @property
    def busy(self) -> int:
        """Connections on which an answer is still awaited or read."""
        return len(self._open) - sum(map(len, self._free.values()))

    def drop(self, line: Line) -> None:
        self._open.discard(line)
        line.hang_up()

    async def aclose(self) -> None:
        for line in list(self._open):
            self.drop(line)
        self._free.clear()
        await asyncio.sleep(0)  # then they are closed
        await self._library.aclose()


class Body(AsyncByteStream, AsyncIterator[bytes]):
    """The body of one answer, piece by piece; no generator, so that nothing is left behind by who stops reading."""

    def __init__(self, owner: Direct, place: Place, line: Line, seconds: float | None) -> None:
        self._owner = owner
        self._place = place
        self._line: Line | None = line
        self._seconds = seconds

    def __aiter__(self) -> "Body":
        return self

    async def __anext__(self) -> bytes:
        piece = await self.piece()
        if not piece:
            raise StopAsyncIteration
        return piece

    async def piece(self) -> bytes:
        """All that has come by now; b"" at the end."""
        if self._line is None:
            return b""
        try:
            piece = await within(self._line.piece(), self._seconds, ReadTimeout)
        except BaseException:
            self._hang_up()
            raise
        if not piece:
            self._give_back()
        return piece

    @property
    def is_over(self) -> bool:
        """Has all of it come? What was not read of it will not be missed."""
        return self._line is None or self._line.is_whole

    async def aclose(self) -> None:
        if self.is_over:
            self._give_back()
        else:
            self._hang_up()

    def _give_back(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            self._owner.give_back(self._place, line)

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            self._owner.drop(line)


async def within(work: Awaitable[T], seconds: float | None, error: type[TimeoutException]) -> T:
    """What comes of the work; the error when it takes longer."""
    if seconds is None:
        return await work
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError as late:
        raise error(f"It took longer than {seconds:g} s.") from late


async def _reached(host: str, port: int) -> socket.socket:
    """A connected socket. Addresses are tried one after another, each with a head start: where only one of the two
    kinds works, nobody waits long for the other."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    trying: list[asyncio.Task[socket.socket]] = []
    try:
        for at in _by_turns(found):
            trying.append(asyncio.create_task(_tried(at)))
            await asyncio.wait(trying[-1:], timeout=HEAD_START)
            if any(_is_there(one) for one in trying):
                break
        while not any(map(_is_there, trying)) and not all(one.done() for one in trying):
            running = [one for one in trying if not one.done()]
            await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        there = next(filter(_is_there, trying), trying[-1])
        trying.remove(there)
        return there.result()
    finally:
        for one in trying:
            one.add_done_callback(_closed)
            one.cancel()


def _is_there(one: "asyncio.Task[socket.socket]") -> bool:
    return one.done() and not one.cancelled() and one.exception() is None


def _closed(one: "asyncio.Task[socket.socket]") -> None:
    """Another one was sooner."""
    if not one.cancelled() and one.exception() is None:
        one.result().close()


async def _tried(at: tuple[Any, ...]) -> socket.socket:
    family, kind, protocol, _, address = at
    tried = socket.socket(family, kind, protocol)
    try:
        tried.setblocking(False)
        await asyncio.get_running_loop().sock_connect(tried, address)
    except BaseException:
        tried.close()
        raise
    return tried


def _by_turns(found: Iterable[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
    """IPv6 and IPv4 by turns, the kind that the system puts first before the other."""
    all_of_them = list(found)
    first = [one for one in all_of_them if one[0] == all_of_them[0][0]]
    others = [one for one in all_of_them if one[0] != all_of_them[0][0]]
    return [one for pair in zip_longest(first, others) for one in pair if one is not None]
