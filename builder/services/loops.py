"""Calls on an event loop, from it or from anywhere else."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any


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
