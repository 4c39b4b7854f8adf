"""The server: Streamlit's pages and the API in one uvicorn process, on one loop, behind the same security headers."""

import asyncio
import gc
import ipaddress
import logging
import os
import re
import socket
import sys
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from builder import settings
from builder.api import app as api
from builder.api import logs
from builder.api.heads import BoundedHead
from builder.api.hosts import KnownHosts
from builder.core.errors import BuilderError
from builder.interviewers.offline.pack import warm
from builder.ui import bridge, fault
from builder.ui.chat import parts
from builder.ui.page_headers import PageHeaders

log = logging.getLogger("builder.server")
ROOT = Path(__file__).resolve().parent.parent
COLLECT_EVERY = 30.0  # seconds
TIDY_EVERY = 3600.0
TURN_OF_A_THREAD = 0.001  # seconds; a thread with a short write waits no longer for a busy loop, at each of its steps
FAREWELL = 3  # seconds that open connections get when the server stops


def pieces() -> dict[str, Any]:
    """What `st.App` needs beside the first page."""
    of_programs = routes()
    known = Middleware(KnownHosts, allowed=settings.load().allowed_hosts)
    return {
        "routes": [*of_programs, Mount(parts.address(), Parts(directory=parts.FOLDER))],
        "middleware": [Middleware(PageHeaders), known, Middleware(Straight, routes=of_programs)],
        "lifespan": lifespan,
        "on_script_error": fault.shown,
    }


def routes() -> list[BaseRoute]:
    """Where programs call."""
    chosen = settings.load()
    application = api.create(
        bridge.arrive,
        origins=chosen.cors_origins,
        chat_limit=chosen.chat_rate_limit,
        tokens_required=chosen.api_tokens == "required",
    )
    at_root = WebSocketRoute("/ws/{rest:path}", application)
    return [_whole(Mount("/api", application)), at_root]


def _whole(mount: Mount) -> Mount:
    """A line break in an address is a character like any other; without this such an address would be a page's."""
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    return mount


class Straight:
    """The ways of programs, before what Streamlit puts around its pages: sessions in cookies, packed bodies."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self.app = app
        self.routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        for route in self.routes:
            match, found = route.matches(scope)
            if match is Match.FULL:
                scope.update(found)
                await route.handle(scope, receive, send)
                return
        await self.app(scope, receive, send)


class Parts(StaticFiles):
    """The chat's own scripts and styles. Their address changes with their content, so a browser may keep them."""

    def file_response(self, full_path: str | os.PathLike[str], *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(full_path, *args, **kwargs)
        if str(full_path).endswith(".js"):  # some systems call it something else, and browsers refuse that
            response.headers["Content-Type"] = "text/javascript; charset=utf-8"
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


@asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[None]:
    _one_log()
    with bridge.lent(asyncio.get_running_loop()):
        await _prepare()
        threading.Thread(target=warm, daemon=True).start()  # else the first message of each language waits for it
        chores = [asyncio.create_task(chore()) for chore in (_collect_garbage, _tidy_up, _warm_models)]
        try:
            yield
        finally:
            for chore in chores:
                chore.cancel()
            await _rest()


def _one_log() -> None:
    """Whoever started the server: what it and its libraries say goes the same way.

    Without uvicorn's line a request, which Streamlit switches on: addresses of sessions do not belong into a log.
    """
    chosen = settings.load()
    logs.set_up(as_json=chosen.logs_json, with_words=chosen.log_prompts)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "streamlit"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)


async def _prepare() -> None:
    """Migrates the database, and ends the replies that a server which died left half said. Trouble does not stop the
    server: the pages and the API say what is wrong."""
    sys.setswitchinterval(TURN_OF_A_THREAD)
    try:
        store = (await bridge.arrive()).store
    except BuilderError as error:
        log.error("The database cannot be used yet. %s", error)
    else:
        try:
            await asyncio.to_thread(store.interrupted)
        except BuilderError as error:  # reading goes on; such replies are found later by their age
            log.warning("Interrupted replies were not marked: %s", error)
    gc.collect()
    gc.freeze()


async def _collect_garbage() -> None:
    """Full collections on a timer, not in the middle of somebody's click; what was loaded by then stays for good."""
    gc.set_threshold(10_000, 50, 1_000)
    await asyncio.sleep(COLLECT_EVERY)
    gc.collect()
    gc.freeze()
    while True:
        await asyncio.sleep(COLLECT_EVERY)
        gc.collect()


async def _tidy_up() -> None:
    while True:
        with suppress(BuilderError):  # said where it matters: at the next thing a person does
            await (await bridge.arrive()).tidy()
        await asyncio.sleep(TIDY_EVERY)


async def _warm_models() -> None:
    """Libraries of models take seconds to load: else the first turn pays them."""
    with suppress(BuilderError):
        await (await bridge.arrive()).models.warm()


async def _rest() -> None:
    """Closes what is open to models while their loop still runs."""
    if bridge.is_built():
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL):
                await (await bridge.arrive()).rest()


def _warn_when_open(listening: socket.socket) -> None:
    host = listening.getsockname()[0]
    if settings.load().api_tokens == "off" and not ipaddress.ip_address(host).is_loopback:
        log.warning(
            "Others can reach %s and need no token there: all that programs may do, they may. "
            "Set API_TOKENS=required, or HOST=127.0.0.1.",
            _address(listening),
        )


class _Announced(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.enable()
        if sockets and self.started:
            print(f"Agent Builder is ready: {_address(sockets[0])}", flush=True)


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    shown = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


def listen(host: str, port: int) -> socket.socket:
    """A socket whose connections send small packets at once (else each rerun waits 40 ms for the other end)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    if sys.platform != "win32":  # there it would share a port that is in use
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    return listening


def serve(host: str, port: int, application: str = "app:app") -> None:
    """Runs until it is stopped. OSError when the address is taken or may not be used."""
    listening = listen(host, port)
    gc.disable()  # nothing that is loaded becomes garbage; on again when the server has started
    _warn_when_open(listening)
    sys.path.insert(0, str(ROOT))  # app.py stands beside the package
    config = uvicorn.Config(
        application,
        log_config=None,
        log_level="warning",
        access_log=False,
        http=BoundedHead,
        ws="websockets-sansio",
        ws_max_size=64 * 1024 * 1024,
        ws_ping_interval=30,
        ws_ping_timeout=30,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=FAREWELL,
        date_header=False,
        server_header=False,
    )
    _Announced(config).run(sockets=[listening])
