"""Real servers on free loopback ports: the whole one as a process of its own, an ASGI application in a thread."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

ROOT = Path(__file__).resolve().parent.parent
READY = re.compile(r"ready: (http://\S+)")
SERVE = ("builder", "serve", "--host", "127.0.0.1", "--port")
START_SECONDS = 60.0
STOP_SECONDS = 10.0
# Nothing of the machine's own settings reaches a test.
KEYLESS = dict.fromkeys(
    (
        *("GOOGLE_API_KEY", "GEMINI_API_KEY", "MODEL_NAME", "GOOGLE_GEMINI_BASE_URL", "GOOGLE_GENAI_API_VERSION"),
        *("OPENAI_API_KEY", "OPENAI_MODEL", "OPENAI_BASE_URL"),
        *("ANTHROPIC_API_KEY", "ANTHROPIC_MODEL", "ANTHROPIC_BASE_URL"),
        *("ENCRYPTION_KEY", "CONFIG_FILE", "DB_PATH", "REDIS_URL", "LIMITS_FILE"),
        *("API_TOKENS", "ALLOWED_HOSTS", "CORS_ORIGINS", "ENVIRONMENT", "LOG_FORMAT", "LOG_PROMPTS"),
    ),
    "",
)


@dataclass(frozen=True)
class Server:
    """`url` is the address of the pages, without a slash at its end."""

    url: str
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def api(self) -> str:
        return f"{self.url}/api"

    def kill(self) -> None:
        """SIGKILL: no farewell, as when the power fails."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(STOP_SECONDS)


def environment(database: Path | str, **settings: str) -> dict[str, str]:
    url = database if isinstance(database, str) else f"sqlite:///{database}"
    return {**os.environ, **KEYLESS, "CHAT_RATE_LIMIT": "off", "DATABASE_URL": url, **settings}


@contextmanager
def running(folder: Path, port: int = 0, program: Sequence[str] = SERVE, **settings: str) -> Iterator[Server]:
    """`settings` are environment variables over those of `environment`; the port goes last to the program."""
    log = folder / f"server-{time.monotonic_ns()}.log"
    process = _start(log, [*program, str(port)], environment(folder / "test.db", **settings))
    try:
        yield Server(_announced(process, log), process, log)
    finally:
        _end(process)


def _start(log: Path, program: Sequence[str], env: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", *program]
    with log.open("wb") as output:
        return subprocess.Popen(command, cwd=ROOT, env=dict(env), stdout=output, stderr=subprocess.STDOUT)


def _announced(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """The address that the server prints once it listens."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if found := READY.search(log.read_text("utf-8", "replace")):
            return found[1]
        time.sleep(0.05)
    raise RuntimeError(f"the server did not start:\n{log.read_text('utf-8', 'replace')[-4000:]}")


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_SECONDS)


@contextmanager
def in_thread(application: ASGIApp) -> Iterator[str]:
    """The application over real HTTP; gives its address."""
    server = uvicorn.Server(uvicorn.Config(application, port=0, log_level="error", ws="websockets-sansio"))
    thread = threading.Thread(target=server.run, name="test-server")
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.005)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(STOP_SECONDS)
