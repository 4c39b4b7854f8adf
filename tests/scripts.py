"""What the scripted interviewer says to what: every state of a chat can be asked for by the first word of a message."""

from collections.abc import Iterable

from builder.core.events import Failed, Proposed, Retrying, Suggested, TextDelta, TextTakenBack, Used
from builder.core.operation import Operation
from builder.core.session import Session
from builder.core.usage import Usage
from builder.interviewers.scripted import Line

SUGGESTIONS = ("Go on", "You decide")
USED = Usage(input=12_000, cached=8_000, thinking=100, output=340, cost=0.0042, model="small-model-1")


def script(session: Session, message: str) -> Iterable[Line]:
    """slow N, hang, fail, down, unclear, broken, name X, tone X, build, half, drop X, back, wait N,
    cost X, say X; or echo."""
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
        case "wait":
            yield from _waiting(float(rest))
        case "down":
            yield from (TextDelta("Half an ans"), Failed("The model cannot be reached.", "Try again later."))
        case "unclear":
            yield Failed("There is no task in this.", "Say what it should do.", cause="text")
        case "half":
            yield from _half()
        case "build":
            yield from _building()
        case "drop":
            yield from (TextDelta("I tried."), Proposed(Operation("put", "tone", rest, "x")))
            yield Proposed(Operation("set", rest or "colour", "blue"))
        case "cost":
            yield from (TextDelta(rest or "Done."), Used(USED))
        case "say":
            yield TextDelta(rest)
        case _:
            yield TextDelta(f"You said: {message}")
    yield Suggested(SUGGESTIONS)


def _waiting(seconds: float) -> Iterable[Line]:
    yield from (TextDelta("Only half"), 0.1, TextTakenBack())
    yield from (Retrying(1, seconds, "The model is busy"), seconds)
    yield TextDelta("The whole answer.")


def _half() -> Iterable[Line]:
    """A first try that breaks off after it changed something; code speaks before the second."""
    yield from (TextDelta("Only half"), Proposed(Operation("set", "name", "Half")), 1.5, TextTakenBack())
    yield from (Retrying(1, 1.5, "The model is busy"), TextDelta("I read your list. "), 1.5)
    yield from (TextDelta("All well."), Proposed(Operation("set", "tone", "calm")))


def _building() -> Iterable[Line]:
    """Field after field, a while apart, with words before and after."""
    yield TextDelta("I begin. ")
    for field, value in (("name", "Sorter"), ("description", "Sorts letters."), ("tone", "calm")):
        yield Proposed(Operation("set", field, value))
        yield 0.9
    yield TextDelta("That is all.")


def _failing(session: Session) -> Iterable[Line]:
    """As the first message of a talk it fails, and works when it is tried again."""
    if session.revision > 2:
        yield TextDelta("This time it worked.")
        return
    yield TextDelta("Half an ans")
    yield Failed("The model did not answer.", "Try again in a moment.")
