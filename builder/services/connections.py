"""Connections to models, kept for the process: one for each provider, access and event loop."""

import asyncio
import logging
import threading
from dataclasses import dataclass, field

from builder.llm.base import Access, Connection, Provider

Loop = asyncio.AbstractEventLoop
log = logging.getLogger(__name__)


@dataclass(eq=False)
class Held:
    """A connection with those who use it: a task that asked for it does so until it is done."""

    connection: Connection
    loop: Loop
    users: set["asyncio.Task[object]"] = field(default_factory=set)
    wanted: bool = True


class Connections:
    """A connection whose access nobody has any more is closed when its last user is done."""

    def __init__(self) -> None:
        self._held: dict[tuple[Loop, str, Access], Held] = {}
        self._leaving: set[Held] = set()
        self._access: dict[tuple[Loop, str, str], Access] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._lock = threading.Lock()

    async def get(self, provider: Provider, owner: str, access: Access) -> Connection:
        """The connection for the running loop. Libraries are loaded in a thread: that may take seconds."""
        loop = asyncio.get_running_loop()
        place = (loop, provider.name, access)
        if place not in self._held:
            await asyncio.to_thread(provider.warm)
        with self._lock:
            self._drop_closed_loops()
            if place not in self._held:
                self._held[place] = Held(provider.connect(access), loop)
            held = self._held[place]
            self._access[loop, provider.name, owner] = access
            self._let_go(provider.name)
        self._use(held)
        return held.connection

    def forget(self, provider: str, owner: str) -> None:
        """The owner's access has changed."""
        with self._lock:
            self._drop_closed_loops()
            for key in [key for key in self._access if key[1:] == (provider, owner)]:
                del self._access[key]
            self._let_go(provider)

    async def rest(self) -> None:
        """Closes all of them, used or not. The next `get` opens anew."""
        with self._lock:
            left = [*self._held.values(), *self._leaving]
            self._held.clear()
            self._leaving.clear()
            self._access.clear()
        here = asyncio.get_running_loop()
        ends = [*map(_closed, left), *(task for task in self._closing if task.get_loop() is here)]
        for came in await asyncio.gather(*ends, return_exceptions=True):
            if isinstance(came, BaseException):
                log.warning("A connection to a model was not closed in order: %s", came)

    def _use(self, held: Held) -> None:
        task = asyncio.current_task()
        if task is not None and task not in held.users:
            held.users.add(task)
            task.add_done_callback(lambda done: self._unused(held, done))

    def _unused(self, held: Held, task: "asyncio.Task[object]") -> None:
        held.users.discard(task)
        if not held.wanted and not held.users:
            self._close(held)

    def _let_go(self, provider: str) -> None:
        """Those of the provider that nobody has the access for leave, at once or after their last user."""
        wanted = {(loop, name, access) for (loop, name, _), access in self._access.items() if name == provider}
        for place in [place for place in self._held if place[1] == provider and place not in wanted]:
            held = self._held.pop(place)
            held.wanted = False
            self._leaving.add(held)
            held.loop.call_soon_threadsafe(self._close_unused, held)

    def _close_unused(self, held: Held) -> None:
        if not held.users:
            self._close(held)

    def _close(self, held: Held) -> None:
        """On the connection's own loop."""
        if held not in self._leaving:
            return
        self._leaving.discard(held)
        task = held.loop.create_task(held.connection.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _drop_closed_loops(self) -> None:
        """Nothing can be closed on them any more."""
        self._held = {place: held for place, held in self._held.items() if not place[0].is_closed()}
        self._access = {key: access for key, access in self._access.items() if not key[0].is_closed()}
        self._leaving = {held for held in self._leaving if not held.loop.is_closed()}


async def _closed(held: Held) -> None:
    if held.loop is asyncio.get_running_loop():
        await held.connection.close()
    elif held.loop.is_running():
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(held.connection.close(), held.loop))
