"""Idempotency-Key: a write that is sent again with its key is not done again, its first answer is given again.

Keys belong to an owner and are kept for a day. Only what was done is kept: a refusal wrote nothing, so the same key may
be tried again. A stream is not kept but made again: its key becomes the id of its message.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from builder.api import problems
from builder.api.calls import Calls
from builder.api.entry import caller_of
from builder.api.parts import LOCAL
from builder.api.streams import LINES
from builder.core.errors import BuilderError
from builder.store.idempotency import KEPT_FOR, Answers, Claim, Given
from builder.wiring import App

log = logging.getLogger(__name__)
WRITING = frozenset(("POST", "PUT", "PATCH", "DELETE"))
PATIENCE = 10.0  # seconds that a second request waits for the answer of the first
LOOK_EVERY = 0.1
SIGN_OF_LIFE = 10.0  # seconds; so often a long request is touched, so that nobody takes it for dead
LONGEST_KEY = 255
REPEATED = "Idempotency-Replayed"
_READING = ("/v1/imports/preview",)  # writes nothing: made again instead of kept
_STREAMS = (LINES, "text/event-stream")
_SECRET = ("/v1/tokens",)  # such answers are written down nowhere
_KEPT_HEADERS = ("content-type", "etag", "location", "content-disposition")

BAD_KEY = problems.document(
    422,
    "bad-idempotency-key",
    "The Idempotency-Key cannot be used.",
    f"Send 1 to {LONGEST_KEY} visible ASCII characters, best a new UUID for each write.",
)
REUSED = problems.document(
    422,
    "idempotency-key-reused",
    "This Idempotency-Key was used for another request.",
    "Take a new key for each write, and the same one only to send the same request again.",
)
IN_PROGRESS = problems.document(
    409,
    "in-progress",
    "The first request with this Idempotency-Key is still being done.",
    "Send it again with the same key after Retry-After seconds.",
)
SHOWN_ONCE = Given(
    409,
    (("content-type", problems.MEDIA_TYPE),),
    json.dumps(
        problems.document(
            409,
            "shown-once",
            "This was done already, and what it gave is shown only once.",
            "Take back what was made, and make a new one under a new key.",
        )
    ).encode(),
)


class Once:
    """Stands before the routes; needs the paths in their one spelling."""

    def __init__(self, app: ASGIApp, find: Callable[[], Awaitable[App]], calls: Calls) -> None:
        self.app = app
        self.find = find
        self.calls = calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = Headers(scope=scope).get("idempotency-key") if scope["type"] == "http" else None
        if given is None or scope["method"] not in WRITING & self.calls.methods(scope):
            await self.app(scope, receive, send)
            return
        try:
            refused = await self._once(plain(given), scope, receive, send)
        except (BuilderError, HTTPException) as error:
            refused = problems.answer(error)
        if refused is not None:
            await refused(scope, receive, send)

    async def _once(self, key: str, scope: Scope, receive: Receive, send: Send) -> Response | None:
        """What to answer, or None when it was answered."""
        if not key:
            return problems.response(BAD_KEY)
        if scope["path"].endswith(_READING):
            await self.app(scope, receive, send)
            return None
        body = await _read(receive)
        if body is None:
            return None  # nobody is there any more
        answers = (await self.find()).store.answers
        owner = _whose(scope)
        request = _mark(scope, body)
        claim = await _claimed(answers, owner, key, request)
        match claim.state:
            case "other":
                return problems.response(REUSED)
            case "running":
                return problems.response(IN_PROGRESS, {"Retry-After": "1"})
            case "given" if claim.answer is not None:
                return _again(claim.answer)
        state = scope.setdefault("state", {})
        state["message_id"] = message_id(key, request)
        state["new_id"] = new_id(owner, key, request, claim.begun)
        again = _Replayed(body, receive)
        if claim.state == "mine":
            await _Try(answers, claim.token, send).run(self.app, scope, again)
        else:
            await self.app(scope, again, send)
        return None


class _Try:
    """One request that is done under a key. What it comes to is kept before it leaves."""

    def __init__(self, answers: Answers, token: str, send: Send) -> None:
        self._answers = answers
        self._token = token
        self._send = send
        self._start: Message | None = None
        self._body = b""
        self._streams = False
        self._settled = False
        self._secret = False

    async def run(self, app: ASGIApp, scope: Scope, receive: Receive) -> None:
        self._secret = scope["path"].endswith(_SECRET)
        alive = asyncio.create_task(self._live())
        try:
            await app(scope, receive, self._hear)
        finally:
            alive.cancel()
            if not self._settled:
                await self._let_go()

    async def _hear(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            self._streams = _is_stream(message)
            if self._streams:
                await self._settle(self._answers.stream)
        if self._streams or self._start is None:
            await self._send(message)
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._answered(self._start)

    async def _answered(self, start: Message) -> None:
        if 200 <= start["status"] < 300:
            found = Headers(raw=start.get("headers", []))
            headers = tuple((name, found[name]) for name in _KEPT_HEADERS if name in found)
            answer = SHOWN_ONCE if self._secret else Given(start["status"], headers, self._body)
            await self._settle(lambda token: self._answers.give(token, answer))
        else:
            await self._let_go()
        await self._send(start)
        await self._send({"type": "http.response.body", "body": self._body})

    async def _settle(self, keep: Callable[[str], None]) -> None:
        """It was done: who did it hears so, even when the database does not take the answer."""
        self._settled = True
        try:
            await asyncio.to_thread(keep, self._token)
        except BuilderError as error:
            log.warning("An answer could not be kept for its key: %s", error)

    async def _let_go(self) -> None:
        self._settled = True
        with suppress(BuilderError):  # then it is let go of by its age
            await asyncio.to_thread(self._answers.release, self._token)

    async def _live(self) -> None:
        while True:
            await asyncio.sleep(SIGN_OF_LIFE)
            with suppress(BuilderError):
                await asyncio.to_thread(self._answers.touch, self._token)


class _Replayed:
    """The body that was read already, and then what comes after it."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


