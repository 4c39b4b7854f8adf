"""Sessions as this process last wrote them. A turn writes as if nothing had happened since; whether that is so is
decided by the revision in the database, and if not, the turn looks first."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

from builder.core.session import Message
from builder.store import rows

MOST = 1_024  # sessions
Key = tuple[str, str]  # owner and session


@dataclass(frozen=True, slots=True)
class Place:
    """`row` is the session's row; `talk` its last finished messages, oldest first; `answering` is the id of the reply
    that is being written, `asked` the question before it."""

    row: Any
    talk: tuple[Message, ...]
    asked: Message | None = None
    answering: str = ""

    def moved(self, written: rows.Written) -> "Place":
        return replace(self, row=SimpleNamespace(**columns_of(self.row) | written.columns))


class Known:
    """Used from several threads."""

    def __init__(self) -> None:
        self._places: OrderedDict[Key, Place] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, key: Key) -> Place | None:
        with self._lock:
            return self._places.get(key)

    def keep(self, key: Key, place: Place) -> None:
        with self._lock:
            self._places[key] = place
            self._places.move_to_end(key)
            if len(self._places) > MOST:
                self._places.popitem(last=False)

    def forget(self, key: Key) -> None:
        with self._lock:
            self._places.pop(key, None)


def columns_of(row: Any) -> dict[str, Any]:
    return dict(row._mapping) if hasattr(row, "_mapping") else vars(row)


def stored(columns: Mapping[str, Any]) -> Message:
    """A message as it will be read again."""
    return rows.message_of(SimpleNamespace(**columns))
