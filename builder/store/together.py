"""Writes that come at the same time share one transaction, and so one wait for the disk."""

import contextvars
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")
R = TypeVar("R")
MOST = 64  # writes in one transaction: others wait for it as a whole


class Again(Exception):
    """Raised by a write that found something else than it expected, and wants to be begun anew."""


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    work: Callable[[Connection], Any]
    then: Callable[[Any], Any]
    done: "Future[Any]" = field(default_factory=Future)
    context: contextvars.Context = field(default_factory=contextvars.copy_context)


class Together:
    """What is done is stored when its future says so. A write that is refused leaves the others untouched: then each
    is done once more, by itself; so a write may be begun twice, and counts once."""

    def __init__(self, transaction: Callable[[], AbstractContextManager[Connection]], threads: int, most: int) -> None:
        """`threads` write at the same time, each at most `most` in one transaction."""
        self._transaction = transaction
        self._threads, self._most = threads, most
        self._pool: ThreadPoolExecutor | None = None
        self._waiting: deque[_Job] = deque()
        self._busy = 0
        self._lock = threading.Lock()

    def do(self, work: Callable[[Connection], T], then: Callable[[T], R]) -> "Future[R]":
        """Soon, in another thread. `then` makes the result of what came of the work, once that is stored."""
        job = _Job(work, then)
        job.done.set_running_or_notify_cancel()  # what is begun is written, whoever still waits for it
        with self._lock:
            self._waiting.append(job)
            if self._busy < self._threads:
                self._busy += 1
                self._pool = self._pool or ThreadPoolExecutor(self._threads, "store")
                self._pool.submit(self._drain)
        return job.done

    def close(self) -> None:
        """Returns when all is written."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown()

    def _drain(self) -> None:
        while True:
            with self._lock:
                jobs = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
                if not jobs:
                    self._busy -= 1
                    return
            self._write(jobs)

    def _write(self, jobs: list[_Job]) -> None:
        try:
            with self._transaction() as connection:
                results = [job.context.run(job.work, connection) for job in jobs]
        except Exception as error:  # noqa: BLE001 - who wants it written hears of it
            if len(jobs) == 1 and not isinstance(error, Again):
                jobs[0].done.set_exception(error)
                return
            for job in jobs:
                self._write([job])
        else:
            for job, result in zip(jobs, results, strict=True):
                job.done.set_result(job.then(result))
