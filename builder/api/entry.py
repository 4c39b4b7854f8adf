"""Who calls: a page's chat by its pass, a program by its token, or nobody in particular; and what that one may do."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from starlette.datastructures import Headers, QueryParams
from starlette.types import ASGIApp, Receive, Scope, Send

from builder.api import problems
from builder.core import token
from builder.core.token import Token
from builder.wiring import App

PASS_HEADER = "X-Page-Pass"
# Open to everybody: what says whether the server lives, and what it can do.
_OPEN = frozenset(("/healthz", "/health", "/openapi.json", "/docs", "/redoc"))
_READING = frozenset(("GET", "HEAD"))
_SESSION = re.compile(r"/(?:v1/sessions|ws/agent)/([^/]+)(?:/.*)?")
_SEND = "Send it as “Authorization: Bearer …”."
_CREATE = f"Make one {problems.MAKE_TOKEN}. {_SEND}"

NO_TOKEN = problems.document(401, "no-token", "This call needs a token.", _CREATE)
BAD_TOKEN = problems.document(401, "bad-token", "This token is not known here, or it was revoked.", _CREATE)
_CHALLENGE = {"WWW-Authenticate": "Bearer"}


def is_open(path: str) -> bool:
    """Is it open to everybody, also where tokens are required?"""
    return path in _OPEN or path.startswith("/docs/")


@dataclass(frozen=True, slots=True)
class Caller:
    kind: Literal["page", "token", "anybody"]
    token: Token | None = None


ANYBODY = Caller("anybody")


def caller_of(scope: Scope) -> Caller:
    found: Caller = scope.get("state", {}).get("caller", ANYBODY)
    return found


def may_write(scope: Scope) -> bool:
    """For a WebSocket, which a token that may only read opens, too."""
    return bool(scope.get("state", {}).get("may_write", True))


def _only_reads(scope: Scope) -> bool:
    """Who listens to a WebSocket reads; its actions are looked at one by one."""
    return scope["type"] == "websocket" or scope.get("method") in _READING


def too_little(scope: token.Scope) -> dict[str, object]:
    step = f"Use a token with the scope {scope}: make one {problems.MAKE_TOKEN} --scope {scope}"
    return problems.document(403, "scope", "This token may not do that.", step)


class Entry:
    """Knows the caller, and where tokens are `required` refuses who has none that covers the call."""

    def __init__(self, app: ASGIApp, find: Callable[[], Awaitable[App]], required: bool) -> None:
        self.app = app
        self.find = find
        self.required = required

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", "")).rstrip("/")
        if scope.get("method") != "OPTIONS" and not is_open(path):
            caller, refusal = await self._known(scope, path)
            if refusal is not None:
                headers = _CHALLENGE if refusal["status"] == 401 else None
                await problems.response(refusal, headers)(scope, receive, send)
                return
            state = scope.setdefault("state", {})
            state["caller"] = caller
            state["may_write"] = not self.required or caller.token is None or caller.token.covers("write")
            if caller.token is not None:
                state["owner"] = caller.token.owner
        await self.app(scope, receive, send)

    async def _known(self, scope: Scope, path: str) -> tuple[Caller, dict[str, object] | None]:
        headers = Headers(scope=scope)
        sent = _bearer(headers.get("authorization", ""))
        if sent is not None:
            found = await (await self.find()).tokens.known(sent)
            if found is not None:
                wanted: token.Scope = "read" if _only_reads(scope) else "write"
                refused = self.required and not found.covers(wanted)
                return Caller("token", found), too_little(wanted) if refused else None
        if await self._has_pass(scope, headers, path):
            return Caller("page"), None
        if not self.required:
            return ANYBODY, None
        return ANYBODY, NO_TOKEN if sent is None else BAD_TOKEN

    async def _has_pass(self, scope: Scope, headers: Headers, path: str) -> bool:
        """A browser's WebSocket cannot send headers of its own: there the pass stands in the address."""
        given = headers.get(PASS_HEADER, "")
        if scope["type"] == "websocket":
            given = given or QueryParams(scope["query_string"]).get("pass", "")
        session = _SESSION.fullmatch(path)
        if not given or session is None:
            return False
        passes = (await self.find()).passes
        await passes.ready()
        return passes.opens(given, session[1])


def _bearer(sent: str) -> str | None:
    scheme, _, value = sent.partition(" ")
    return value.strip() if scheme.lower() == "bearer" and value.strip() else None
