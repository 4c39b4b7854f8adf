"""Which fault an error of a client library stands for: by its type, else by its status. The only place that knows."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

from builder.core.usage import NOTHING, Usage
from builder.llm.faults import Fault, Kind, ModelFailed

LONGEST_DETAIL = 240
# Whatever looks like a key goes, also one that is not ours.
_KEYS = re.compile(r"\b(?:AIza|AQ\.|sk-|sk_|key-)[\w.*-]{6,}|(?i:bearer)\s+\S+")
_REFUSED_KEY = re.compile(r"API_KEY_INVALID|api[ _-]?key (?:not valid|expired|invalid)|invalid[ _]api[ _-]?key", re.I)
_LIBRARIES = frozenset({"pydantic_ai", "httpx2", "google", "openai", "anthropic"})
_BY_STATUS: Mapping[int, Kind] = {
    401: "key", 402: "quota", 403: "key", 404: "model", 405: "address", 408: "connection", 409: "server",
    425: "server", 429: "busy",
}  # fmt: skip


def failure(error: Exception, key: str = "", usage: Usage = NOTHING) -> ModelFailed:
    """The fault as an exception. An error of the libraries is told by it and may quote a key: only others are shown
    as the cause."""
    failed = ModelFailed(fault_of(error, key), usage)
    failed.__cause__ = None if type(error).__module__.partition(".")[0] in _LIBRARIES else error
    return failed


def fault_of(error: BaseException, key: str = "") -> Fault:
    """The fault behind an error of pydantic-ai, of a provider's own library or of HTTP. `key` is kept out of it."""
    causes = tuple(_chain(error))
    status = next((found for cause in causes if (found := _status(cause)) is not None), None)
    unsaid = type(error).__name__ if status is None else f"HTTP {status}"
    said = next((text for cause in causes if (text := _said(cause))), unsaid)
    whole = " ".join(str(getattr(cause, "body", "") or getattr(cause, "details", "") or cause) for cause in causes)
    kind = _kind(causes, status, whole)
    wait = next((seconds for cause in causes if (seconds := _wait(cause)) is not None), None)
    return Fault(kind, shortened(said, key), wait, status)


def shortened(text: str, key: str = "") -> str:
    """One short line without keys."""
    plain = " ".join(re.sub(r"<[^>]*>", " ", text[: 20 * LONGEST_DETAIL]).split())
    for secret in filter(None, {key, key.strip()}):
        plain = plain.replace(secret, "…")
    plain = _KEYS.sub("…", plain)
    return plain if len(plain) <= LONGEST_DETAIL else f"{plain[: LONGEST_DETAIL - 1]}…"


def _kind(causes: tuple[BaseException, ...], status: int | None, whole: str) -> Kind:
    if status == 400 and _REFUSED_KEY.search(whole):
        return "key"
    for cause in causes:
        for kind, types in _by_type():
            if isinstance(cause, types):
                return kind
    if status is not None:
        return _of_status(status)
    return "cut" if _says_no_more(causes) else "malformed"


def _says_no_more(causes: tuple[BaseException, ...]) -> bool:
    """pydantic-ai's own word for an answer without an end has no cause below it; what it cannot read has one."""
    from pydantic_ai.exceptions import ModelAPIError

    return len(causes) == 1 and isinstance(causes[0], ModelAPIError)


def _of_status(status: int) -> Kind:
    if 300 <= status < 400:
        return "address"
    return _BY_STATUS.get(status, "server" if status >= 500 else "request")


@cache
def _by_type() -> tuple[tuple[Kind, tuple[type[BaseException], ...]], ...]:
    """The more special first. A plain ModelHTTPError is not here: its status decides."""
    import httpx2
    from pydantic_ai import exceptions as ai

    return (
        ("quota", (ai.ModelQuotaExceededError,)),
        ("busy", (ai.ModelRateLimitError,)),
        ("key", (ai.ModelAuthenticationError,)),
        ("model", (ai.ModelNotFoundError,)),
        ("request", (ai.ModelRequestRejectedError, ai.UserError)),
        ("server", (ai.ModelUnavailableError, ai.ModelServerError)),
        ("slow", (ai.ModelRequestTimeout,)),
        ("address", (httpx2.InvalidURL, httpx2.UnsupportedProtocol)),
        ("connection", (ai.ModelConnectionError, httpx2.TransportError, httpx2.StreamError)),
        ("blocked", (ai.ContentFilterError,)),
        ("cut", (ai.UnexpectedModelBehavior,)),
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    for _ in range(5):
        if found is None:
            return
        yield found
        found = found.__cause__


def _status(error: BaseException) -> int | None:
    for name in ("status_code", "code"):
        status = getattr(error, name, None)
        if isinstance(status, int) and 300 <= status < 600:
            return status
    return None


def _said(error: BaseException) -> str:
    """The provider's own sentence, else the error's text; that of a status is for programmers."""
    for name in ("body", "details"):
        found = _message(getattr(error, name, None))
        if found:
            return found
    return str(error) if _status(error) is None else ""


def _message(body: object) -> str:
    inside: Any = body
    if isinstance(inside, list) and inside:
        inside = inside[0]
    if isinstance(inside, Mapping):
        inside = inside.get("error", inside)
    if isinstance(inside, Mapping):
        inside = inside.get("message") or inside.get("status") or ""
    return inside if isinstance(inside, str) else ""


def _wait(error: BaseException) -> float | None:
    """Seconds that the provider asked for: by header, else in the body (pydantic-ai reads Google's RetryInfo)."""
    headers = getattr(error, "headers", None) or getattr(getattr(error, "response", None), "headers", None) or {}
    told = _header(headers.get("retry-after-ms"), 0.001)
    if told is None:
        told = _header(headers.get("retry-after"), 1.0)
    if told is None:
        told = getattr(error, "retry_after", None)
    return told if isinstance(told, int | float) else None


def _header(text: str | None, unit: float) -> float | None:
    """Seconds of a header that holds a number or a date."""
    if not text:
        return None
    if re.fullmatch(r"\s*\d{1,9}(?:\.\d+)?\s*", text):
        return float(text) * unit
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
