"""What to do with what came of a request: read it, wait and send it again, or raise. No input or output here."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from builder_client.calls import Answer, Call
from builder_client.errors import (
    BadAnswer,
    BuilderError,
    Busy,
    Conflict,
    NotFound,
    Problem,
    Refused,
    ServerError,
    TooMany,
    Unauthorized,
    Unreachable,
)
from builder_client.reading import Unreadable, parsed

T = TypeVar("T")
FIRST_PAUSE = 0.2  # seconds before the second try; then twice as long
IN_PROGRESS = "in-progress"  # the first try is still being done
OTHER_SERVER = "Check that the address is that of an Agent Builder, and that client and server are of one version."


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a client tries: `Client(url, patience=Patience(retries=5))`.

    >>> Patience().retries
    2

    `retries`: tries after the first one. `longest_pause`: a longer Retry-After is raised, not waited for.
    `most`: bytes of one answer.
    """

    retries: int = 2
    longest_pause: float = 60.0
    most: int = field(default=64 * 2**20, repr=False)


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float


Step = Call[Any] | Pause
Outcome = Answer | BuilderError | None


def exchange(call: Call[T], patience: Patience) -> Generator[Step, Outcome, T]:
    """Yields what to send and how long to wait; is sent what came of it; returns what the answer says."""
    tried = 0
    while True:
        outcome = yield call
        error = outcome if isinstance(outcome, BuilderError) else None
        if isinstance(outcome, Answer):
            error = error_of(outcome)
            if error is None:
                return read_answer(call, outcome)
        assert error is not None
        yield Pause(pause_before(error, tried, patience))
        tried += 1


def read_answer(call: Call[T], answer: Answer) -> T:
    try:
        return call.read(answer)
    except Unreadable as flaw:
        found = BadAnswer(f"The answer to {call.path} cannot be read: {flaw}.", OTHER_SERVER, status=answer.status)
    raise found


def pause_before(error: BuilderError, tried: int, patience: Patience) -> float:
    """Seconds before the next try; raises the error when there is none."""
    usual = FIRST_PAUSE * 2**tried
    match error:
        case TooMany(retry_after=float(told)):
            pause = told
        case Unreachable() | ServerError(status=503):
            pause = usual
        case Conflict() if error.kind == IN_PROGRESS:
            pause = max(1.0, usual)
        case _:
            raise error
    if tried >= patience.retries or pause > patience.longest_pause:
        raise error
    return pause


def error_of(answer: Answer) -> BuilderError | None:
    """The error that an answer is; None when all went well."""
    if 200 <= answer.status < 300:
        return None
    try:
        found = parsed(answer.body)
    except Unreadable:
        found = None
    document: Mapping[str, Any] = found if isinstance(found, dict) else {}
    reason, step = _text(document, "detail"), _text(document, "next_step")
    if not reason:
        reason, step = f"The server answered with status {answer.status} and no words.", OTHER_SERVER
    more: dict[str, Any] = {
        "kind": _text(document, "type").removeprefix("/problems/"),
        "status": answer.status,
        "request_id": _text(document, "request_id") or answer.headers.get("x-request-id", ""),
    }
    return _error(answer, document, (reason, step), more)


def _error(
    answer: Answer, document: Mapping[str, Any], said: tuple[str, str], more: dict[str, Any]
) -> BuilderError:
    match answer.status:
        case 401 | 403:
            return Unauthorized(*said, **more)
        case 404:
            return NotFound(*said, **more)
        case 409:
            kind = Busy if more["kind"] == "busy" else Conflict
            theirs, revision = document.get("theirs"), document.get("revision")
            known = theirs if isinstance(theirs, dict) else {}
            return kind(*said, theirs=known, revision=revision if isinstance(revision, int) else None, **more)
        case 429:
            return TooMany(*said, retry_after=_seconds(answer.headers.get("retry-after", "")), **more)
        case status if 400 <= status < 500:
            return Refused(*said, problems=_problems(document.get("problems")), **more)
        case status if status >= 500:
            return ServerError(*said, **more)
        case _:
            return BadAnswer(*said, **more)


def _problems(listed: Any) -> list[Problem]:
    found = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [Problem(*(_text(one, name) for name in ("code", "field", "reason", "next_step"))) for one in found]


def _text(document: Mapping[str, Any], name: str) -> str:
    found = document.get(name)
    return found if isinstance(found, str) else ""


def _seconds(header: str) -> float | None:
    return float(header) if header.isascii() and header.isdigit() and len(header) < 10 else None
