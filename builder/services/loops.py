"""Calls on an event loop, from it or from anywhere else."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

ROUND = 0.03  # seconds; a loop that takes longer to come round has more to do than it can


async def calm(longest: float) -> None:
    """Returns when the loop keeps up, at once as a rule: what takes long to begin lets others go first."""
    loop = asyncio.get_running_loop()
    due, until, rest = loop.time(), loop.time() + longest, 0.0
    while due < until:
        await asyncio.sleep(rest)
        if loop.time() - due < ROUND:
            return
        rest = ROUND
        due = loop.time() + rest


def on(loop: asyncio.AbstractEventLoop, call: Callable[[], Any]) -> None:
    """Calls on the loop: at once when we are on it; not at all when it is closed."""
    try:
        here: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
    except RuntimeError:
        here = None
    if here is loop:
        call()
    elif not loop.is_closed():
        with suppress(RuntimeError):  # closed in this very moment
            loop.call_soon_threadsafe(call)
