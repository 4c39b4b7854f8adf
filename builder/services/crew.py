"""Threads of their own for work that cannot be stopped: some at a time, a few waiting, and everybody else is told."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from builder.core.errors import Crowded

T = TypeVar("T")


class Crew:
    def __init__(self, name: str, threads: int, waiting: int = 0) -> None:
        self._pool = ThreadPoolExecutor(threads, name)
        self._most = threads + waiting
        self._taken = 0
        self._lock = threading.Lock()

    async def do(self, work: Callable[[], T]) -> T:
        """The result. Crowded when no place is left.

        Work whose caller went away is not begun; what was begun keeps its place until it ends.
        """
        with self._lock:
            if self._taken >= self._most:
                raise Crowded("Too many files are looked at just now.")
            self._taken += 1
        done = self._pool.submit(contextvars.copy_context().run, work)
        done.add_done_callback(self._free)
        return await asyncio.wrap_future(done)

    def _free(self, done: "Future[Any]") -> None:
        with self._lock:
            self._taken -= 1
