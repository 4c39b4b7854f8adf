"""The calls of one turn and their bounds: tokens of the session and of the turn, one deadline for all."""

import asyncio
import math
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import replace

from builder.core.events import Event, Failed, Retrying, Used
from builder.core.session import Session
from builder.core.usage import NOTHING, Usage
from builder.interviewers.expert.sending import compact, values
from builder.interviewers.expert.words import Unable, unable
from builder.llm.ask import Again, Patience, Piece, Question, Whole, ask
from builder.llm.base import Provider
from builder.llm.counting import SHORTEST, tokens
from builder.llm.faults import Fault, ModelFailed
from builder.llm.reach import Reach, Reached
from builder.llm.words import told

TRIES = 3


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
        self._untold = NOTHING

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

    async def pieces(
        self, question: Question, *, tries: int = TRIES, seconds: float = math.inf
    ) -> AsyncGenerator[Piece, None]:
        """The answer as it comes. Raises Spent when the turn's limit does not allow the call, and ModelFailed.

        `seconds`: how long it may take, within the deadline of the turn.
        """
        if not self.allow(question):
            raise Spent(self._over(self._too_long(question), self._reached.limits.turn))
        rest = max(0.1, self._until - asyncio.get_running_loop().time())
        patience = Patience(tries=tries, deadline=min(rest, seconds), tokens=self._left())
        async with aclosing(ask(self._reached.connection, question, patience, self._note)) as heard:
            async for piece in heard:
                yield piece

    async def answer(
        self, question: Question, *, tries: int = TRIES, seconds: float = math.inf
    ) -> AsyncGenerator[Event | Whole, None]:
        """The same for those who only need it whole: Retrying, then Used, then Whole."""
        async with aclosing(self.pieces(question, tries=tries, seconds=seconds)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Again):
                    yield self.retrying(piece)
                elif isinstance(piece, Whole):
                    for event in self.used():
                        yield event
                    yield piece

    def retrying(self, again: Again) -> Retrying:
        return Retrying(again.attempt, again.seconds, self._words(again.fault)[0])

    def failure(self, error: ModelFailed | Spent) -> Iterator[Event]:
        """The last events of a turn that has no answer."""
        yield from self.used()
        yield error.failed if isinstance(error, Spent) else Failed(*self._words(error.fault))

    def used(self) -> Iterator[Event]:
        """What the calls have taken since this was told last."""
        untold, self._untold = self._untold, NOTHING
        if untold != NOTHING:
            yield Used(untold)

    async def accounted(self, events: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
        """The events. Where they are broken off, what the calls have taken is the last of them."""
        try:
            async with aclosing(events):
                async for event in events:
                    yield event
        except (asyncio.CancelledError, Exception):
            for event in self.used():
                yield event
            raise

    def _note(self, usage: Usage) -> None:
        self._spent += usage.tokens
        self._untold = self._untold + usage

    def _left(self) -> int:
        limit = self._reached.limits.turn
        return limit - self._spent if limit else 10**9

    def _too_long(self, question: Question) -> Unable:
        """What does not fit: the agent by itself, or only together with what is asked now."""
        agent = compact(values(self._session.draft, self._session.language))
        return "turn_spent" if self.allow(replace(question, message=agent)) else "draft_spent"

    def _words(self, fault: Fault) -> tuple[str, str]:
        return told(fault, self._session.language, provider=self._provider.title, model=self._model)

    def _over(self, which: Unable, limit: int) -> Failed:
        return Failed(*unable(which, self._session.language, f"{limit:,}"))
