"""One try: one request, read in a task of its own. Ending that task ends the request, wherever it stands."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from builder.core.usage import Usage
from builder.llm import sending
from builder.llm.answer import Answer
from builder.llm.asking import Question
from builder.llm.base import Connection
from builder.llm.causes import failure, shortened
from builder.llm.counting import Count
from builder.llm.faults import Fault, Kind, ModelFailed
from builder.llm.wire import closing_responses

if TYPE_CHECKING:
    from pydantic_ai.models import StreamedResponse

# A reason to end that is not here is one of the provider's own; none at all means that the end is missing.
_ENDS: Mapping[str, Kind] = {"length": "length", "content_filter": "blocked"}


class Hearing:
    """Iterate for the text; then `whole()` is the answer, or raises ModelFailed. `end()` in any case.

    Iterating is not a generator: one that is left in the middle would keep the request open.
    """

    def __init__(self, connection: Connection, question: Question, until: float, in_words: bool = False) -> None:
        """`until`: the deadline, by the loop's clock. `in_words`: the request carries no schema."""
        self._count = Count(connection, question)
        self._connection, self._question = connection, question
        self.carries_schema = bool(question.schema) and connection.carries_schema and not in_words
        self._answer = Answer(loose=connection.loose or not self.carries_schema)
        self._pieces: asyncio.Queue[str | None] = asyncio.Queue()
        self._until, self._scope, self._look_again = until, asyncio.timeout_at(until), 0.0
        self._task = asyncio.create_task(self._read())
        self._task.add_done_callback(lambda _: self._pieces.put_nowait(None))

    def __aiter__(self) -> "Hearing":
        return self

    async def __anext__(self) -> str:
        piece = await self._pieces.get()
        if piece is None:
            raise StopAsyncIteration
        # What has come meanwhile goes along: who is behind is spared a step for each piece.
        while not self._pieces.empty():
            more = self._pieces.get_nowait()
            if more is None:
                self._pieces.put_nowait(None)
                break
            piece += more
        return piece

    @property
    def usage(self) -> Usage:
        """What the try took so far, however it ended."""
        return self._count.usage(self._answer.length)

    @property
    def heard(self) -> bool:
        """Did the model say anything, JSON or not?"""
        return self._answer.heard

    def whole(self) -> Mapping[str, Any]:
        return self._task.result()

    async def end(self) -> None:
        """Ends the request. Who is cancelled meanwhile waits for that, too: nothing of it goes on behind their back."""
        self._task.cancel()
        stopped: asyncio.CancelledError | None = None
        while not self._task.done():
            try:
                await asyncio.wait({self._task})
            except asyncio.CancelledError as error:
                stopped = error
        if not self._task.cancelled():
            self._task.exception()  # noted: asyncio warns of errors that nobody looked at
        if stopped:
            raise stopped

    async def _read(self) -> Mapping[str, Any]:
        failed = await self._listen()
        if failed:
            # Not raised where it was caught: its context would keep the libraries' frames, and what they hold open.
            raise failed
        whole = self._answer.whole()
        if isinstance(whole, Fault):
            raise ModelFailed(whole, self.usage)
        return whole

    async def _listen(self) -> ModelFailed | None:
        """Listens to the end. Says why it is not a good one."""
        if not self._connection.access.model:
            return ModelFailed(Fault("model"))
        try:
            async with self._scope, closing_responses():
                fault = await self._stream()
        except Exception as error:  # noqa: BLE001 - whatever a library makes of an answer is a fault of that answer
            if isinstance(error, TimeoutError) and self._scope.expired():
                return ModelFailed(self._too_late(), self.usage)
            self._count.refused()
            return failure(error, self._connection.access.key, self.usage)
        return ModelFailed(fault, self.usage) if fault else None

    def _too_late(self) -> Fault:
        return Fault("slow" if asyncio.get_running_loop().time() >= self._until else "connection")

    def _expect_more(self) -> None:
        """Once an answer has begun it may not fall silent for long. Before, it has all the time there is: a model that
        thinks is paid for, and asking it again would begin that anew."""
        now = asyncio.get_running_loop().time()
        if self._answer.heard and now >= self._look_again and not self._scope.expired():
            self._look_again = now + self._connection.silence / 100
            self._scope.reschedule(min(self._until, self._look_again + self._connection.silence))

    async def _stream(self) -> Fault | None:
        from pydantic_ai.direct import model_request_stream

        connection, question = self._connection, self._question
        self._count.sent()
        async with model_request_stream(
            connection.model,
            sending.messages(question, in_words=not self.carries_schema),
            model_settings=connection.settings(
                question.most_tokens, self._until - asyncio.get_running_loop().time()
            ),
            model_request_parameters=sending.parameters(question, in_words=not self.carries_schema),
            instrument=False,
        ) as stream:
            try:
                async for text in connection.texts(stream):
                    if text and (found := self._answer.take(text)):
                        self._pieces.put_nowait(found)
                    self._expect_more()
                    if self._answer.too_much:
                        return self._answer.too_much
            finally:
                self._count.heard(stream)
            return _end(stream, connection.access.key)


def _end(stream: "StreamedResponse", key: str) -> Fault | None:
    """Why the model stopped, unless it was done."""
    details = stream.provider_details or {}
    raw = details.get("block_reason") or details.get("finish_reason") or stream.finish_reason
    if stream.finish_reason == "stop":
        return None
    if raw is None:
        return Fault("cut", "no reason to end was given")
    return Fault(_ENDS.get(stream.finish_reason or "", "ended"), shortened(str(raw), key))
