"""A whole server as its clients see it until it dies: JSON lines, Server-Sent Events, a WebSocket, plain calls."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from tests.servers import READY, ROOT, environment

PATIENCE = 60.0  # seconds


@dataclass
class Heard:
    """What one client heard of one reply: the text so far at each moment, and whether it was all."""

    acknowledged: bool = False
    texts: list[tuple[float, str]] = field(default_factory=list)
    finished: bool = False

    def text(self, until: float = float("inf")) -> str:
        return next((text for moment, text in reversed(self.texts) if moment <= until), "")

    def note(self, text: str) -> None:
        self.texts.append((time.monotonic(), text))


class Whole:
    def __init__(self, pid: int, address: str) -> None:
        self._pid = pid
        self.lives = True
        self.api = f"{address}/api"
        self.client = httpx.Client(base_url=self.api, trust_env=False, timeout=PATIENCE)

    @property
    def memory(self) -> float:
        """What the process has in memory, in MB."""
        return int(Path(f"/proc/{self._pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def kill(self) -> float:
        """SIGKILL now; gives the moment. Afterwards the process is gone."""
        os.kill(self._pid, signal.SIGKILL)
        moment = time.monotonic()
        while _lives(self._pid):
            assert time.monotonic() - moment < PATIENCE, "it does not die"
            time.sleep(0.002)
        self.lives = False
        self.client.close()
        return moment


class Wholes:
    """Starts servers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kill.whole_nursery"],
            cwd=ROOT,
            env=environment(folder / "nobody.db"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._born: list[Whole] = []

    def bear(self, database: Path) -> Whole:
        log = self._folder / f"whole{time.monotonic_ns()}.log"
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"database": str(database), "log": str(log)}) + "\n")
        self._process.stdin.flush()
        pid, until = int(self._process.stdout.readline()), time.monotonic() + PATIENCE
        while not (log.exists() and (said := READY.search(log.read_text("utf-8", "replace")))):
            assert time.monotonic() < until and _lives(pid), f"the server did not start: {log.read_text()}"
            time.sleep(0.01)
        self._born.append(Whole(pid, said[1]))
        return self._born[-1]

    def close(self) -> None:
        """Ends what a test that failed left behind, too."""
        for one in self._born:
            if one.lives:
                one.kill()
        self._process.communicate()


def _lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


@contextmanager
def wholes(folder: Path) -> Iterator[Wholes]:
    opened = Wholes(folder)
    try:
        yield opened
    finally:
        opened.close()


Face = Callable[[Whole, str, str, str, Heard], None]


def lines(server: Whole, session: str, text: str, key: str, heard: Heard) -> None:
    body, headers = {"prompt": text, "session_id": session}, {"Idempotency-Key": key}
    with server.client.stream("POST", "/chat/", json=body, headers=headers) as answer:
        for line in answer.iter_lines():
            found = json.loads(line)
            heard.acknowledged = True
            if found["role"] == "model":
                heard.note(found["content"])
            heard.finished = "stage" in found


def frames(server: Whole, session: str, text: str, key: str, heard: Heard) -> None:
    body, headers = {"message": text, "message_id": key}, {"Accept": "text/event-stream"}
    with server.client.stream("POST", f"/v1/sessions/{session}/message", json=body, headers=headers) as answer:
        for line in answer.iter_lines():
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            elif line.startswith("data: "):
                _take(heard, kind, json.loads(line.removeprefix("data: ")))


def socket(server: Whole, session: str, text: str, key: str, heard: Heard) -> None:
    address = f"{server.api.replace('http', 'ws', 1)}/ws/agent/{session}"
    with connect(address, proxy=None, compression=None) as opened:
        payload = {"action": "send", "message": text, "message_id": key}
        opened.send(json.dumps({"type": "action", "payload": payload}))
        while not heard.finished:
            told = json.loads(opened.recv(PATIENCE))["payload"]
            if "event" in told:
                _take(heard, told["event"], told["data"])


def _take(heard: Heard, kind: str, data: dict[str, Any]) -> None:
    heard.acknowledged = heard.acknowledged or kind == "Started"
    if kind == "TextDelta":
        heard.note(heard.text() + data["text"])
    heard.finished = heard.finished or kind == "Finished"


@contextmanager
def hearing(face: Face, server: Whole, session: str, text: str, key: str) -> Iterator[Heard]:
    """While the block runs a client listens; after it the client has heard the end, whatever it was."""
    heard = Heard()

    def listen() -> None:
        with suppress(httpx.HTTPError, WebSocketException, OSError):
            face(server, session, text, key, heard)

    listening = threading.Thread(target=listen)
    listening.start()
    try:
        yield heard
    finally:
        listening.join(PATIENCE)
