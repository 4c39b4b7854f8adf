"""The API inside this process, for one talk: on a loopback port that opens only to who knows this talk's key."""

import hmac
import logging
import secrets
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from builder import wiring
from builder.api import app as api
from builder.settings import Settings

FAREWELL = 10.0  # seconds that a reply gets to be stored when the talk ends


class Locked:
    """Lets through only calls that have the key."""

    def __init__(self, app: ASGIApp, key: str) -> None:
        self._app = app
        self._expected = f"Bearer {key}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            given = Headers(scope=scope).get("authorization", "").encode("utf-8", "replace")
            if not hmac.compare_digest(given, self._expected):
                await Response("This port belongs to a talk in a terminal.", 401)(scope, receive, send)
                return
            del MutableHeaders(scope=scope)["authorization"]  # it is no token of a program
        await self._app(scope, receive, send)


@contextmanager
def served(settings: Settings) -> Iterator[tuple[str, str]]:
    """Its address and its key. Raises StorageError when the database cannot be used."""
    logging.disable(logging.ERROR)  # what the person needs to know stands in the talk
    app = wiring.build(settings)
    key = secrets.token_urlsafe(32)

    async def find() -> wiring.App:
        return app

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await app.rest()

    try:
        inner = Locked(api.create(find), key)
        with _listening(Starlette(routes=[Mount("/api", inner)], lifespan=lifespan)) as address:
            yield address, key
    finally:
        app.close()
        logging.disable(logging.NOTSET)


@contextmanager
def _listening(application: ASGIApp) -> Iterator[str]:
    config = uvicorn.Config(application, host="127.0.0.1", port=0, log_config=None, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="terminal-server", daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.005)
        if not server.started:
            raise OSError("no port is free for the talk")
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(FAREWELL)
