"""A reply that is heard as it comes. A connection that breaks is taken up again; what was given is not given twice."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, suppress
from types import TracebackType
from typing import Self

from builder_client.calls import Awaiting, Blocking, Saying
from builder_client.errors import BuilderError, Unreachable
from builder_client.events import Event
from builder_client.hearing import Frames, Hearing
from builder_client.sessions import Sessions
from builder_client.tries import Patience, pause_before

Chunks = Callable[[], AbstractContextManager[Iterator[bytes]]]
AsyncChunks = Callable[[], AbstractAsyncContextManager[AsyncIterator[bytes]]]


class _Listening:
    """What both kinds of reply know."""

    def __init__(self, saying: Saying, patience: Patience) -> None:
        self.message_id = saying.message_id
        self._saying = saying
        self._patience = patience
        self._hearing = Hearing()
        self._tried = 0
        self._frames = Frames()
        self._asked = False

    @property
    def text(self) -> str:
        """The reply's text so far."""
        return self._hearing.text

    @property
    def over(self) -> bool:
        """It was heard to its end."""
        return self._hearing.over or self._hearing.failed

    def _begin(self) -> None:
        self._asked = True
        self._frames = Frames()
        self._hearing.begin()

    def _heard(self, chunk: bytes) -> Iterator[Event]:
        for event in self._frames.feed(chunk):
            if not self._hearing.over:
                yield from self._hearing.take(event)

    def _ended(self) -> None:
        """The stream ended; Unreachable when it did so in the middle."""
        if not self.over:
            raise Unreachable("The reply broke off.", "Send the message again with the same message_id.")

    def _cut(self, error: BuilderError) -> float:
        """Seconds before the next telling; raises the error when there is none."""
        if self.over:
            return 0.0
        self._asked = False
        pause = pause_before(error, self._tried, self._patience)
        self._tried += 1
        return pause

    @property
    def _running(self) -> bool:
        """The server may still be writing it."""
        return self._asked and not self.over

    def __repr__(self) -> str:
        return f"{type(self).__name__}(message_id={self.message_id!r}, over={self.over})"


class Reply(_Listening):
    """The events of one reply. Closing it before its end stops the reply; what was said by then is kept.

    with client.sessions.send(session_id, "It answers questions about invoices.") as reply:
        for event in reply:
            if isinstance(event, TextDelta):
                print(event.text, end="")
    """

    def __init__(self, shell: Blocking, open_: Chunks, saying: Saying, patience: Patience) -> None:
        super().__init__(saying, patience)
        self._sessions = Sessions(shell)
        self._open = open_
        self._events = self._told()

    def __iter__(self) -> Iterator[Event]:
        return self

    def __next__(self) -> Event:
        return next(self._events)

    def _told(self) -> Generator[Event, None, None]:
        while not self.over:
            self._begin()
            try:
                with self._open() as chunks:
                    for chunk in chunks:
                        yield from self._heard(chunk)
                        if self._hearing.over:
                            return
                self._ended()
            except BuilderError as error:
                pause = self._cut(error)
            else:
                return
            time.sleep(pause)

    def stop(self) -> None:
        """Ends the reply; also from another thread, where the events then come to their end."""
        with suppress(ValueError):  # another thread is reading
            self._events.close()
        if self._running:
            with suppress(BuilderError):  # then it ends by the closed connection, half a minute later
                self._sessions.stop(self._saying.session_id, message_id=self.message_id)

    close = stop

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()


class AsyncReply(_Listening):
    """The events of one reply, awaited. Closing it before its end stops the reply; what was said by then is kept.

    async with client.sessions.send(session_id, "It answers questions about invoices.") as reply:
        async for event in reply:
            if isinstance(event, TextDelta):
                print(event.text, end="")
    """

    def __init__(self, shell: Awaiting, open_: AsyncChunks, saying: Saying, patience: Patience) -> None:
        super().__init__(saying, patience)
        self._sessions = Sessions(shell)
        self._open = open_
        self._events = self._told()

    def __aiter__(self) -> AsyncIterator[Event]:
        return self

    async def __anext__(self) -> Event:
        return await anext(self._events)

    async def _told(self) -> AsyncGenerator[Event, None]:
        while not self.over:
            self._begin()
            try:
                async with self._open() as chunks:
                    async for chunk in chunks:
                        for event in self._heard(chunk):
                            yield event
                        if self._hearing.over:
                            return
                self._ended()
            except BuilderError as error:
                pause = self._cut(error)
            else:
                return
            await asyncio.sleep(pause)

    async def stop(self) -> None:
        """Ends the reply; also from another task, where the events then come to their end."""
        with suppress(RuntimeError):  # another task is reading
            await self._events.aclose()
        if self._running:
            with suppress(BuilderError):  # then it ends by the closed connection, half a minute later
                await self._sessions.stop(self._saying.session_id, message_id=self.message_id)

    aclose = stop

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        await self.stop()
