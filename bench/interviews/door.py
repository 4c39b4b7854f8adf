"""The plain endpoints of the product, and a record of everything that goes wrong on the way."""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import httpx

FULL, QUICK = ("/chat/", "/finalize/"), ("/generate/", "/generate/finalize/")
PATHS = {"full": FULL, "quick": QUICK, "spec": QUICK}
TRIES, BETWEEN_TRIES = 3, 0.2
WAITS, LONGEST_WAIT = 60, 65.0
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
SESSION_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@dataclass
class Record:
    errors: list[str] = field(default_factory=list)
    malformed: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)


class Door:
    """One session over HTTP. Every method gives None when the server does not answer as it should."""

    def __init__(self, client: httpx.AsyncClient, base_url: str, mode: str) -> None:
        self.client, self.base, self.record = client, base_url.rstrip("/"), Record()
        self.talk_path, self.final_path = PATHS[mode]
        self.session_id, self.shows_status = "", True

    async def begin(self) -> bool:
        answer = self._object(await self._call("POST", "/session/"), "/session/")
        self.session_id = str((answer or {}).get("session_id", ""))
        return bool(self.session_id)

    async def say(self, text: str) -> tuple[str, list[str]] | None:
        """The interviewer's whole answer and its quick replies."""
        response = await self._call("POST", self.talk_path, json={"prompt": text, "session_id": self.session_id})
        if response is None:
            return None
        self.record.seconds.append(response.elapsed.total_seconds())
        lines = [self._line(line) for line in response.text.splitlines() if line.strip()]
        if fault := fault_of_stream(lines, text):
            self.record.malformed.append(fault)
        last: dict[str, Any] = next((line for line in reversed(lines) if line.get("role") == "model"), {})
        return str(last.get("content", "")), [_label(reply) for reply in last.get("quick_replies") or ()]

    async def configuration(self) -> dict[str, Any] | None:
        return self._object(
            await self._call("GET", self.final_path, params={"session_id": self.session_id}), self.final_path
        )

    async def made_from(self, specification: str) -> dict[str, Any] | None:
        response = await self._call("POST", self.talk_path, json={"spec": specification})
        self.record.seconds += [response.elapsed.total_seconds()] if response is not None else []
        return self._object(response, self.talk_path)

    async def note_stage(self) -> None:
        """A server without the status endpoint is asked only once."""
        if not self.shows_status:
            return
        response = await self.client.get(f"{self.base}/v1/sessions/{self.session_id}/status")
        self.shows_status = response.status_code == 200
        stage = (self._object(response, "/status") or {}).get("stage")
        self.record.stages += [str(stage)] if stage and stage not in self.record.stages[-1:] else []

    async def _call(self, method: str, path: str, **content: Any) -> httpx.Response | None:
        """A 429 is waited for and is no error; anything else that fails is tried again."""
        waits = tries = 0
        while tries < TRIES:
            try:
                response = await self.client.request(method, self.base + path, **content)
            except httpx.TransportError as error:
                self.record.errors.append(f"{method} {path}: {type(error).__name__}")
            else:
                if response.status_code < 400:
                    return response
                if response.status_code == 429 and waits < WAITS:
                    waits += 1
                    await asyncio.sleep(min(LONGEST_WAIT, _seconds(response.headers.get("retry-after", ""))))
                    continue
                self.record.errors.append(f"{method} {SESSION_ID.sub('ID', path)}: {response.status_code}")
            tries += 1
            await asyncio.sleep(BETWEEN_TRIES)
        return None

    def _object(self, response: httpx.Response | None, path: str) -> dict[str, Any] | None:
        if response is None or response.status_code != 200:
            return None
        try:
            value = response.json()
        except ValueError:
            self.record.errors.append(f"{path}: no JSON")
            return None
        return value if isinstance(value, dict) else None

    def _line(self, line: str) -> dict[str, Any]:
        try:
            value = json.loads(line)
        except ValueError:
            value = None
        return value if isinstance(value, dict) else {}


def fault_of_stream(lines: Sequence[Mapping[str, Any]], text: str) -> str | None:
    """First the person's line, then the model's again and again with the text so far under one time."""
    first, *rest = lines or [{}]
    texts = [str(line.get("content")) for line in rest]
    if (first.get("role"), first.get("content")) != ("user", text):
        return "the first line is not the person's"
    if not rest or any(line.get("role") != "model" for line in rest):
        return "a line after the first is not the model's"
    if len({line.get("timestamp") for line in rest}) > 1 or not all(
        TIME.fullmatch(str(line.get("timestamp"))) for line in lines
    ):
        return "a time is wrong or changes"
    if not all(later.startswith(earlier) for earlier, later in pairwise(texts)):
        return "the text does not grow"
    return None


def _label(reply: Any) -> str:
    return str(reply.get("label", "")) if isinstance(reply, dict) else str(reply)


def _seconds(header: str) -> float:
    return float(header) if header.isdigit() else 5.0
