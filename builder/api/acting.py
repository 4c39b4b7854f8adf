"""Who is calling, told to the services, so that others hear whose change it was."""

import re
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from builder.services.updates import Actor, as_actor

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Acting:
    """Browsers name the origin of a page with every change and every WebSocket; programs name none.

    A caller may name itself (`X-Client`, or `client` in the address of a WebSocket) to know its own changes again.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        with as_actor(_actor(scope)):
            await self.app(scope, receive, send)


def _actor(scope: Scope) -> Actor:
    headers = Headers(scope=scope)
    given = headers.get("x-client", "")
    if scope["type"] == "websocket":
        given = parse_qs(scope["query_string"].decode("latin-1")).get("client", [given])[0]
    return Actor("page" if "origin" in headers else "program", given if _ID.fullmatch(given) else "")
