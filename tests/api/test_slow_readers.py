"""Clients that stop reading, or read a byte a second: nobody waits for them, and what they are owed fills no memory."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from builder.api.routes import chat
from tests.api.conftest import begin, serving
from tests.api.test_plain import lines_of
from tests.kill.clients import Whole, wholes

MANY = 20
WORDS, LONG, PAUSE = 200, 4_000, 0.02  # of a reply: 800,000 characters
MOST = 350.0  # MB; who reads costs up to 200, and all lines that are owed have 600 more


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    folder = tmp_path_factory.mktemp("slow")
    with wholes(folder) as opened:
        found = opened.bear(folder / "test.db")
        yield found
        found.kill()


def says(words: int, length: int, pause: float = 0.0) -> str:
    return json.dumps({"words": words, "pause": pause, "goal": "x" * length})


def asked(client: httpx.Client, how: str, session: str, text: str) -> socket.socket:
    """A connection on which a message was sent, and of which the answer is not read."""
    path, body, accept = {
        "lines": ("/chat/", {"prompt": text, "session_id": session}, "*/*"),
        "events": (f"/v1/sessions/{session}/message", {"message": text}, "text/event-stream"),
    }[how]
    content = json.dumps(body).encode()
    host, port = client.base_url.host, client.base_url.port or 80
    opened = socket.socket()
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    opened.connect((host, port))
    head = [f"POST /api{path} HTTP/1.1", f"Host: {host}:{port}", f"Accept: {accept}", "Connection: close",
            "Content-Type: application/json", f"Content-Length: {len(content)}"]  # fmt: skip
    opened.sendall("\r\n".join([*head, "", ""]).encode() + content)
    return opened


def talk(client: httpx.Client, session: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/v1/sessions/{session}/talk").json()
    return found


def last(client: httpx.Client, session: str, seconds: float = 60) -> dict[str, Any]:
    """The reply once it is over."""
    until = time.monotonic() + seconds
    while (found := talk(client, session))["running"] or not found["messages"]:
        assert time.monotonic() < until, "the turn does not end"
        time.sleep(0.05)
    reply: dict[str, Any] = found["messages"][-1]
    return reply


@contextmanager
def dripping(opened: socket.socket) -> Iterator[None]:
    """A byte of it is read every second."""
    done = threading.Event()

    def drip() -> None:
        while not done.wait(1.0):
            opened.recv(1)

    reading = threading.Thread(target=drip)
    reading.start()
    try:
        yield
    finally:
        done.set()
        reading.join()


def rest_of(opened: socket.socket) -> bytes:
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    whole = b""
    while piece := opened.recv(1 << 20):
        whole += piece
    return whole


@pytest.mark.parametrize("how", ["lines", "events"])
def test_nobody_waits_for_a_slow_reader_and_its_reply_is_stored_all_the_same(server: Whole, how: str) -> None:
    sessions = [begin(server.client) for _ in range(MANY)]
    before, text = server.memory, says(WORDS, LONG, PAUSE)
    with ExitStack() as stack:
        opened = [stack.enter_context(closing(asked(server.client, how, one, text))) for one in sessions]
        for one in opened[::2]:
            stack.enter_context(dripping(one))
        waits = [_waited(server.client) for _ in range(10)]
        replies = [last(server.client, one) for one in sessions]
        assert server.memory - before < MOST, "what nobody reads fills the memory"
        assert sorted(waits)[len(waits) // 2] < 2.0, "somebody waited"
        whole = replies[1]["text"]
        assert len(whole) > WORDS * LONG
        assert {(one["state"], one["text"]) for one in replies} == {("done", whole)}
        late = rest_of(opened[1])  # it reads at last
    assert whole.encode() in late if how == "lines" else late.count(b"event: TextDelta") == WORDS


def _waited(client: httpx.Client) -> float:
    """How long somebody waits for a short reply meanwhile."""
    session, began = begin(client), time.monotonic()
    answer = client.post("/chat/", json={"prompt": says(1, 5), "session_id": session})
    assert lines_of(answer)[-1]["content"] == "xxxxx.0 "
    return time.monotonic() - began


@pytest.mark.parametrize("how", ["lines", "events"])
@pytest.mark.parametrize("read", [0, 2_000])
def test_who_goes_away_stops_the_reply_and_what_was_said_by_then_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, read: int
) -> None:
    monkeypatch.setattr(chat, "LINGER", 0.3)
    with serving(tmp_path, scripted=True) as client:
        session, heard = begin(client), b""
        with closing(asked(client, how, session, "slow 400")) as opened:
            while len(heard) < read:
                heard += opened.recv(200)
            while "word9" not in (talk(client, session)["running"] or {"text": ""})["text"]:
                time.sleep(0.02)
        reply = last(client, session, 8)
        assert reply["state"] == "stopped" and "word9 " in reply["text"] and "word399" not in reply["text"]
        assert all(f"word{n} " in reply["text"] for n in range(400) if f"word{n} ".encode() in heard)
        time.sleep(0.3)
        assert last(client, session)["text"] == reply["text"], "nobody speaks any more"
