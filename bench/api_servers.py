"""The servers of the API's benchmarks: the light model, ours led by it, and chat_app's code led by it."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.environments import python_of
from bench.ours import REPOSITORY, SERVE, environment
from bench.peer import APPS
from bench.servers import Server, running

# An own server is asked as OpenAI is, by the same client library as chat_app's.
_MODEL = {"OPENAI_API_KEY": "none", "OPENAI_MODEL": "bench"}


@contextmanager
def model(pieces: int, pause: float = 0.0, clock: bool = False) -> Iterator[Server]:
    """`clock`: each reply begins with the time when it was written."""
    told = {"BENCH_PIECES": str(pieces), "BENCH_PAUSE": str(pause), "BENCH_CLOCK": "1" if clock else ""}
    with running([sys.executable, "-m", "bench.api_model", "{port}"], told, REPOSITORY) as server:
        yield server


@contextmanager
def ours(folder: Path, model: Server | None, settings: Mapping[str, str] | None = None) -> Iterator[tuple[Server, str]]:
    """Our server and the address of its plain endpoints. `BENCH_OURS` names another tree than this one."""
    led = {} if model is None else {**_MODEL, "OPENAI_BASE_URL": f"{model.base_url}/v1"}
    env = {**environment(folder), "SESSION_TOKEN_LIMIT": "0", **led, **(settings or {})}
    with running(SERVE, env, Path(os.environ.get("BENCH_OURS", REPOSITORY))) as server:
        yield server, f"{server.base_url}/api"


@contextmanager
def chat_app(model: Server) -> Iterator[tuple[Server, str]]:
    command = [str(python_of("chat_app")), str(APPS / "chat_app_sessions.py"), "{port}"]
    with running(command, {"BENCH_MODEL": f"{model.base_url}/v1"}) as server:
        yield server, server.base_url
