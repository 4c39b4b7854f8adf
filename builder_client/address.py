"""Where the server is, who calls, and how requests are written for it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict
from urllib.parse import SplitResult, urlsplit

from builder_client.calls import Call, Saying
from builder_client.errors import BadAnswer, BuilderError, Refused, Unreachable
from builder_client.sessions import path

_HERE = re.compile(r"localhost|127(\.\d+){3}|::1")
_TOKEN = re.compile(r"[\x21-\x7e]+")
JSON, BYTES = "application/json", "application/octet-stream"
LONG = 300.0  # seconds that a language model may take for a whole answer
SILENCE = 45.0  # seconds; a living server says something on a stream every 15


class Request(TypedDict):
    """What both libraries' `stream` take."""

    method: str
    url: str
    params: Mapping[str, Any]
    content: bytes | None
    headers: dict[str, str]
    timeout: float


@dataclass(frozen=True, slots=True)
class Address:
    """The API's address as a person writes it, with or without /api and a slash.

    >>> Address.of("localhost:8501/").url
    'http://localhost:8501/api'
    """

    url: str
    token: str | None = field(default=None, repr=False)
    timeout: float = 30.0

    @classmethod
    def of(cls, base_url: str, token: str | None = None, timeout: float = 30.0) -> "Address":
        """Refused for what cannot be an address or a token."""
        if token is not None and not _TOKEN.fullmatch(token):
            raise Refused("The token cannot be used.", "Send it as it was shown: one word, without spaces.")
        parts = _split(base_url)
        where = parts.path.rstrip("/")
        where = where if where.endswith("/api") else f"{where}/api"
        return cls(f"{parts.scheme}://{parts.netloc}{where}", token, timeout)

    @property
    def is_here(self) -> bool:
        """On this machine: no proxy leads there."""
        return _HERE.fullmatch(urlsplit(self.url).hostname or "") is not None

    def request(self, call: Call[Any]) -> Request:
        is_file = isinstance(call.body, bytes)
        body = call.body if is_file or call.body is None else _encoded(call.body)
        return {
            "method": call.method,
            "url": self.url + call.path,
            "params": call.query,
            "content": body,
            "headers": self._headers(call.headers(), None if body is None else BYTES if is_file else JSON),
            "timeout": max(self.timeout, LONG) if call.long else self.timeout,
        }

    def telling(self, saying: Saying) -> Request:
        """The request for a reply as a stream; the same again tells the same reply from its start."""
        return {
            "method": "POST",
            "url": self.url + path(saying.session_id, "message"),
            "params": {},
            "content": _encoded({"message": saying.text, "message_id": saying.message_id}),
            "headers": {**self._headers({}, JSON), "Accept": "text/event-stream", "Cache-Control": "no-store"},
            "timeout": max(self.timeout, SILENCE),
        }

    def _headers(self, more: dict[str, str], kind: str | None) -> dict[str, str]:
        who = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        what = {"Content-Type": kind} if kind else {}
        return {"Accept": "application/json, */*", "Accept-Encoding": "identity", **who, **what, **more}

    def trouble(self, error: Exception) -> BuilderError:
        """What a failure of the HTTP library means here; its own words may name too much."""
        kind = type(error).__name__
        if kind == "DecodingError":
            return BadAnswer("The answer is packed in a way that cannot be read.", "Leave compression to the proxy.")
        if kind in ("ReadTimeout", "WriteTimeout", "PoolTimeout"):
            return Unreachable(f"{self.host} took too long to answer.", "Try again, or give `timeout` more seconds.")
        if kind in ("ConnectError", "ConnectTimeout"):
            step = "Check the address, and that the server runs: python -m builder serve"
            return Unreachable(f"Nobody answers at {self.host}.", step)
        return Unreachable(f"The connection to {self.host} broke off.", "Try again.")

    @property
    def host(self) -> str:
        """Fit to be shown: without a name and a password that may stand before it."""
        return urlsplit(self.url).netloc.rpartition("@")[2]


def _split(base_url: str) -> SplitResult:
    given = base_url.strip()
    try:
        parts = urlsplit(given if "://" in given else f"http://{given}")
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known or "@" in parts.netloc or parts.query or parts.fragment:
        raise Refused("The address of the server cannot be used.", "Write for example http://127.0.0.1:8501.")
    return parts


def _encoded(body: Any) -> bytes:
    """Half characters, which no text may hold, become question marks."""
    try:
        return json.dumps(body, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
    except (TypeError, ValueError, RecursionError):
        refused = Refused("What was given cannot be written as JSON.", "Give texts, numbers, lists and dicts only.")
    raise refused
