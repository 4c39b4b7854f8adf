"""One try: one request, read in a task of its own. Ending that task ends the request, wherever it stands."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from builder.core.usage import NOTHING, Usage
from builder.llm import sending
from builder.llm.answer import Answer
from builder.llm.asking import Question
from builder.llm.base import Connection
from builder.llm.causes import failure, shortened
from builder.llm.faults import Fault, Kind, ModelFailed
from builder.llm.prices import counted
from builder.llm.wire import closing_responses

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelResponseStreamEvent
    from pydantic_ai.models import StreamedResponse

# A reason to end that is not here is one of the provider's own; none at all means that the end is missing.
_ENDS: Mapping[str, Kind] = {"length": "length", "content_filter": "blocked"}


class Hearing:
    """Iterate for the text; then `whole()` is the answer, or raises ModelFailed. `end()` in any case.

    Iterating is not a generator: one that is left in the middle would keep the request open.
    """

    def __init__(self, connection: Connection, question: Question, until: float) -> None:
        self.usage: Usage = NOTHING
        self._connection, self._question = connection, question
        self.carries_schema = bool(question.schema) and connection.carries_schema
        self._answer = Answer(loose=connection.loose or not self.carries_schema)
        self._pieces: asyncio.Queue[str | None] = asyncio.Queue()
        self._task = asyncio.create_task(self._read(until))
        self._task.add_done_callback(lambda _: self._pieces.put_nowait(None))

    def __aiter__(self) -> "Hearing":
        return self

    async def __anext__(self) -> str:
        piece = await self._pieces.get()
        if piece is None:
            raise StopAsyncIteration
        return piece

    @property
    def heard(self) -> bool:
        """Did the model say anything, JSON or not?"""
        return self._answer.heard

    def whole(self) -> Mapping[str, Any]:
        return self._task.result()

    async def end(self) -> None:
        self._task.cancel()
        await asyncio.wait({self._task})
        if not self._task.cancelled():
            self._task.exception()  # noted: asyncio warns of errors that nobody looked at

    async def _read(self, until: float) -> Mapping[str, Any]:
        failed = await self._listen(until)
        if failed:
            # Not raised where it was caught: its context would keep the libraries' frames, and what they hold open.
            raise failed
        whole = self._answer.whole()
        if isinstance(whole, Fault):
            raise ModelFailed(whole, self.usage)
        return whole

    async def _listen(self, until: float) -> ModelFailed | None:
        """Listens to the end. Says why it is not a good one."""
        if not self._connection.access.model:
            return ModelFailed(Fault("model"))
        scope = asyncio.timeout_at(until)
        try:
            async with scope, closing_responses():
                fault = await self._stream()
        except Exception as error:  # noqa: BLE001 - whatever a library makes of an answer is a fault of that answer
            if isinstance(error, TimeoutError) and scope.expired():
                return ModelFailed(Fault("slow"), self.usage)
            return failure(error, self._connection.access.key, self.usage)
        return ModelFailed(fault, self.usage) if fault else None

    async def _stream(self) -> Fault | None:
        from pydantic_ai.direct import model_request_stream

        connection, question = self._connection, self._question
        async with model_request_stream(
            connection.model,
            sending.messages(question, in_words=not self.carries_schema),
            model_settings=connection.settings(question.most_tokens),
            model_request_parameters=sending.parameters(question, in_words=not self.carries_schema),
            instrument=False,
        ) as stream:
            try:
                async for event in stream:
                    if found := self._answer.take(_text(event)):
                        self._pieces.put_nowait(found)
                    if self._answer.too_much:
                        return self._answer.too_much
            finally:
                self.usage = counted(stream.usage, connection.provider.priced_as, stream.model_name)
            return _end(stream, connection.access.key)


def _text(event: "ModelResponseStreamEvent") -> str:
    """Text of the answer; what a model thinks is none."""
    from pydantic_ai.messages import PartDeltaEvent, PartStartEvent, TextPart, TextPartDelta

    if isinstance(event, PartStartEvent) and isinstance(event.part, TextPart):
        return event.part.content
    if isinstance(event, PartDeltaEvent) and isinstance(event.delta, TextPartDelta):
        return event.delta.content_delta
    return ""


def _end(stream: "StreamedResponse", key: str) -> Fault | None:
    """Why the model stopped, unless it was done."""
    details = stream.provider_details or {}
    raw = details.get("block_reason") or details.get("finish_reason") or stream.finish_reason
    if stream.finish_reason == "stop":
        return None
    if raw is None:
        return Fault("cut", "no reason to end was given")
    return Fault(_ENDS.get(stream.finish_reason or "", "ended"), shortened(str(raw), key))
