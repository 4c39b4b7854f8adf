"""One server process as its client sees it: calls, a record of all it said and when, and its end."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATIENCE = 60.0  # seconds


class Nursery:
    """Starts servers; calls may come from several threads."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.kill.nursery"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._one = threading.Lock()

    def bear(self, url: str, path: Path) -> "Victim":
        path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listening, self._one:
            listening.bind(str(path))
            listening.listen()
            listening.settimeout(PATIENCE)
            assert self._process.stdin is not None and self._process.stdout is not None
            self._process.stdin.write(json.dumps({"url": url, "socket": str(path)}) + "\n")
            self._process.stdin.flush()
            pid = int(self._process.stdout.readline())
            return Victim(pid, listening.accept()[0])

    def close(self) -> None:
        self._process.communicate()


@contextmanager
def nursery() -> Iterator[Nursery]:
    opened = Nursery()
    try:
        yield opened
    finally:
        opened.close()


@dataclass
class Heard:
    """What came back for one request: events with the moment of their coming, and the last word."""

    events: list[tuple[float, str, str]] = field(default_factory=list)
    acknowledged: bool = False
    answer: Any = None
    error: str = ""

    def has(self, kind: str) -> bool:
        return any(event == kind for _, event, _ in self.events)

    def text(self, until: float = float("inf")) -> str:
        return "".join(text for moment, kind, text in self.events if kind == "TextDelta" and moment <= until)


class Victim:
    def __init__(self, pid: int, connection: socket.socket) -> None:
        self._pid = pid
        self._connection = connection
        self._rest = b""
        self._count = 0
        self.heard: dict[int, Heard] = {}

    def ask(self, do: str, **more: Any) -> int:
        """Sends a request and does not wait."""
        self._count += 1
        self.heard[self._count] = Heard()
        self._connection.sendall(json.dumps({"id": self._count, "do": do, **more}).encode() + b"\n")
        return self._count

    def call(self, do: str, **more: Any) -> Heard:
        """Sends a request and waits for its end."""
        heard = self.heard[self.ask(do, **more)]
        until = time.monotonic() + PATIENCE
        while not (heard.acknowledged or heard.error):
            assert time.monotonic() < until and self._listen(PATIENCE), f"no answer to {do}"
        return heard

    def wait_for(self, number: int, kind: str) -> None:
        until = time.monotonic() + PATIENCE
        while not self.heard[number].has(kind):
            assert time.monotonic() < until and self._listen(PATIENCE), f"no {kind}"

    def live(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._listen(left)

    def kill(self) -> float:
        """SIGKILL now; gives the moment. What it had said until then is heard."""
        os.kill(self._pid, signal.SIGKILL)
        moment = time.monotonic()
        while self._listen(PATIENCE):
            pass
        self._connection.close()
        return moment

    def _listen(self, seconds: float) -> bool:
        """False at the end of all; True when something came or the time is over."""
        self._connection.settimeout(max(seconds, 0.001))
        try:
            found = self._connection.recv(65536)
        except TimeoutError:
            return True
        except ConnectionResetError:
            return False
        *whole, self._rest = (self._rest + found).split(b"\n")
        for line in whole:
            self._note(json.loads(line))
        return bool(found)

    def _note(self, line: dict[str, Any]) -> None:
        heard = self.heard[line["id"]]
        if "event" in line:
            heard.events.append((time.monotonic(), line["event"], line["text"]))
        elif "error" in line:
            heard.error = line["error"]
        else:
            heard.acknowledged, heard.answer = True, line["done"]
