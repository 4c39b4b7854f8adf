"""Asking a model one question whose answer is JSON: streamed, tried again where that helps, whole or not at all."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, replace

from builder.core.usage import NOTHING, Usage
from builder.llm.asking import Again, Patience, Piece, Question, Said, Text, Whole
from builder.llm.base import Connection
from builder.llm.counting import SHORTEST, tokens
from builder.llm.faults import ModelFailed
from builder.llm.hearing import Hearing
from builder.llm.waiting import seconds_before

__all__ = ["Again", "Patience", "Piece", "Question", "Said", "Text", "Whole", "ask"]

Note = Callable[[Usage], None]


def _unnoted(usage: Usage) -> None: ...


async def ask(
    connection: Connection, question: Question, patience: Patience, note: Note = _unnoted
) -> AsyncGenerator[Piece, None]:
    """Pieces of the answer as they come; the last one is Whole. Raises ModelFailed instead of it.

    Stopping: cancel the task that reads, or close the generator; the request is ended at once.
    `note` hears what each try took when it is over, whatever became of it: also of one that was stopped.
    """
    course = _Course(connection, question, patience, asyncio.get_running_loop().time() + patience.deadline)
    while True:
        hearing = Hearing(connection, course.bounded(), course.until, course.in_words)
        whole: Whole | None = None
        try:
            async for text in hearing:
                yield Text(text)
            whole = Whole(hearing.whole(), course.used + hearing.usage)
        except ModelFailed as failed:
            again = course.after(failed, hearing.carries_schema)
        finally:
            try:
                await hearing.end()
            finally:
                note(hearing.usage)
        if whole:
            course.went_well()
            yield whole
            return
        if again:
            yield again
            await asyncio.sleep(course.rest)


@dataclass(slots=True)
class _Course:
    """How far the tries are."""

    connection: Connection
    question: Question
    patience: Patience
    until: float
    attempt: int = 1
    used: Usage = NOTHING
    read: int = 0
    rest: float = 0.0
    in_words: bool = False

    def bounded(self) -> Question:
        """The question with no longer an answer than the tokens that are left allow."""
        return replace(self.question, most_tokens=min(self.question.most_tokens, max(SHORTEST, self._room())))

    def _room(self) -> int:
        """Tokens that are left for an answer. A provider's own count of the question is better than ours."""
        if not self.patience.tokens:
            return self.question.most_tokens
        return self.patience.tokens - self.used.tokens - max(tokens(self.question), self.read)

    def went_well(self) -> None:
        if self.in_words:
            self.connection.answered_without_schema()

    def after(self, failed: ModelFailed, carried_schema: bool) -> Again | None:
        """What to do after a try that failed: wait, or ask otherwise at once (None). Raises when there is nothing."""
        self.used, self.read = self.used + failed.usage, max(self.read, failed.usage.input)
        if self.patience.tokens and self._room() < SHORTEST:
            raise ModelFailed(failed.fault, self.used) from failed.__cause__
        if carried_schema and self.connection.asks_without_schema_after(failed.fault):
            self.in_words = True
            return None
        left = self.until - asyncio.get_running_loop().time()
        wait = seconds_before(self.attempt + 1, failed.fault, self.patience, left)
        if wait is None:
            raise ModelFailed(failed.fault, self.used) from failed.__cause__
        self.attempt += 1
        self.rest = wait
        return Again(failed.fault, self.attempt, wait)
