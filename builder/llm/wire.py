"""What all connections share on their way out: the HTTP client, a key that is one, an address that is one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from builder.llm.base import Access, Provider
from builder.llm.causes import failure
from builder.llm.faults import Fault, ModelFailed

if TYPE_CHECKING:
    from httpx2 import AsyncClient, Response

SILENCE = 60.0  # seconds without a byte after which a request is taken for lost
CONNECTING = 10.0
LISTING = 20.0


def http_client(silence: float = SILENCE) -> "AsyncClient":
    """A client for hundreds of streams at once (1,000 connections). It follows no redirect: keys stay where they go."""
    from httpx2 import Timeout
    from pydantic_ai.models import create_async_httpx2_client

    client = create_async_httpx2_client(timeout=Timeout(silence, connect=CONNECTING, pool=CONNECTING))
    client.event_hooks = {**client.event_hooks, "response": [_note]}
    return client


@asynccontextmanager
async def closing_responses() -> AsyncIterator[None]:
    """At the end every response that began in here is closed.

    The libraries read a stream through generators inside of generators. When one of them raises or is left, those
    inside wait for the garbage collector, and their connection with them.
    """
    opened: list[Response] = []
    before = _OPENED.set(opened)
    try:
        yield
    finally:
        _OPENED.reset(before)
        for response in opened:
            await response.aclose()


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


_OPENED: ContextVar["list[Response] | None"] = ContextVar("opened", default=None)


async def _note(response: "Response") -> None:
    opened = _OPENED.get()
    if opened is not None:
        opened.append(response)


def usable(provider: Provider, access: Access, address: str = "") -> Access:
    """The access as it is sent; `address` is the provider's own. Raises ModelFailed (kind "key" or "address")."""
    key = access.key.strip()
    if provider.needs_key and not key:
        raise ModelFailed(Fault("key"))
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise ModelFailed(Fault("key", "characters that no key has"))
    where = access.address.strip() or address
    if not _is_address(where):
        raise ModelFailed(Fault("address", where[:120]))
    model = access.model.strip() or provider.default_model
    return replace(access, key=key, address=where, version=access.version.strip(), model=model)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
