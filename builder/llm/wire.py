"""What all connections share on their way out: the HTTP client, a key that is one, an address that is one."""

import asyncio
import logging
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from types import AsyncGeneratorType
from typing import TYPE_CHECKING, Any

from builder.core.access import Part, flaw
from builder.llm.base import Access, Provider
from builder.llm.causes import failure
from builder.llm.faults import Fault, Kind, ModelFailed

if TYPE_CHECKING:
    from httpx2 import AsyncClient, Request, Response

log = logging.getLogger(__name__)
CONNECTING = 10.0  # seconds
SENDING = 60.0
LISTING = 20.0
_KINDS: Mapping[Part, Kind] = {"key": "key", "address": "address", "version": "address", "model": "model"}
_NO_KEY = "characters that no key has"


def http_client() -> "AsyncClient":
    """A client for hundreds of streams at once. It follows no redirect: keys stay where they go."""
    from pydantic_ai.models import create_async_httpx2_client

    from builder.llm.lean.transport import Direct

    client = create_async_httpx2_client()
    # Set afterwards, and not given to the client: with one that is given it takes no proxies from the environment.
    client._transport = Direct(client._transport)
    client.event_hooks = {**client.event_hooks, "request": [_wait], "response": [_note]}
    return client


async def _wait(request: "Request") -> None:
    """Over what the libraries say. A read has no limit of its own: who listens knows the deadline, and what it is
    that has not come yet (see `Hearing` and `listing`)."""
    request.extensions["timeout"] = {"connect": CONNECTING, "pool": CONNECTING, "write": SENDING, "read": None}


@asynccontextmanager
async def closing_responses() -> AsyncIterator[None]:
    """At the end all that was begun to be read in here is closed, by the task that read it.

    The libraries read a stream through generators inside of generators. When one of them raises or is left, those
    inside wait for the garbage collector, and their connection with them; and that one may come in another thread and
    meet the loop in the middle of closing.
    """
    begun = _Begun()
    before = _BEGUN.set(begun)
    _note_generators()
    try:
        yield
    finally:
        _BEGUN.reset(before)
        await begun.close()


@dataclass
class _Begun:
    """The outermost generator first."""

    generators: list[AsyncGeneratorType[Any, Any]] = field(default_factory=list)
    responses: list["Response"] = field(default_factory=list)

    async def close(self) -> None:
        left = [one for one in self.generators if one.ag_frame is not None and not one.ag_running]
        for close in (*(one.aclose for one in left), *(one.aclose for one in self.responses)):
            try:
                await close()
            except Exception:  # what was answered counts all the same
                log.warning("A stream of a model was not closed in order.", exc_info=True)


_BEGUN: ContextVar[_Begun | None] = ContextVar("begun", default=None)


async def _note(response: "Response") -> None:
    begun = _BEGUN.get()
    if begun is not None:
        begun.responses.append(response)


def _note_generators() -> None:
    """For as long as the loop runs; the loop's own hook goes on doing its work."""
    before = sys.get_asyncgen_hooks()
    if not isinstance(before.firstiter, _Noting):
        sys.set_asyncgen_hooks(firstiter=_Noting(before.firstiter))


class _Noting:
    def __init__(self, before: "Callable[[AsyncGenerator[Any, Any]], None] | None") -> None:
        self._before = before

    def __call__(self, generator: "AsyncGenerator[Any, Any]") -> None:
        if self._before:
            self._before(generator)
        begun = _BEGUN.get()
        if begun is not None and isinstance(generator, AsyncGeneratorType):
            begun.generators.append(generator)


@asynccontextmanager
async def listing(key: str) -> AsyncIterator[None]:
    """Around a small call that is not an answer: it has little time, and fails with ModelFailed."""
    try:
        async with asyncio.timeout(LISTING), closing_responses():
            yield
    except TimeoutError:
        raise ModelFailed(Fault("slow")) from None
    except Exception as error:  # noqa: BLE001 - whatever a library makes of an answer is a fault of that answer
        failed = failure(error, key)
        raise failed from failed.__cause__


def usable(provider: Provider, access: Access, address: str = "") -> Access:
    """The access as it is sent; `address` is the provider's own. ModelFailed: key, address or model cannot be used."""
    lack = provider.lacks(access)
    if lack and lack != "model":
        raise ModelFailed(Fault(lack))
    for part, kind in _KINDS.items():
        if flaw(part, getattr(access, part)):
            raise ModelFailed(Fault(kind, _NO_KEY if part == "key" else ""))
    return replace(
        access,
        key=access.key.strip(),
        address=access.address.strip().rstrip("/") or address,
        version=access.version.strip(),
        model=access.model.strip() or provider.default_model,
    )
