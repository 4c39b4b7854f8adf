"""Asking a model one question whose answer is JSON: streamed, tried again where that helps, whole or not at all."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from builder.core.usage import NOTHING, Usage
from builder.llm.asking import Again, Patience, Piece, Question, Said, Text, Whole
from builder.llm.base import Connection
from builder.llm.faults import ModelFailed
from builder.llm.hearing import Hearing
from builder.llm.waiting import seconds_before

__all__ = ["Again", "Patience", "Piece", "Question", "Said", "Text", "Whole", "ask"]


async def ask(connection: Connection, question: Question, patience: Patience) -> AsyncGenerator[Piece, None]:
    """Pieces of the answer as they come; the last one is Whole. Raises ModelFailed instead of it.

    Stopping: cancel the task that reads, or close the generator; the request is ended at once.
    """
    course = _Course(connection, patience, asyncio.get_running_loop().time() + patience.deadline)
    while True:
        hearing = Hearing(connection, question, course.until)
        try:
            async for text in hearing:
                yield Text(text)
            yield Whole(hearing.whole(), course.used + hearing.usage)
            return
        except ModelFailed as failed:
            again = course.after(failed, hearing.carries_schema)
        finally:
            await hearing.end()
        if again:
            yield again
            await asyncio.sleep(course.rest)


@dataclass(slots=True)
class _Course:
    """How far the tries are."""

    connection: Connection
    patience: Patience
    until: float
    attempt: int = 1
    used: Usage = NOTHING
    rest: float = 0.0

    def after(self, failed: ModelFailed, carried_schema: bool) -> Again | None:
        """What to do after a try that failed: wait, or ask otherwise at once (None). Raises when there is nothing."""
        self.used = self.used + failed.usage
        if carried_schema and self.connection.asks_without_schema_after(failed.fault):
            return None
        left = self.until - asyncio.get_running_loop().time()
        wait = seconds_before(self.attempt + 1, failed.fault, self.patience, left)
        if wait is None:
            raise ModelFailed(failed.fault, self.used) from failed.__cause__
        self.attempt += 1
        self.rest = wait
        return Again(failed.fault, self.attempt, wait)
