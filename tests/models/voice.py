"""How a provider words an answer, and the way an answer goes out piece by piece."""

import asyncio
import json
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

from tests.models.script import Answer, Fault, Received


class Voice(ABC):
    """One answer to one request in a provider's words; events are whole chunks of the stream."""

    def __init__(self, call: Received, answer: Answer) -> None:
        self.call = call
        self.answer = answer

    @property
    def finish(self) -> str:
        """The reason in the common word."""
        fault = self.answer.fault
        return fault.finish if fault and fault.finish else self.answer.finish_reason

    @property
    def tool(self) -> str:
        """The tool that the answer calls; empty when it is text."""
        return self.answer.tool or self.call.forced_tool

    @abstractmethod
    def whole(self) -> dict[str, Any]:
        """The answer of a call that does not stream."""

    def opening(self) -> Iterable[bytes]:
        return ()

    @abstractmethod
    def piece(self, text: str) -> bytes: ...

    @abstractmethod
    def closing(self) -> Iterable[bytes]: ...

    @abstractmethod
    def blocked(self, reason: str) -> Iterable[bytes]:
        """The whole stream when the request itself is not answered."""

    @abstractmethod
    def error(self, fault: Fault) -> dict[str, Any]:
        """The body of a refusal."""

    def error_event(self, fault: Fault) -> bytes:
        return self.data(json.dumps(self.error(fault)))

    def data(self, text: str) -> bytes:
        """Any text in the place of an event's JSON."""
        return f"data: {text}\n\n".encode()


async def streamed(voice: Voice) -> AsyncIterator[bytes]:
    """The chunks of a streamed answer in their time."""
    answer, fault = voice.answer, voice.answer.fault
    await asyncio.sleep(answer.first_after)
    if fault and fault.blocked:
        for event in voice.blocked(fault.blocked):
            yield event
        return
    pause = answer.pause if fault is None or fault.pause is None else fault.pause
    chunks = answer.chunks
    if fault and fault.then:
        chunks = chunks[: fault.after]
    for event in _headed(voice, bool(chunks)):
        yield event
    for piece in chunks:
        voice.call.first_text_at = voice.call.first_text_at or time.monotonic()
        yield voice.piece(piece)
        await asyncio.sleep(pause)
    if fault and fault.then:
        async for event in fault.then(voice):
            yield event
        return
    for event in voice.closing():
        yield event


def _headed(voice: Voice, has_pieces: bool) -> Iterator[bytes]:
    """A fault before the first piece comes first of all, before any event of a healthy answer."""
    fault = voice.answer.fault
    if has_pieces or fault is None or fault.then is None:
        yield from voice.opening()


async def at_once(voice: Voice) -> AsyncIterator[bytes]:
    """The answer of a call that does not stream: a fault of the stream happens in the middle of the body."""
    answer, fault = voice.answer, voice.answer.fault
    await asyncio.sleep(answer.first_after)
    body = json.dumps(voice.whole()).encode()
    voice.call.first_text_at = time.monotonic()
    if fault and fault.then:
        yield body[: len(body) // 2]
        async for chunk in fault.then(voice):
            yield chunk
        return
    yield body
