"""A fake model server: plays its script, checks the key, writes down every request and every client that left."""

import asyncio
import json
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, cast

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.models.script import Answer, Dropped, Fault, Received, Script
from tests.models.voice import Voice, at_once, streamed
from tests.servers import in_thread

KEY = "test-key-of-a-fake-server"
HELLO: Script = (Answer("Hello."),)
EVENTS, JSON = "text/event-stream", "application/json"


class Fake(ABC):
    """`received` has every request, `calls` those for an answer. `play` sets a new script and forgets both."""

    default_models: Sequence[str] = ()

    def __init__(self, script: Script, *, key: str | None = KEY, models: Sequence[str] | None = None) -> None:
        self.key = key or ""
        self.checks_key = key is not None
        self.models = tuple(models or self.default_models)
        self.wrong_key: Fault = self.wrong_key_fault()
        self.listing_fault: Fault | None = None
        self.url = ""
        self._running: set[Played] = set()
        self._lock = threading.Lock()
        self.play(script)

    def play(self, script: Script) -> None:
        with self._lock:
            self.script = script
            self.received: list[Received] = []

    @property
    def base_url(self) -> str:
        """What the client library wants as its base address."""
        return self.url

    @property
    def calls(self) -> list[Received]:
        return [call for call in self.received if call.route in ("generate", "stream")]

    @abstractmethod
    def wrong_key_fault(self) -> Fault:
        """How this provider words a wrong key unless `wrong_key` is set."""

    @abstractmethod
    def routes(self) -> list[Route]: ...

    @abstractmethod
    def voice(self, call: Received, answer: Answer) -> Voice: ...

    def answer(self, call: Received) -> Response:
        """The response to a request for an answer, by the script."""
        if refusal := self.refusal(call, None):
            return refusal
        with self._lock:
            self.received.append(call)
            script, turn = self.script, len(self.calls) - 1
        answer = script(call) if callable(script) else script[min(turn, len(script) - 1)]
        voice = self.voice(call, answer)
        if answer.fault and answer.fault.status not in (0, 200):
            return refused(voice, answer.fault)
        return Played(self._running, voice)

    def refusal(self, call: Received, fault: Fault | None) -> Response | None:
        """The response when the key is wrong or `fault` is due; such a request is written down here."""
        if self.checks_key and call.key != self.key:
            fault = self.wrong_key
        if fault is None:
            return None
        with self._lock:
            self.received.append(call)
        voice = self.voice(call, Answer(fault=fault))
        return refused(voice, fault) if fault.status not in (0, 200) else Played(self._running, voice)

    def listed(self, call: Received, body: dict[str, Any]) -> Response:
        """The response to a request about models."""
        if refusal := self.refusal(call, self.listing_fault):
            return refusal
        with self._lock:
            self.received.append(call)
        return JSONResponse(body)

    def close(self) -> None:
        """Ends answers that would go on for ever, so that the server can stop."""
        for played in list(self._running):
            played.end()


@contextmanager
def serving(fake: Fake) -> Iterator[Any]:
    with in_thread(Starlette(routes=fake.routes())) as url:
        fake.url = url
        try:
            yield fake
        finally:
            fake.close()


def refused(voice: Voice, fault: Fault) -> Response:
    headers = {"Retry-After": fault.retry_header} if fault.retry_header else {}
    if fault.html:
        return HTMLResponse(f"<html><body><h1>{fault.status} Bad gateway</h1></body></html>", fault.status, headers)
    return JSONResponse(voice.error(fault), fault.status, headers)


class Played(Response):
    """Sends an answer in its time and notes when the client goes away before its end."""

    def __init__(self, running: "set[Played]", voice: Voice) -> None:
        self.background = None
        self._running = running
        self._voice = voice
        self._said_all = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._play(send))
        self._running.add(self)
        gone = asyncio.create_task(_gone(receive))
        await asyncio.wait({self._task, gone}, return_when=asyncio.FIRST_COMPLETED)
        self._note(gone)
        self._running.discard(self)
        if not self._said_all:
            await _hang_up(receive)
        await _cancelled(self._task, gone)

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._task.cancel)

    def _note(self, gone: "asyncio.Task[None]") -> None:
        call = self._voice.call
        if gone.done() and not self._said_all and not self._task.done():
            call.aborted_at = time.monotonic()
        else:
            call.ended_at = call.ended_at or time.monotonic()

    async def _play(self, send: Send) -> None:
        fault, streams = self._voice.answer.fault, self._voice.call.route == "stream"
        chunks: AsyncIterator[bytes] = streamed(self._voice) if streams else at_once(self._voice)
        with suppress(Dropped):
            if fault and fault.status == 0 and fault.then:
                async for _ in fault.then(self._voice):
                    pass
                return
            head = [(b"content-type", (EVENTS if streams else JSON).encode())]
            await send({"type": "http.response.start", "status": 200, "headers": head})
            async for chunk in chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            # Before the last byte goes out: a client that has read it may look at once.
            self._voice.call.ended_at, self._said_all = time.monotonic(), True
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _hang_up(receive: Receive) -> None:
    """Closes the connection under the response. ASGI has no word for it, so this reaches into uvicorn."""
    transport: asyncio.Transport = cast(Any, receive).__self__.transport
    transport.abort()
    await asyncio.sleep(0)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _cancelled(*tasks: "asyncio.Task[None]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def body_of(request: Request) -> dict[str, Any]:
    raw = await request.body()
    body: dict[str, Any] = json.loads(raw) if raw else {}
    return body
