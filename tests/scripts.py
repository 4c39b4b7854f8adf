"""What the scripted interviewer says to what: every state of a chat can be asked for by the first word of a message."""

from collections.abc import Iterable

from builder.core.events import Failed, Proposed, Retrying, Suggested, TextDelta, TextTakenBack
from builder.core.operation import Operation
from builder.core.session import Session
from builder.interviewers.scripted import Line

SUGGESTIONS = ("Go on", "You decide")


def script(session: Session, message: str) -> Iterable[Line]:
    """slow N, hang, fail, broken, name X, tone X, back, say X; anything else is repeated."""
    word, _, rest = message.partition(" ")
    match word:
        case "slow":
            for number in range(int(rest or 40)):
                yield TextDelta(f"word{number} ")
                yield 0.02
        case "hang":
            yield TextDelta("One moment")
            yield 30.0
        case "fail":
            yield from _failing(session)
        case "broken":
            yield RuntimeError("nobody may see this")
        case "name" | "tone":
            yield Proposed(Operation("set", word, rest))
            yield TextDelta(f"Noted: {rest}.")
        case "back":
            yield from (TextDelta("Only half"), 0.1, TextTakenBack(), Retrying(1, 0.2, "busy"), 0.1)
            yield TextDelta("The whole answer.")
        case "say":
            yield TextDelta(rest)
        case _:
            yield TextDelta(f"You said: {message}")
    yield Suggested(SUGGESTIONS)


def _failing(session: Session) -> Iterable[Line]:
    """As the first message of a talk it fails, and works when it is tried again."""
    if session.revision > 2:
        yield TextDelta("This time it worked.")
        return
    yield TextDelta("Half an ans")
    yield Failed("The model did not answer.", "Try again in a moment.")
