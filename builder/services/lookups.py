"""Names of servers looked up in threads of their own: a lookup cannot be stopped, and some take minutes."""

import socket
from collections.abc import Callable, Sequence

from builder.services.crew import Crew

MOST_AT_ONCE = 8


def found(host: str, port: int) -> Sequence[str]:
    """The IP addresses of a host, as this machine knows them. OSError when it has none."""
    known = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(where[0]) for *_, where in known))


class Lookups:
    def __init__(self, find: Callable[[str, int], Sequence[str]] = found) -> None:
        self._find = find
        self._crew = Crew("lookup", MOST_AT_ONCE)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """As `found`. Crowded when too many are under way, also such that nobody waits for any more."""
        return await self._crew.do(lambda: self._find(host, port))
