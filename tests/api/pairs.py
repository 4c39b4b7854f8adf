"""Two real servers on one database and one Redis, and those who listen to them."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from tests.servers import Server, running

Json = dict[str, Any]
HOST = ("tests.browser.chat_host",)


@dataclass
class Pair:
    one: Server
    two: Server
    redis: str


@contextmanager
def pair(folder: Path, port: int, program: tuple[str, ...] | None = HOST, **settings: str) -> Iterator[Pair]:
    with ExitStack() as stack:
        address = f"redis://127.0.0.1:{port}"
        given: Any = {"program": program} if program else {}
        first = stack.enter_context(running(folder, REDIS_URL=address, **given, **settings))
        second = stack.enter_context(running(folder, REDIS_URL=address, **given, **settings))
        yield Pair(first, second, address)


def client(server: Server) -> httpx.Client:
    return httpx.Client(base_url=server.api, timeout=30, trust_env=False)


def begin(server: Server, **how: Any) -> str:
    with client(server) as calls:
        return str(calls.post("/session/", **how).json()["session_id"])


def listen(server: Server, session: str = "", **how: Any) -> ClientConnection:
    address = server.api.replace("http", "ws", 1) + "/ws/agent" + (f"/{session}" if session else "")
    return connect(address, proxy=None, compression=None, max_size=None, **how)


def hear(socket: ClientConnection, timeout: float = 10) -> Json:
    found: Json = json.loads(socket.recv(timeout))["payload"]
    return found


def settled(socket: ClientConnection) -> ClientConnection:
    """It hears of the other servers, too: nothing is answered before."""
    socket.send(json.dumps({"type": "ping", "payload": {}}))
    while json.loads(socket.recv(10))["type"] != "pong":
        pass
    return socket


def until(socket: ClientConnection, true: Callable[[Json], bool], timeout: float = 10) -> list[Json]:
    found = [hear(socket, timeout)]
    while not true(found[-1]):
        found.append(hear(socket, timeout))
    return found


def is_update(name: str) -> Callable[[Json], bool]:
    return lambda payload: payload.get("update") == name


def ends(payload: Json) -> bool:
    return payload.get("event") == "Finished"


def ask(socket: ClientConnection, action: str, **given: Any) -> Json:
    socket.send(json.dumps({"type": "action", "payload": {"action": action, "id": "mine", **given}}))
    return until(socket, lambda payload: payload.get("id") == "mine")[-1]


def ids(payload: Json) -> set[str]:
    return {one["id"] for one in payload["visitors"]}
