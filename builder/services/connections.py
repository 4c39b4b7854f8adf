"""Connections to models, kept for the process: one for each provider, access and event loop."""

import asyncio
import logging
import threading
from dataclasses import dataclass, field

from builder.llm.base import Access, Connection, Provider

Loop = asyncio.AbstractEventLoop
Place = tuple[Loop, str, Access]
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
        self._held: dict[Place, Held] = {}
        self._building: dict[Place, asyncio.Task[Held]] = {}
        self._leaving: set[Held] = set()
        self._access: dict[tuple[Loop, str, str], Access] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._lock = threading.Lock()

    async def get(self, provider: Provider, owner: str, access: Access) -> Connection:
        """The connection for the running loop, built in a thread: libraries may take seconds to load."""
        place = (asyncio.get_running_loop(), provider.name, access)
        while True:
            held = self._held.get(place)
            if held is None:
                held = await asyncio.shield(self._build(provider, place))
            if self._keep(held, place, owner):
                self._use(held)
                return held.connection

    def _build(self, provider: Provider, place: Place) -> "asyncio.Task[Held]":
        """The one that builds: whoever comes meanwhile waits for it, too."""
        with self._lock:
            task = self._building.get(place)
            if task is None:
                task = self._building[place] = asyncio.create_task(self._built(provider, place))
                task.add_done_callback(lambda done: self._done_building(place, done))
        return task

    async def _built(self, provider: Provider, place: Place) -> Held:
        connection = await asyncio.to_thread(_connected, provider, place[2])
        held = Held(connection, place[0])
        with self._lock:
            self._held[place] = held
        return held

    def _done_building(self, place: Place, task: "asyncio.Task[Held]") -> None:
        with self._lock:
            self._building.pop(place, None)
        if not task.cancelled():
            task.exception()  # noted: nobody may have waited to the end

    def _keep(self, held: Held, place: Place, owner: str) -> bool:
        """False when it was let go meanwhile: then it is closed, or about to be."""
        loop, provider, access = place
        with self._lock:
            self._drop_closed_loops()
            if not held.wanted:
                return False
            self._access[loop, provider, owner] = access
            self._let_go(provider)
            return True

    def forget(self, provider: str, owner: str) -> None:
        """The owner's access has changed."""
        with self._lock:
            self._drop_closed_loops()
            for key in [key for key in self._access if key[1:] == (provider, owner)]:
                del self._access[key]
            self._let_go(provider)

    async def rest(self) -> None:
        """Closes all of them, used or not. The next `get` opens anew."""
        here = asyncio.get_running_loop()
        with self._lock:
            building = [task for place, task in self._building.items() if place[0] is here]
        await asyncio.gather(*building, return_exceptions=True)
        with self._lock:
            left = [*self._held.values(), *self._leaving]
            for held in left:
                held.wanted = False
            self._held.clear()
            self._leaving.clear()
            self._access.clear()
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
        self._building = {place: task for place, task in self._building.items() if not place[0].is_closed()}
        self._access = {key: access for key, access in self._access.items() if not key[0].is_closed()}
        self._leaving = {held for held in self._leaving if not held.loop.is_closed()}


def _connected(provider: Provider, access: Access) -> Connection:
    provider.warm()
    return provider.connect(access)


async def _closed(held: Held) -> None:
    if held.loop is asyncio.get_running_loop():
        await held.connection.close()
    elif held.loop.is_running():
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(held.connection.close(), held.loop))
