"""An interviewer that says what it was told to: for tests, trials and measurements."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence

from builder.core.events import Event, Suggested, TextDelta
from builder.core.session import Session
from builder.core.stages import missing
from builder.interviewers.base import Interviewer

Line = Event | float | BaseException  # something that happens, seconds to wait, or something to raise
Script = Callable[[Session, str], Iterable[Line]]


def echo(session: Session, message: str) -> Iterable[Line]:
    """Gives the words back one by one."""
    yield from (TextDelta(f"{word} ") for word in f"You said: {message[:500]}".split())
    yield Suggested(("Go on",))


class Scripted(Interviewer):
    """`script` makes the lines of a turn from the session before it and the message."""

    name = "scripted"
    title = "Scripted (for trials)"
    for_trials = True

    def __init__(self, script: Script = echo) -> None:
        self._script = script

    @classmethod
    def of(cls, *turns: Sequence[Line]) -> "Scripted":
        """Plays the given turns one after another in each session; the last one again and again."""
        played: dict[str, int] = defaultdict(int)

        def script(session: Session, message: str) -> Sequence[Line]:
            turn = turns[min(played[session.id], len(turns) - 1)]
            played[session.id] += 1
            return turn

        return cls(script)

    async def reply(self, session: Session, message: str) -> AsyncIterator[Event]:
        for line in self._script(session, message):
            if isinstance(line, Event):
                yield line
            elif isinstance(line, BaseException):
                raise line
            else:
                await asyncio.sleep(line)

    def opening(self, language: str) -> tuple[str, tuple[str, ...]]:
        return "What should your agent do?", ("Answer customers",)

    def open_question(self, session: Session) -> str:
        return "".join(f"What about {name}?" for name in missing(session.draft)[:1])

    def specify(self, session: Session, text: str) -> AsyncIterator[Event]:
        return self.reply(session, text)

    def improve(self, session: Session, field: str) -> AsyncIterator[Event]:
        return self.reply(session, field)
