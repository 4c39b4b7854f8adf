"""Our way to a model's server against real sockets: kept connections, every kind of end, and what is no answer."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx2
import pytest

from builder.llm.lean.line import MOST_UNREAD
from builder.llm.lean.transport import Direct
from builder.llm.wire import http_client

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


@asynccontextmanager
async def serving(handle: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    tasks: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(task := asyncio.current_task())  # type: ignore[arg-type]
        try:
            await handle(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            tasks.discard(task)

    server = await asyncio.start_server(one, "127.0.0.1", 0, ssl=tls)
    scheme, port = "https" if tls else "http", server.sockets[0].getsockname()[1]
    try:
        yield f"{scheme}://127.0.0.1:{port}/"
    finally:
        for task in list(tasks):
            task.cancel()
        server.close()


def saying(*answers: bytes, stays: bool = True) -> Handler:
    """One answer a request; then the connection stays open, or is closed."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
        if stays:
            await reader.read()

    return handle


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with http_client() as made:
        yield made


def way(client: httpx2.AsyncClient) -> Direct:
    assert isinstance(client._transport, Direct)
    return client._transport


async def test_a_connection_serves_one_request_after_another(client: httpx2.AsyncClient) -> None:
    ports = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ports.add(writer.get_extra_info("peername")[1])
        await saying(*[HELLO] * 10)(reader, writer)

    async with serving(handle) as url:
        assert [(await client.get(url)).text for _ in range(5)] == ["hello"] * 5
        assert len(ports) == 1 and way(client).busy == 0
        await asyncio.gather(*(client.get(url) for _ in range(3)))
    assert len(ports) == 3


async def test_a_connection_that_the_server_closed_is_not_used_again(client: httpx2.AsyncClient) -> None:
    async with serving(saying(HELLO, stays=False)) as url:
        for _ in range(3):
            assert (await client.get(url)).text == "hello"
            await asyncio.sleep(0.05)


BODIES = {
    "a length": HELLO,
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nMore: 1\r\n\r\n",
    "until it closes": b"HTTP/1.1 200 OK\r\n\r\nhello",
    "old": b"HTTP/1.0 200 OK\r\n\r\nhello",
    "signs before it": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + HELLO,
    "close": HELLO.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"),
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("size", [1, 7, 1_000])
async def test_an_answer_is_whole_however_it_is_written(client: httpx2.AsyncClient, name: str, size: int) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for start in range(0, len(BODIES[name]), size):
            writer.write(BODIES[name][start : start + size])
            await writer.drain()
            await asyncio.sleep(0)

    async with serving(handle) as url:
        answer = await client.get(url)
        assert (answer.status_code, answer.text) == (200, "hello")
        assert way(client).busy == 0


BROKEN = {
    "nothing": b"",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-",
    "half a body": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel",
    "half a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
    "no end": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n",
    "another protocol": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
}


@pytest.mark.parametrize("name", BROKEN)
async def test_an_answer_that_breaks_off_is_an_error_of_the_transport(client: httpx2.AsyncClient, name: str) -> None:
    async with serving(saying(BROKEN[name], stays=False)) as url:
        with pytest.raises(httpx2.TransportError):
            await client.get(url)
        assert way(client).busy == 0


async def test_nobody_there_is_an_error_of_connecting(client: httpx2.AsyncClient) -> None:
    async with serving(saying()) as url:
        pass
    with pytest.raises(httpx2.ConnectError):
        await client.get(url)


async def test_a_header_is_never_two(client: httpx2.AsyncClient) -> None:
    async with serving(saying(HELLO)) as url:
        with pytest.raises(httpx2.LocalProtocolError):
            await client.get(url, headers=[(b"X-Key", b"a\r\nX-Other: b")])


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"])
async def test_a_limit_of_reading_holds_where_one_is_set(answer: bytes) -> None:
    way_out = Direct(httpx2.AsyncHTTPTransport())
    async with serving(saying(answer)) as url, httpx2.AsyncClient(transport=way_out, timeout=0.1) as impatient:
        with pytest.raises(httpx2.ReadTimeout):
            await impatient.get(url)


async def test_who_leaves_in_the_middle_leaves_no_connection(client: httpx2.AsyncClient) -> None:
    left = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello")
        await reader.read()
        left.set()

    async with serving(handle) as url:
        async with client.stream("GET", url) as answer:
            assert await anext(answer.aiter_bytes()) == b"hello"
        async with asyncio.timeout(5):
            await left.wait()
        assert way(client).busy == 0


async def test_who_reads_slowly_keeps_the_server_waiting(client: httpx2.AsyncClient) -> None:
    sent = 0

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 40000000\r\n\r\n")
        for _ in range(400):
            writer.write(b"x" * 100_000)
            await writer.drain()
            sent += 100_000

    async with serving(handle) as url, client.stream("GET", url) as answer:
        await asyncio.sleep(0.3)
        held = sent
        assert MOST_UNREAD < held < 30_000_000
        assert len(await answer.aread()) == 40_000_000


async def test_a_long_question_is_written_whole(client: httpx2.AsyncClient) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.1)
        body = await reader.readexactly(20_000_000)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n%08d" % body.count(b"y"))
        await reader.read()

    async with serving(handle) as url:
        assert (await client.post(url, content=b"y" * 20_000_000)).text == "20000000"


@contextmanager
def proxy_of(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("HTTP_PROXY", url)
    monkeypatch.setenv("NO_PROXY", "")
    yield


async def test_a_proxy_of_the_environment_is_still_used(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(HELLO)

    async with serving(handle) as proxy:
        with proxy_of(proxy, monkeypatch):
            async with http_client() as client:
                assert (await client.get("http://models.example/v1")).text == "hello"
    assert asked[0].startswith(b"GET http://models.example/v1 ")


async def test_a_name_with_two_addresses_is_reached_by_the_one_that_answers(client: httpx2.AsyncClient) -> None:
    async with serving(saying(HELLO)) as url:
        assert (await client.get(url.replace("127.0.0.1", "localhost"))).text == "hello"


async def test_a_certificate_that_nobody_vouches_for_is_refused(client: httpx2.AsyncClient, tmp_path: Path) -> None:
    from tests.llm.certificate import write

    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(write(tmp_path))
    async with serving(saying(HELLO), tls) as url:
        with pytest.raises(httpx2.ConnectError):
            await client.get(url)


async def test_a_trusted_certificate_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.llm.certificate import write

    file = write(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    async with serving(saying(HELLO, HELLO), tls) as url, http_client() as client:
        for _ in range(2):
            assert (await client.get(url.replace("127.0.0.1", "localhost"))).text == "hello"
