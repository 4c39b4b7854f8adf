"""What stands before every call: size of the body, origin of the page that calls, one way to write a path."""

from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from builder.api import problems

LARGEST_BODY = 1_000_000
LARGEST_FILE = 5_000_000
_FILES = "/v1/imports/preview"
FOREIGN = problems.document(
    403, "foreign-origin", "This page may not change anything here.", "Add its address to CORS_ORIGINS."
)
LARGE = problems.document(
    413, "too-large", f"A request may have {LARGEST_BODY:,} bytes at the most.", "Send a shorter text."
)
LARGE_FILE = problems.document(
    413,
    "too-large",
    f"A file to bring in may have {LARGEST_FILE:,} bytes at the most.",
    "Send only the part with the agents, or bring it in on the server with: python -m builder import FILE",
)
_READING = frozenset(("GET", "HEAD", "OPTIONS"))
HEADERS = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)


class Guard:
    """Refuses bodies that are too large and changes asked for by foreign pages; adds the security headers."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self.app = app
        self.origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not self._is_welcome(Headers(scope=scope)):
            await problems.response(FOREIGN)(scope, receive, send)
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        send = _with_headers(send)
        if scope["method"] not in _READING and not self._is_welcome(headers):
            await problems.response(FOREIGN)(scope, receive, send)
        elif _announced(headers) > _most(scope):
            await problems.response(_refusal(scope))(scope, receive, send)
        else:
            await self.app(scope, _Measured(scope, receive), send)

    def _is_welcome(self, headers: Headers) -> bool:
        """No Origin: no browser page. Else the page is ours or one that the settings name."""
        origin = headers.get("origin")
        if origin is None or origin in self.origins or "*" in self.origins:
            return True
        return urlsplit(origin).netloc.lower() == headers.get("host", "").lower() != ""


class _Measured:
    """Receives the body and stops when more comes than allowed (a chunked body announces no length)."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self.receive = receive
        self.seen = 0

    async def __call__(self) -> Message:
        message = await self.receive()
        self.seen += len(message.get("body", b""))
        if self.seen > _most(self.scope):
            raise HTTPException(413, _refusal(self.scope)["detail"])
        return message


def _takes_files(scope: Scope) -> bool:
    return bool(scope["path"].removeprefix(scope.get("root_path", "")).rstrip("/") == _FILES)


def _most(scope: Scope) -> int:
    return LARGEST_FILE if _takes_files(scope) else LARGEST_BODY


def _refusal(scope: Scope) -> dict[str, Any]:
    return LARGE_FILE if _takes_files(scope) else LARGE


def _announced(headers: Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isdecimal() else 0


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message.get("headers", [])}
            message = {
                **message,
                "headers": [*message.get("headers", []), *(one for one in HEADERS if one[0] not in present)],
            }
        await send(message)

    return sending


class EitherSlash:
    """A path is found with and without the slash at its end."""

    def __init__(self, app: ASGIApp, with_slash: Collection[str]) -> None:
        self.app = app
        self.with_slash = frozenset(with_slash)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            root = scope.get("root_path", "")
            bare = scope["path"].removeprefix(root).rstrip("/")
            scope["path"] = root + (f"{bare}/" if bare in self.with_slash else bare)
        await self.app(scope, receive, send)
