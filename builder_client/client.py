"""The two shells: one waits for answers, one is awaited. All they do is send, read and pause."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Self, TypeVar

import httpx2

from builder_client.address import Address, Request
from builder_client.agents import Agents
from builder_client.answers import Json
from builder_client.answers_agents import Health, Usage
from builder_client.artifacts import Artifacts
from builder_client.calls import Answer, Awaiting, Blocking, Call, Noun, Page, Saying, Shell, as_a, as_object, operation
from builder_client.errors import BadAnswer, BuilderError
from builder_client.exchange import Exports, Imports
from builder_client.sessions import Sessions
from builder_client.streams import AsyncReply, Reply
from builder_client.tries import Outcome, Patience, Pause, error_of, exchange

T = TypeVar("T")


class _Server(Noun[Shell]):
    """Calls about the server as a whole, and the way to those about one kind of thing."""

    @property
    def sessions(self) -> Sessions[Shell]:
        return Sessions(self.shell)

    @property
    def agents(self) -> Agents[Shell]:
        return Agents(self.shell)

    @property
    def artifacts(self) -> Artifacts[Shell]:
        return Artifacts(self.shell)

    @property
    def exports(self) -> Exports[Shell]:
        return Exports(self.shell)

    @property
    def imports(self) -> Imports[Shell]:
        return Imports(self.shell)

    @operation
    def generate(self, spec: str) -> Call[Json]:
        """A whole specification in, a finished configuration out; what was not said is in `metadata.assumed`."""
        return Call("POST", "/generate/", as_object, body={"spec": spec}, long=True)

    @operation
    def health(self) -> Call[Health]:
        """How the server and what it needs are. ServerError when nothing works."""
        return Call("GET", "/health", as_a(Health))

    @operation
    def usage(self) -> Call[Usage]:
        """What is used of what the server allows in a month."""
        return Call("GET", "/v1/usage", as_a(Usage))

    @operation
    def schema(self) -> Call[Json]:
        """The JSON Schema of a configuration."""
        return Call("GET", "/v1/schema/agent-config", as_object)


class Client(Blocking, _Server[Blocking]):
    """A server, called and waited for. Safe to share between threads.

        with Client("http://127.0.0.1:8501", token=None) as client:
            session = client.sessions.create(message="An agent that sorts support mail.")
            print(session.reply.text)
    """

    def __init__(
        self,
        base_url: str,
        token: str | None = None,
        timeout: float = 30.0,
        *,
        patience: Patience | None = None,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        """`timeout`: seconds of silence; whole answers of a model may take five minutes all the same."""
        super().__init__(self)
        self._address = Address.of(base_url, token, timeout)
        self._patience = patience or Patience()
        self._http = httpx2.Client(transport=transport, trust_env=not self._address.is_here)

    def do(self, call: Call[T]) -> T:
        steps = exchange(call, self._patience)
        outcome: Outcome = None
        while True:
            try:
                step = steps.send(outcome)
            except StopIteration as end:
                answer: T = end.value
                return answer
            if isinstance(step, Pause):
                time.sleep(step.seconds)
            outcome = None if isinstance(step, Pause) else self._outcome(step)

    def all_of(self, first: Call[Page[T]]) -> Iterator[T]:
        following: Call[Page[T]] | None = first
        while following is not None:
            page = self.do(following)
            yield from page.items
            following = page.next

    def hear(self, saying: Saying) -> Reply:
        return Reply(self, lambda: self._stream(self._address.telling(saying)), saying, self._patience)

    def _outcome(self, call: Call[Any]) -> Outcome:
        try:
            with self._http.stream(**self._address.request(call)) as response:
                return self._whole(response)
        except httpx2.HTTPError as error:
            return self._address.trouble(error)
        except BuilderError as error:
            return error

    def _whole(self, response: httpx2.Response) -> Answer:
        gathered = _Body(self._patience.most)
        for chunk in response.iter_bytes():
            gathered.add(chunk)
        return gathered.answer(response)

    @contextmanager
    def _stream(self, request: Request) -> Iterator[Iterator[bytes]]:
        trouble = None
        try:
            with self._http.stream(**request) as response:
                if _is_stream(response):
                    yield response.iter_bytes()
                else:
                    trouble = _no_stream(self._whole(response))
        except httpx2.HTTPError as error:
            trouble = self._address.trouble(error)
        if trouble is not None:
            raise trouble

    def close(self) -> None:
        """Closes all connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client({self._address.url!r})"


class AsyncClient(Awaiting, _Server[Awaiting]):
    """A server, called and awaited.

        async with AsyncClient("http://127.0.0.1:8501") as client:
            session = await client.sessions.create()
            async for event in client.sessions.send(session.session_id, "An agent that sorts support mail."):
                print(event)
    """

    def __init__(
        self,
        base_url: str,
        token: str | None = None,
        timeout: float = 30.0,
        *,
        patience: Patience | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """`timeout`: seconds of silence; whole answers of a model may take five minutes all the same."""
        super().__init__(self)
        self._address = Address.of(base_url, token, timeout)
        self._patience = patience or Patience()
        self._http = httpx2.AsyncClient(transport=transport, trust_env=not self._address.is_here)

    async def do(self, call: Call[T]) -> T:
        steps = exchange(call, self._patience)
        outcome: Outcome = None
        while True:
            try:
                step = steps.send(outcome)
            except StopIteration as end:
                answer: T = end.value
                return answer
            if isinstance(step, Pause):
                await asyncio.sleep(step.seconds)
            outcome = None if isinstance(step, Pause) else await self._outcome(step)

    async def all_of(self, first: Call[Page[T]]) -> AsyncIterator[T]:
        following: Call[Page[T]] | None = first
        while following is not None:
            page = await self.do(following)
            for item in page.items:
                yield item
            following = page.next

    def hear(self, saying: Saying) -> AsyncReply:
        return AsyncReply(self, lambda: self._stream(self._address.telling(saying)), saying, self._patience)

    async def _outcome(self, call: Call[Any]) -> Outcome:
        try:
            async with self._http.stream(**self._address.request(call)) as response:
                return await self._whole(response)
        except httpx2.HTTPError as error:
            return self._address.trouble(error)
        except BuilderError as error:
            return error

    async def _whole(self, response: httpx2.Response) -> Answer:
        gathered = _Body(self._patience.most)
        async for chunk in response.aiter_bytes():
            gathered.add(chunk)
        return gathered.answer(response)

    @asynccontextmanager
    async def _stream(self, request: Request) -> AsyncIterator[AsyncIterator[bytes]]:
        trouble = None
        try:
            async with self._http.stream(**request) as response:
                if _is_stream(response):
                    yield response.aiter_bytes()
                else:
                    trouble = _no_stream(await self._whole(response))
        except httpx2.HTTPError as error:
            trouble = self._address.trouble(error)
        if trouble is not None:
            raise trouble

    async def aclose(self) -> None:
        """Closes all connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"AsyncClient({self._address.url!r})"


class _Body:
    """An answer's bytes as they come in, up to a limit."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._size > self._most:
            raise BadAnswer(f"The answer has more than {self._most} bytes.", "Ask for less at once.")
        self._parts.append(chunk)

    def answer(self, response: httpx2.Response) -> Answer:
        return Answer(response.status_code, dict(response.headers), b"".join(self._parts))


def _is_stream(response: httpx2.Response) -> bool:
    return response.status_code == 200 and response.headers.get("content-type", "").startswith("text/event-stream")


def _no_stream(answer: Answer) -> BuilderError:
    found = error_of(answer)
    return found or BadAnswer("The reply came in one piece instead of events.", "Use `say`, or look at the proxy.")
