"""Work for a client that may go away before it is done."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from fastapi import Request
from starlette.exceptions import HTTPException

T = TypeVar("T")
LOOK_EVERY = 0.1  # seconds


async def while_there(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """The result. When the client has gone the work is cancelled, and a model that it asks hears no more of it."""
    working = asyncio.create_task(work)
    try:
        while not (await asyncio.wait({working}, timeout=LOOK_EVERY))[0]:
            if await request.is_disconnected():
                working.cancel()
                await asyncio.wait({working})
                raise HTTPException(408, "Nobody waited for the answer.")  # and nobody reads this
        return working.result()
    finally:
        working.cancel()
