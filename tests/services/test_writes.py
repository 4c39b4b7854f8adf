"""A write that a cancelled caller leaves to its thread."""

import asyncio
import gc
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from builder.core.errors import StorageLocked
from builder.services.reply import written


async def test_a_write_that_fails_after_its_caller_was_cancelled_is_no_stray_error() -> None:
    strays: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: strays.append(context))
    loop, begun, locked = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

    def write() -> None:
        loop.call_soon_threadsafe(begun.set)
        asyncio.run_coroutine_threadsafe(locked.wait(), loop).result(10)
        raise StorageLocked("The database is in use by another program.")

    with ThreadPoolExecutor(1) as thread:
        keeping = asyncio.create_task(written(thread.submit(write)))
        await begun.wait()
        keeping.cancel()
        await asyncio.sleep(0)
        locked.set()
        with pytest.raises(asyncio.CancelledError):
            await keeping
    del keeping
    gc.collect()
    await asyncio.sleep(0)
    assert strays == []
