"""By which names this server may be called. A foreign page that points its own name at this machine (DNS rebinding)
would else be taken for one of ours."""

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from builder.api import problems
from builder.api.trace import Traced

UNKNOWN = problems.document(
    421,
    "unknown-host",
    "This server is not known by that name.",
    "Call it by localhost or its IP address, or add the name to ALLOWED_HOSTS.",
)


class KnownHosts:
    """Addresses in numbers and localhost are always welcome, names when ALLOWED_HOSTS has them; without that setting
    any name is, unless the call came by the loopback: what only this machine can reach has no name elsewhere."""

    def __init__(self, app: ASGIApp, allowed: Collection[str] = ()) -> None:
        self.app = app
        self.allowed = frozenset(name.lower() for name in allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or self._knows(scope):
            await self.app(scope, receive, send)
        else:
            await Traced(_refuse)(scope, receive, send)

    def _knows(self, scope: Scope) -> bool:
        name = _name(Headers(scope=scope).get("host", ""))
        if name in ("", "localhost") or name.endswith(".localhost") or _numeric(name) is not None:
            return True
        if self.allowed:
            return name in self.allowed or "*" in self.allowed
        reached = _numeric((scope.get("server") or ("", None))[0])
        return reached is None or not reached.is_loopback


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    await problems.response(UNKNOWN)(scope, receive, send)


def _name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".").lower()
    except ValueError:
        return host.lower()


def _numeric(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None
