"""Starts a server on a free loopback port, waits until it answers, and ends it with all its children."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO

import httpx

START_SECONDS = 90.0
STOP_SECONDS = 10.0


@dataclass(frozen=True)
class Server:
    base_url: str
    pid: int


@contextmanager
def running(command: Sequence[str], env: Mapping[str, str], cwd: Path | None = None) -> Iterator[Server]:
    """`{port}` in the command becomes the port. Without `cwd` it runs in an empty temporary folder."""
    port = _free_port()
    with TemporaryDirectory() as scratch, TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [part.replace("{port}", str(port)) for part in command],
            env={**os.environ, **env},
            cwd=cwd or scratch,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            server = Server(f"http://127.0.0.1:{port}", process.pid)
            _wait_until_it_answers(server.base_url, process, log)
            yield server
        finally:
            _end(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes], log: IO[str]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if httpx.get(url, timeout=5, trust_env=False, follow_redirects=True).status_code < 500:
                return
        except httpx.TransportError:
            time.sleep(0.3)
    log.seek(0)
    print(log.read()[-4000:], file=sys.stderr)
    raise RuntimeError(f"no answer from {process.args!r}; what it printed is above")


def _end(process: subprocess.Popen[bytes]) -> None:
    """The whole process group: some servers leave children behind when only they are ended."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(STOP_SECONDS)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def resident_megabytes(pid: int) -> float:
    """Memory of a process and all its children, from /proc."""
    own = _status_field(pid, "VmRSS") / 1024
    return own + sum(resident_megabytes(child) for child in _children(pid))


def peak_megabytes(pid: int) -> float:
    """The most memory that a process alone had so far."""
    return _status_field(pid, "VmHWM") / 1024


def cpu_seconds(pid: int) -> float:
    """What all threads of a process have spent on the processor so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _status_field(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    return 0


def _children(pid: int) -> list[int]:
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for thread in threads for child in thread.read_text().split()]
