"""The bridge from Streamlit's script threads to the async services: one App and one long-lived loop for the process.

The server lends its own loop, so that pages and API share clients and running turns; without a server (tests of pages)
a loop in a thread of its own does.
"""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from builder import settings, wiring
from builder.services.updates import Actor, as_actor
from builder.ui import state

T = TypeVar("T")


class _Process:
    """What this process has one of."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.app: wiring.App | None = None
        self.loop: asyncio.AbstractEventLoop | None = None


_process = _Process()


def app() -> wiring.App:
    """The parts of the product, joined once. StorageError while the database cannot be used; a later call may work."""
    with _process.lock:
        if _process.app is None:
            _process.app = wiring.build(settings.load())
        return _process.app


def is_built() -> bool:
    return _process.app is not None


async def arrive() -> wiring.App:
    """`app()` for callers on the loop: building it (it migrates the database) does not hold the loop up."""
    return app() if is_built() else await asyncio.to_thread(app)


def run(work: Coroutine[Any, Any, T]) -> T:
    """The result of an async call, for code that runs in a script thread."""
    with as_actor(Actor("page", state.client())):
        return asyncio.run_coroutine_threadsafe(work, _loop()).result()


@contextmanager
def lent(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """While the server runs, its loop does the work of the pages too."""
    before, _process.loop = _process.loop, loop
    try:
        yield
    finally:
        _process.loop = before


@contextmanager
def using(other: wiring.App | None) -> Iterator[None]:
    """Another App for the pages of this process (None: build it anew): for tests, each with its own database."""
    before, _process.app = _process.app, other
    try:
        yield
    finally:
        _process.app = before


def _loop() -> asyncio.AbstractEventLoop:
    with _process.lock:
        if _process.loop is None or _process.loop.is_closed():
            _process.loop = asyncio.new_event_loop()
            threading.Thread(target=_process.loop.run_forever, name="builder-loop", daemon=True).start()
        return _process.loop