def _whose(scope: Scope) -> str:
    """The owner. Where a call itself asks for a token it is the token: else who has none would hear what was done."""
    owner = str(scope.get("state", {}).get("owner", LOCAL))
    if not any(part in scope["path"] for part in _SECRET):
        return owner
    token = caller_of(scope).token
    return f"{owner} {token.id if token else ''}"


async def _claimed(answers: Answers, owner: str, key: str, request: str) -> Claim:
    """The key's claim; waits a while for a request that is being done."""
    until = asyncio.get_running_loop().time() + PATIENCE
    while True:
        claim = await asyncio.to_thread(answers.claim, owner, key, request, datetime.now(UTC) - KEPT_FOR)
        if claim.state != "running" or asyncio.get_running_loop().time() > until:
            return claim
        await asyncio.sleep(LOOK_EVERY)


async def _read(receive: Receive) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)


def plain(given: str) -> str:
    """The key without the quotes of a structured header; "" for one that cannot be used."""
    key = given.strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    return key if len(key) <= LONGEST_KEY and key.isascii() and key.isprintable() else ""


def message_id(key: str, request: str) -> str:
    """The id of the message that such a request sends."""
    return f"key-{hashlib.sha256(f'{key} {request}'.encode()).hexdigest()[:40]}"


def new_id(owner: str, key: str, request: str, begun: int) -> str:
    """The id of the session that such a request begins: who does it again after a death finds what was done."""
    said = json.dumps([owner, key, request, begun])
    return str(UUID(bytes=hashlib.sha256(said.encode()).digest()[:16], version=4))


def _mark(scope: Scope, body: bytes) -> str:
    """The same for the same request only."""
    condition = Headers(scope=scope).get("if-match", "")
    parts = (scope["method"], scope["path"], scope.get("query_string", b"").decode("latin-1"), condition)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass") + b"\0" + body).hexdigest()


def _is_stream(start: Message) -> bool:
    return Headers(raw=start.get("headers", [])).get("content-type", "").startswith(_STREAMS)


def _again(answer: Given) -> Response:
    return Response(answer.body, answer.status, {**dict(answer.headers), REPEATED: "true"})
