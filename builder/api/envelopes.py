"""The frames of the WebSockets: one JSON object {"type", "payload", "timestamp"} each, read strictly, written once."""

import json
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from builder.api import problems, wire
from builder.core.readable import readable_value
from builder.services.updates import AgentEvent, MessageStored, Missed, TurnEvent, Update

TYPES = STATE_UPDATE, ACTION, ERROR, PING, PONG = ("state_update", "action", "error", "ping", "pong")
LARGEST = 1_000_000  # characters of one frame
DEEPEST = 100
READ_AGAIN = "Read the talk and the status again."
FORM = 'Send {"type": "ping" | "pong" | "action", "payload": {...}, "timestamp": seconds}.'


@dataclass(frozen=True, slots=True)
class Envelope:
    type: str
    payload: Mapping[str, Any]


class BadFrame(Exception):
    """A frame that cannot be used. `document` says why, as every refusal of the API does."""

    def __init__(self, slug: str, detail: str, next_step: str = FORM, status: int = 400) -> None:
        super().__init__(detail)
        self.document = problems.document(status, slug, detail, next_step)

    @classmethod
    def of(cls, document: wire.Json) -> "BadFrame":
        """With a refusal that has its words already."""
        made = cls("", str(document["detail"]))
        made.document = document
        return made


def read(frame: str) -> Envelope:
    """The envelope in a text frame. BadFrame for anything else."""
    if len(frame) > LARGEST:
        raise BadFrame("too-large", f"A frame may have {LARGEST:,} characters at the most.", "Send less at once.", 413)
    try:
        found = json.loads(frame, parse_constant=_refused, parse_float=_finite)
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        raise BadFrame("not-json", "This frame is not valid JSON.") from None
    if not isinstance(found, dict):
        raise BadFrame("not-an-envelope", "A frame is one JSON object.")
    _check_depth(found)
    if unknown := found.keys() - {"type", "payload", "timestamp"}:
        raise BadFrame("not-an-envelope", f"The key “{sorted(unknown)[0][:64]}” is not known here.")
    return _envelope(readable_value(found))


def _envelope(found: dict[str, Any]) -> Envelope:
    kind, payload, moment = found.get("type"), found.get("payload", {}), found.get("timestamp")
    if kind not in TYPES:
        raise BadFrame("unknown-type", f"There is no type “{str(kind)[:64]}”.")
    if kind in (STATE_UPDATE, ERROR):
        raise BadFrame("wrong-way", f"Only the server sends “{kind}”.")
    if not isinstance(payload, dict):
        raise BadFrame("not-an-envelope", "The payload is not a JSON object.")
    if moment is not None and (isinstance(moment, bool) or not isinstance(moment, int | float)):
        raise BadFrame("not-an-envelope", "The timestamp is not a number of seconds.")
    return Envelope(kind, payload)


def _refused(constant: str) -> Any:
    raise ValueError(constant)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _check_depth(value: Any) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise _too_deep()
        inner = [one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list)]
        level = [one for each in inner for one in each]


def _too_deep() -> BadFrame:
    return BadFrame("too-deep", f"This frame is nested more than {DEEPEST} levels deep.", "Make it flatter.")


def write(kind: str, payload: Mapping[str, Any], moment: float | None = None) -> str:
    """`moment`: when it happened, in seconds since 1970; now when it is not given."""
    whole = {"type": kind, "payload": payload, "timestamp": time.time() if moment is None else moment}
    return json.dumps(whole, ensure_ascii=False).encode("utf-8", "replace").decode()


@lru_cache(maxsize=512)  # one update goes to many readers
def of_update(update: Update) -> str:
    return write(STATE_UPDATE, payload_of(update), update.moment)


def payload_of(update: Update) -> wire.Json:
    """`update` says what kind it is; the rest are the update's own fields."""
    about = {} if isinstance(update, AgentEvent) else {"session_id": update.session_id}
    return {"update": update.name, **about, **_own(update)}


def _own(update: Update) -> wire.Json:
    match update:
        case TurnEvent(event=event):
            return {"message_id": update.message_id, "event": event.kind, "data": wire.to_json(event)}
        case MessageStored(message=message):
            return {"message": wire.message_json(message)}
        case Missed(count=count):
            return {"count": count, "next_step": READ_AGAIN}
        case _:
            base = {field.name for field in fields(Update)}
            return {one.name: wire.plain(getattr(update, one.name)) for one in fields(update) if one.name not in base}
