"""A server whose interviewer is scripted by what the person says, to see the chat in every state. A program.

`python -m tests.browser.chat_host PORT`: the address is printed as the real command prints it.
"""

import sys
from collections.abc import Iterable

from builder import server, settings, wiring
from builder.core.events import Failed, Proposed, Retrying, Suggested, TextDelta, TextTakenBack
from builder.core.operation import Operation
from builder.core.session import Session
from builder.interviewers.scripted import Line, Scripted
from builder.ui import bridge


def script(session: Session, message: str) -> Iterable[Line]:
    """The first word decides: slow, hang, fail, name, back, say; anything else is answered at once."""
    word, _, rest = message.partition(" ")
    match word:
        case "slow":
            for number in range(60):
                yield TextDelta(f"word{number} ")
                yield 0.05
        case "hang":
            yield 30.0
        case "fail" if not session.messages or "fail" not in _said(session):
            yield TextDelta("Half an ans")
            yield Failed("The model did not answer.", "Try again in a moment.")
        case "name":
            yield Proposed(Operation("set", "name", rest))
            yield TextDelta(f"Good, I call it {rest}.")
        case "back":
            yield TextDelta("Only half")
            yield 0.2
            yield TextTakenBack()
            yield Retrying(1, 0.2, "busy")
            yield 0.2
            yield TextDelta("The whole answer.")
        case "say":
            yield TextDelta(rest)
        case _:
            yield TextDelta(f"You said: {message}")
    yield Suggested(("Go on", "You decide"))


def _said(session: Session) -> str:
    """What was asked before; the second try of a failed message finds itself there."""
    return " ".join(one.text for one in session.messages if one.role == "user")


def main(port: int) -> None:
    app = wiring.build(settings.load(), {"scripted": Scripted(script)})
    with bridge.using(app):
        server.serve("127.0.0.1", port)


if __name__ == "__main__":
    main(int(sys.argv[1]))
