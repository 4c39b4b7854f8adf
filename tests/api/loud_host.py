"""A server whose interviewer answers with errors that quote what it was told, each time another kind. A program.

`python -m tests.api.loud_host PORT`; the address is printed as the real command prints it.
"""

import asyncio
import itertools
import sys
from collections.abc import Callable, Iterable

from builder import server, settings, wiring
from builder.core.errors import EngineFailed, Invalid
from builder.core.events import Failed, Proposed, TextDelta
from builder.core.operation import Operation
from builder.core.problem import Problem
from builder.core.session import Session
from builder.interviewers.scripted import Line, Scripted
from builder.ui import bridge


def chained(said: str) -> Exception:
    try:
        try:
            raise ValueError(said)
        except ValueError as error:
            raise KeyError(said) from error
    except KeyError as error:
        error.add_note(said)
        return error


def task_that_nobody_awaits(said: str) -> Exception:
    """Its end is told by asyncio itself."""

    async def fail() -> None:
        raise RuntimeError(said)

    asyncio.get_running_loop().create_task(fail())
    return EngineFailed(said)


ERRORS: tuple[Callable[[str], Exception], ...] = (
    RuntimeError,
    OSError,
    chained,
    task_that_nobody_awaits,
    lambda said: EngineFailed(said, said),
    lambda said: Invalid(said, [Problem("bad_value", said, said, said, {"key": said})], said),
    lambda said: ExceptionGroup(said, [ValueError(said), TypeError(said)]),
    lambda said: UnicodeDecodeError("utf-8", said.encode(), 0, 1, said),
)
_turn = itertools.count()


def script(session: Session, message: str) -> Iterable[Line]:
    yield TextDelta(message)
    yield Proposed(Operation("set", message, message))
    number = next(_turn) % (len(ERRORS) + 1)
    yield Failed(message, message) if number == len(ERRORS) else ERRORS[number](message)


def main(port: int) -> None:
    app = wiring.build(settings.load(), {"scripted": Scripted(script)})
    with bridge.using(app):
        server.serve("127.0.0.1", port)


if __name__ == "__main__":
    main(int(sys.argv[1]))
