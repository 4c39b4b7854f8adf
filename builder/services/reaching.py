"""One request to another server, over a connection that was looked at first. Imported when the first one is made."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager

import httpcore2

from builder.services.addresses import Address, refused

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
Allowed = Callable[[str], bool]
_HEADERS = {
    "User-Agent": "agent-builder",
    "Accept": "application/json, application/yaml, text/plain, application/zip, */*;q=0.5",
    "Accept-Encoding": "identity",  # what is packed may be much larger than what came
    "Connection": "close",
}


@asynccontextmanager
async def answered(address: Address, allowed: Allowed, resolve: Resolve) -> AsyncIterator[httpcore2.Response]:
    """The answer, its body not yet read. Invalid where the network gives nothing, or may not; also while it is read."""
    url = httpcore2.URL(scheme=address.scheme, host=address.host, port=address.port, target=address.target)
    try:
        async with (
            httpcore2.AsyncConnectionPool(network_backend=_Checked(allowed, resolve)) as pool,
            pool.stream("GET", url, headers=[("Host", address.authority), *_HEADERS.items()]) as response,
        ):
            yield response
    except (httpcore2.NetworkError, httpcore2.TimeoutException):
        raise refused("address_silent", host=address.host) from None
    except httpcore2.ProtocolError:
        raise refused("address_garbled", host=address.host) from None


class _Checked(httpcore2.AnyIOBackend):
    """Connects to the very addresses that were allowed."""

    def __init__(self, allowed: Allowed, resolve: Resolve) -> None:
        super().__init__()
        self._allowed = allowed
        self._resolve = resolve

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        failed: Exception = refused("address_unknown", host=host)
        for where in await self._places(host, port):
            try:
                return await super().connect_tcp(where, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
        raise failed

    async def _places(self, host: str, port: int) -> Sequence[str]:
        """Of a host with one address that is not allowed none is given: such a name has two faces."""
        try:
            found = await self._resolve(host, port)
        except (OSError, UnicodeError):
            raise refused("address_unknown", host=host) from None
        if not all(map(self._allowed, found)):
            raise refused("address_private")
        return found
