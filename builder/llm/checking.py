"""One cheap call that shows whether key, address and model are good."""

import asyncio

from builder.llm.asking import Question
from builder.llm.base import Connection
from builder.llm.faults import Fault, ModelFailed
from builder.llm.hearing import Hearing

LEAST = 16  # tokens; some providers take no smaller number
SECONDS = 20.0
# An answer that ends so is an answer: the model was reached.
_REACHED = frozenset({"length", "blocked", "ended"})


async def check(connection: Connection, seconds: float = SECONDS) -> Fault | None:
    """Why the connection is of no use, or None. Asks the model for a word; where none is chosen, for the list."""
    if not connection.access.model:
        return await _listed(connection)
    hearing = Hearing(
        connection, Question("", "Hi", most_tokens=LEAST), asyncio.get_running_loop().time() + seconds
    )
    try:
        async for _ in hearing:
            return None
        hearing.whole()
    except ModelFailed as failed:
        return None if hearing.heard or failed.fault.kind in _REACHED else failed.fault
    finally:
        await hearing.end()
    return None


async def _listed(connection: Connection) -> Fault | None:
    try:
        await connection.names()
    except ModelFailed as failed:
        return failed.fault
    return None
