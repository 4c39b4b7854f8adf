"""Each call under an id that stands in its answer and in all its log lines; mistakes of ours end here, logged once."""

import re
import time
from uuid import uuid4

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from builder.api import problems
from builder.api.logs import REQUESTS
from builder.core.errors import BuilderError

HEADER = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_OFTEN = frozenset(("/healthz", "/health", "/metrics"))  # asked for by machines, all the time
_FIRST = frozenset(("http.response.start", "websocket.http.response.start", "websocket.accept"))


class Traced:
    """The caller's own id counts when it is a short word; otherwise the call gets one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        request_id = given if _SANE.fullmatch(given) else uuid4().hex
        began, status = time.perf_counter(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] in _FIRST:
                status = message.get("status", 101)
                named = (HEADER.lower().encode(), request_id.encode())
                message = {**message, "headers": [*message.get("headers", []), named]}
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, sending)
            finally:
                _note(scope, status, time.perf_counter() - began)


def _note(scope: Scope, status: int, seconds: float) -> None:
    """The call's pattern, not its address: ids of sessions do not belong into a log."""
    call = getattr(scope.get("route"), "path", "")
    if call not in _OFTEN:
        found = {"call": call, "status": status, "milliseconds": round(seconds * 1000, 1)}
        REQUESTS.info("request", extra={"method": scope.get("method", "WEBSOCKET"), **found})


class Net:
    """Whatever no route took care of becomes a problem document; its cause stands in the log, once."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except BuilderError as error:
            answer = problems.answer(error, scope)
        except Exception as error:  # noqa: BLE001  (of_failure writes it into the log)
            answer = problems.response(problems.of_failure(error))
        else:
            return
        if not begun:
            await answer(scope, receive, send)
