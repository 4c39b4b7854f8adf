"""Requests that lie about themselves or never end, at the door of the whole server: each is refused, none fills it."""

import gzip
import json
import os
import select
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from builder.api.guard import LARGEST_BODY
from builder.api.heads import LARGEST_HEAD
from tests.api.conftest import begin
from tests.api.test_refusals import assert_problem
from tests.servers import Server, running

JSON = {"Content-Type": "application/json"}
MUCH = 30_000_000  # bytes


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("odd"), MOCK_MODE="true") as started:
        yield started


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.api, timeout=60, trust_env=False) as opened:
        yield opened


@pytest.fixture(autouse=True)
def lives_on(client: httpx.Client) -> Iterator[None]:
    yield
    assert client.get("/healthz").text == "ok"
    assert client.post("/session/").status_code == 200


def opened(server: Server) -> socket.socket:
    host, port = server.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=20)


def request(server: Server, *headers: str, path: str = "/api/session/") -> bytes:
    lines = [f"POST {path} HTTP/1.1", f"Host: {server.url.removeprefix('http://')}", *headers]
    return "\r\n".join(lines).encode()


def memory(server: Server) -> float:
    """MB."""
    return int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Length: 5", "Content-Length: 6"),
        ("Content-Length: -1",),
        ("Content-Length: +5",),
        ("Content-Length: 0x5",),
        ("Content-Length: " + "9" * 5_000,),
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked",),  # and then no chunks
        ("X-Broken : yes", "Content-Length: 5"),
    ],
)
def test_a_length_that_cannot_be_true_is_refused_and_the_connection_closed(
    server: Server, headers: tuple[str, ...]
) -> None:
    with closing(opened(server)) as connection:
        connection.sendall(request(server, *headers) + b"\r\n\r\nhello")
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 400 ") and answer.count(b"HTTP/1.1") == 1


def test_what_comes_after_the_announced_length_is_no_part_of_the_body(server: Server, client: httpx.Client) -> None:
    body = json.dumps({"prompt": "hi", "session_id": begin(client)}).encode()
    headers = ("Content-Type: application/json", f"Content-Length: {len(body)}", "Connection: close")
    with closing(opened(server)) as connection:
        connection.sendall(request(server, *headers, path="/api/chat/") + b"\r\n\r\n" + body + b"POST /api/session/ x")
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 200 ") and answer.count(b"HTTP/1.1") == 1


def test_a_body_that_never_comes_whole_does_nothing_and_holds_nobody_up(server: Server, client: httpx.Client) -> None:
    session = begin(client)
    body = json.dumps({"prompt": "hi", "session_id": session}).encode()
    headers = ("Content-Type: application/json", f"Content-Length: {len(body) + 100}")
    waiting = [opened(server) for _ in range(50)]
    for connection in waiting:
        connection.sendall(request(server, *headers, path="/api/chat/") + b"\r\n\r\n" + body)
    assert client.get("/healthz").elapsed.total_seconds() < 5
    for connection in waiting:
        connection.close()
    assert client.get("/chat/", params={"session_id": session}).text == ""


@pytest.mark.parametrize("body", [b"[" * 10_000_000, b'{"a":' * 2_000_000, b"x" * (LARGEST_BODY + 1)])
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("path", ["/chat/", "/v1/agents", "/v1/agents/import", "/agent/chat", "/v1/sessions/create"])
def test_megabytes_of_anything_are_refused_before_they_are_understood(
    server: Server, client: httpx.Client, path: str, body: bytes, chunked: bool
) -> None:
    before = memory(server)
    content: Any = (body[at : at + 65_536] for at in range(0, len(body), 65_536)) if chunked else body
    assert_problem(client.post(path, content=content, headers=JSON), 413, "too-large")
    assert memory(server) - before < 30


@pytest.mark.parametrize("path", ["/chat/", "/v1/agents", "/v1/agents/import", "/agent/chat", "/v1/sessions/create"])
@pytest.mark.parametrize("body", [b"[" * LARGEST_BODY, b'{"a":' * (LARGEST_BODY // 5)])
def test_as_many_brackets_as_a_body_may_have_are_no_json(client: httpx.Client, path: str, body: bytes) -> None:
    assert_problem(client.post(path, content=body, headers=JSON), 400, "not-json")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_a_packed_body_is_not_unpacked(server: Server, client: httpx.Client, encoding: str) -> None:
    bomb = gzip.compress(b'{"prompt": "' + b"x" * 100_000_000 + b'", "session_id": "x"}')
    assert len(bomb) < LARGEST_BODY
    before = memory(server)
    answer = client.post("/chat/", content=bomb, headers={**JSON, "Content-Encoding": encoding})
    assert_problem(answer, 400, "not-json")
    assert memory(server) - before < 30


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b"GET /api/healthz HTTP/1.1\r\nX-Long: ", b"a" * 10_000),
        (b"GET /api/healthz HTTP/1.1\r\n", b"X-Many: %s\r\n" % (b"a" * 90) * 100),
        (b"GET /api/healthz?", b"a" * 10_000),
        (b"GET /", b"a" * 10_000),
        (b"POST /api/healthz HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-After: ", b"a" * 10_000),
    ],
    ids=["one header", "many headers", "query", "path", "trailer"],
)
def test_a_head_without_an_end_is_cut_off(server: Server, start: bytes, piece: bytes) -> None:
    before, sent = memory(server), len(start)
    with closing(opened(server)) as connection, pytest.raises(OSError):  # the server has closed
        connection.sendall(start)
        while sent < MUCH:
            connection.sendall(piece)
            sent += len(piece)
    assert sent < MUCH and memory(server) - before < 10


def test_a_head_may_be_large_and_too_large_a_one_is_told(server: Server) -> None:
    for size, status in ((LARGEST_HEAD // 2, 200), (LARGEST_HEAD * 6, 431)):
        with closing(opened(server)) as connection:
            head = b"GET /api/healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Long: " + b"a" * size
            pieces = [*(head[at : at + 16_384] for at in range(0, len(head), 16_384)), b"\r\n\r\n"]
            for piece in pieces:
                connection.sendall(piece)
                if select.select([connection], [], [], 0.05)[0]:
                    break  # it has heard enough
            answer = connection.makefile("rb").read()
        found, _, body = answer.partition(b"\r\n\r\n")
        assert found.startswith(b"HTTP/1.1 %d " % status)
        if status == 431:
            assert b"application/problem+json" in found and json.loads(body)["type"] == "/problems/head-too-large"
