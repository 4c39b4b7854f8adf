"""The calls of one turn and their bounds: tokens of the session and of the turn, one deadline for all."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import replace

from builder.core.events import Event, Failed, Retrying, Used
from builder.core.session import Session
from builder.core.usage import Usage
from builder.interviewers.expert.sending import tokens
from builder.interviewers.expert.words import STEPS, Unable, sentence
from builder.llm.ask import Again, Patience, Piece, Question, Whole, ask
from builder.llm.base import Provider
from builder.llm.faults import Fault, ModelFailed
from builder.llm.reach import Reach, Reached
from builder.llm.words import told

TRIES = 3
SHORTEST = 500  # tokens; with less left than that for an answer there is no sense in asking


class Spent(Exception):
    """A limit does not allow the call. `failed` says which, and what to do."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.reason)
        self.failed = failed


class Calls:
    """All calls of one turn. `begin` first; then `pieces` or `answer`, as long as `allow` says yes."""

    def __init__(self, provider: Provider, session: Session) -> None:
        self._provider, self._session = provider, session
        self._model = ""
        self._spent = 0

    async def begin(self, reach: Reach) -> None:
        """Raises Spent when the session's limit is reached, ModelFailed when the provider is not set up."""
        self._reached: Reached = await reach(self._provider.name, self._session.owner)
        self._model = self._reached.connection.access.model
        self._until = asyncio.get_running_loop().time() + self._reached.limits.deadline
        limit = self._reached.limits.session
        if limit and self._session.used.tokens >= limit:
            raise Spent(self._over("session_spent", limit))

    def allow(self, question: Question) -> bool:
        """Is enough left of the turn's tokens?"""
        return self._left() >= tokens(question) + SHORTEST

    async def pieces(self, question: Question) -> AsyncGenerator[Piece, None]:
        """The answer as it comes. Raises Spent when the turn's limit does not allow the call, and ModelFailed."""
        if not self.allow(question):
            raise Spent(self._over("turn_spent", self._reached.limits.turn))
        size, left = tokens(question), self._left()
        bounded = replace(question, most_tokens=min(question.most_tokens, left - size))
        rest = max(0.1, self._until - asyncio.get_running_loop().time())
        patience = Patience(tries=max(1, min(TRIES, left // (size + SHORTEST))), deadline=rest)
        async with aclosing(ask(self._reached.connection, bounded, patience)) as heard:
            async for piece in heard:
                if isinstance(piece, Whole):
                    self._spent += piece.usage.tokens
                yield piece

    async def answer(self, question: Question) -> AsyncGenerator[Event | Whole, None]:
        """The same for those who only need it whole: Retrying, then Used, then Whole."""
        async with aclosing(self.pieces(question)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Again):
                    yield self.retrying(piece)
                elif isinstance(piece, Whole):
                    yield Used(piece.usage)
                    yield piece

    def retrying(self, again: Again) -> Retrying:
        return Retrying(again.attempt, again.seconds, self._words(again.fault)[0])

    def failure(self, error: ModelFailed | Spent) -> Iterator[Event]:
        """The last events of a turn that has no answer."""
        if isinstance(error, Spent):
            yield error.failed
            return
        if error.usage != Usage():
            yield Used(error.usage)
        yield Failed(*self._words(error.fault))

    def _left(self) -> int:
        limit = self._reached.limits.turn
        return limit - self._spent if limit else 10**9

    def _words(self, fault: Fault) -> tuple[str, str]:
        return told(fault, self._session.language, provider=self._provider.title, model=self._model)

    def _over(self, which: Unable, limit: int) -> Failed:
        language = self._session.language
        return Failed(sentence(which, language, f"{limit:,}"), sentence(STEPS[which], language))
