"""Updates as bytes between processes: written whole, read strictly. What another release writes may be unreadable."""

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from builder.core.check_schema import deeper_than
from builder.core.events import Event
from builder.services.updates import TurnEvent, Update

LARGEST = 1_000_000  # bytes of one frame
DEEPEST = 100
E = TypeVar("E")
_HEAD = re.compile(rb"agent-builder/1 ([0-9a-f]{32}) (\d{1,18}) (\w{1,64}) ")


class Unreadable(ValueError):
    """These bytes are no update that this release knows."""


class TooMuch(ValueError):
    """This update is too large or too deep to be sent."""


@dataclass(frozen=True, slots=True)
class Written:
    """An update of the process `sender`, the one with this number; later ones have higher numbers."""

    sender: str
    number: int
    update: Update


@dataclass(frozen=True, slots=True)
class _Turn(Generic[E]):
    """A TurnEvent with the exact kind of its event."""

    owner: str
    session_id: str | None
    moment: float
    message_id: str
    event: E


def sender_of(frame: bytes) -> str:
    """Who sent the frame; "" when it is none of ours."""
    head = _HEAD.match(frame)
    return head[1].decode() if head else ""


def write(sender: str, number: int, update: Update) -> bytes:
    """TooMuch for what no reader would take."""
    if isinstance(update, TurnEvent):
        kind, event = update.event.kind, update.event
        value: Any = _Turn(update.owner, update.session_id, update.moment, update.message_id, event)
    else:
        kind, value = update.name, update
    plain = _adapter(kind).dump_python(value, mode="json")
    if deeper_than(plain, DEEPEST):
        raise TooMuch(f"a value in it is nested more than {DEEPEST} levels deep")
    body = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    if len(body) > LARGEST:
        raise TooMuch(f"it has {len(body):,} bytes")
    return f"agent-builder/1 {sender} {number} {kind} ".encode() + body


def read(frame: bytes) -> Written:
    """Unreadable for what is no update, or none of this release."""
    head = _HEAD.match(frame)
    if head is None or len(frame) > head.end() + LARGEST:
        raise Unreadable("it has another form")
    try:
        found = _adapter(head[3].decode()).validate_json(frame[head.end() :], strict=True)
    except KeyError:
        raise Unreadable("its kind is not known here") from None
    except ValidationError as error:
        raise Unreadable(f"{error.error_count()} parts of it are wrong") from None
    if isinstance(found, _Turn):
        found = TurnEvent(
            found.owner, found.session_id, moment=found.moment, message_id=found.message_id, event=found.event
        )
    return Written(head[1].decode(), int(head[2]), found)


@cache  # of kinds that there are; others raise and are not kept
def _adapter(kind: str) -> TypeAdapter[Any]:
    """KeyError for a kind that there is not."""
    updates = {one.name: one for one in Update.__subclasses__() if one is not TurnEvent}
    if kind in updates:
        return TypeAdapter(updates[kind])
    event: Any = {one.kind: one for one in Event.__subclasses__()}[kind]
    turn: Any = _Turn[event]
    return TypeAdapter(turn)
