"""The llmock server: started in its own environment, told by HTTP how to break, asked for its verdict."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from bench import servers
from bench.environments import python_of

# Slow enough for the server to see a client that leaves in mid-stream.
BETWEEN_CHUNKS = {"LLMOCK_STREAM_CHUNK_DELAY_MS": "10"}
Behavior = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    code: str
    text: str


@dataclass(frozen=True)
class Verdict:
    """`findings` are errors and warnings; only errors take the pass away. `faults` counts those that came."""

    passed: bool
    attempts: int
    faults: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Llmock:
    url: str

    def begin(self, behaviors: Sequence[Behavior]) -> None:
        """Forgets what was, and breaks from now on as told."""
        self._post("reset", {})
        self._post("scenario", {"behaviors": list(behaviors)})

    def verdict(self) -> Verdict:
        told = httpx.get(f"{self.url}/_llmock/verdict", trust_env=False).raise_for_status().json()
        findings = tuple(
            Finding(each["code"], f"{each['severity']} {each['code']}: {each['title']}") for each in told["findings"]
        )
        return Verdict(told["passed"], told["attempts"], told["faults_injected"], findings)

    def _post(self, path: str, body: Mapping[str, Any]) -> None:
        httpx.post(f"{self.url}/_llmock/{path}", json=body, trust_env=False).raise_for_status()


@contextmanager
def serving() -> Iterator[Llmock]:
    program = python_of("llmock").with_name("llmock")
    command = [str(program), "serve", "--host", "127.0.0.1", "--port", "{port}", "--log-level", "warning"]
    with servers.running(command, BETWEEN_CHUNKS) as server:
        yield Llmock(server.base_url)
