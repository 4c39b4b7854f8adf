"""Every row of the failure table: named faults, and functions where a time or a place belongs to it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

from tests.models.script import Dropped, Fault
from tests.models.voice import Voice

Then = Callable[[Voice], AsyncIterator[bytes]]
FOR_EVER = 3600.0
NOTHING: tuple[bytes, ...] = ()


async def _end(voice: Voice) -> AsyncIterator[bytes]:
    for nothing in NOTHING:
        yield nothing


async def _drop(voice: Voice) -> AsyncIterator[bytes]:
    for nothing in NOTHING:
        yield nothing
    raise Dropped


async def _silence(voice: Voice) -> AsyncIterator[bytes]:
    await asyncio.sleep(FOR_EVER)
    yield b""


async def _bad_chunk(voice: Voice) -> AsyncIterator[bytes]:
    yield voice.data('{"this is no JSON": ')


def _error_event(fault: Fault) -> Then:
    async def then(voice: Voice) -> AsyncIterator[bytes]:
        yield voice.error_event(fault)

    return then


def _whitespace(every: float) -> Then:
    async def then(voice: Voice) -> AsyncIterator[bytes]:
        while True:
            yield voice.piece("\n    ")
            await asyncio.sleep(every)

    return then


def _larger(size: int) -> Callable[[str], str]:
    return lambda text: json.dumps({"reply": "large " * (size // 6)})


# Refused with a status.


def rate_limited(*, header: float | str = "", info: float | None = None) -> Fault:
    """429, told to wait by Retry-After (seconds, or any text) or by the body (`info` seconds, Gemini's RetryInfo)."""
    told = "Retry-After" if header != "" else "RetryInfo" if info is not None else "no hint"
    return Fault(f"429 with {told}", "retry", status=429, retry_header=str(header), retry_info=info)


SERVER_ERROR = Fault("500", "retry", status=500)
BAD_GATEWAY = Fault("502 in HTML", "retry", status=502, html=True)
OVERLOADED = Fault("503", "retry", status=503)
BAD_REQUEST = Fault("400", "tell", status=400)
WRONG_KEY = Fault("wrong key", "tell", reason="key", status=400)
UNAUTHORIZED = Fault("401", "tell", status=401)
FORBIDDEN = Fault("403", "tell", status=403)
NO_SUCH_MODEL = Fault("404", "tell", status=404, reason="model")
NO_CREDIT = Fault("429, no credit left", "tell", status=429, reason="credit")

# Streams that break. `after` counts the pieces that come through before.

ERROR_EVENT_FIRST = Fault("error event first", "retry", then=_error_event(OVERLOADED))


def error_event(after: int = 2, fault: Fault = OVERLOADED) -> Fault:
    return Fault("error event in mid-stream", "retry", after=after, then=_error_event(fault))


def cut(after: int = 2) -> Fault:
    return Fault("ends without a finish reason", "retry", after=after, then=_end)


def dropped(after: int = 2) -> Fault:
    return Fault("connection dropped", "retry", after=after, then=_drop)


def bad_chunk(after: int = 2) -> Fault:
    return Fault("bad chunk", "retry", after=after, then=_bad_chunk)


def silent(after: int = 2) -> Fault:
    """Some pieces, then nothing for ever, the connection open."""
    return Fault("silence in mid-stream", "deadline", after=after, then=_silence)


def whitespace(every: float = 0.01, after: int = 2) -> Fault:
    return Fault("whitespace for ever", "deadline", after=after, then=_whitespace(every))


def stalling(gap: float = 3.0) -> Fault:
    """A whole answer with `gap` seconds between its pieces."""
    return Fault("gaps", "cope", pause=gap)


NO_ANSWER = Fault("silence before the first byte", "deadline", status=0, then=_silence)
REFUSED_CONNECTION = Fault("connection closed without an answer", "retry", status=0, then=_drop)
SILENT_HEAD = Fault("silence after the head", "deadline", then=_silence)
EMPTY_STREAM = Fault("empty stream", "retry", then=_end)

# Whole streams with the wrong thing in them.

NOTHING_SAID = Fault("empty answer with stop", "retry", says=lambda text: "")
TRUNCATED_JSON = Fault("truncated JSON with stop", "retry", says=lambda text: text[: len(text) * 2 // 3])
NO_JSON = Fault("no JSON at all", "retry", says=lambda text: "Certainly! Here is what I would ask next.")
DUPLICATE_KEYS = Fault("duplicate keys", "cope", says=lambda text: text.replace("{", '{"reply": "first", ', 1))
NOT_A_NUMBER = Fault("NaN", "retry", says=lambda text: text.replace("{", '{"confidence": NaN, ', 1))


def large(size: int = 10_000_000) -> Fault:
    """An answer of `size` characters: more than any interview needs."""
    return Fault("a very large answer", "tell", pieces=65_536, says=_larger(size))


BLOCKED = Fault("prompt blocked", "tell", blocked="safety")
SAFETY = Fault("finish: safety", "tell", finish="safety")
RECITATION = Fault("finish: recitation", "tell", finish="recitation")
MAX_TOKENS = Fault("finish: length", "tell", finish="length", says=lambda text: text[: len(text) // 2])
MALFORMED_CALL = Fault("finish: malformed call", "tell", finish="malformed", says=lambda text: "")
OTHER = Fault("finish: other", "tell", finish="other")

REFUSED = (
    rate_limited(header=0.2), rate_limited(info=0.2), rate_limited(), SERVER_ERROR, BAD_GATEWAY, OVERLOADED,
    BAD_REQUEST, WRONG_KEY, UNAUTHORIZED, FORBIDDEN, NO_SUCH_MODEL,
)
BROKEN = (
    ERROR_EVENT_FIRST, error_event(), cut(), dropped(), bad_chunk(), EMPTY_STREAM, REFUSED_CONNECTION,
)
ENDLESS = (silent(), whitespace(), NO_ANSWER, SILENT_HEAD)
ODD = (
    NOTHING_SAID, TRUNCATED_JSON, NO_JSON, DUPLICATE_KEYS, NOT_A_NUMBER, large(), stalling(0.05),
    BLOCKED, SAFETY, RECITATION, MAX_TOKENS, MALFORMED_CALL, OTHER,
)
# Those of ENDLESS end only when the client goes away.
ALL = (*REFUSED, *BROKEN, *ENDLESS, *ODD)
