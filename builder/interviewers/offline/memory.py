"""What the interviewer keeps between turns, as one JSON value in the session's notes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from builder.core.session import Session
from builder.interviewers.offline.brief import Brief

NOTES = "guided"
CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Memory:
    """`asked` is the topic of the open question, CONFIRM for the plan, "" for none.

    `path` holds the topics asked so far, `misses` how often an answer was not understood, `offered` the name that was
    given as an example, `taps` the answers to tap, `written` the draft's values after the last turn: what differs now
    was changed by hand.
    """

    brief: Brief = field(default_factory=Brief)
    language: str = ""
    asked: str = ""
    path: tuple[str, ...] = ()
    misses: Mapping[str, int] = field(default_factory=dict)
    offered: str = ""
    taps: tuple[str, ...] = ()
    written: Mapping[str, Any] = field(default_factory=dict)

    def missed(self, topic: str) -> "Memory":
        return replace(self, misses={**self.misses, topic: self.misses.get(topic, 0) + 1})

    def asking(self, topic: str) -> "Memory":
        path = self.path if topic in (CONFIRM, "") or self.path[-1:] == (topic,) else (*self.path, topic)
        return replace(self, asked=topic, path=path)

    def to_json(self) -> dict[str, Any]:
        return {
            "brief": self.brief.to_json(),
            "language": self.language,
            "asked": self.asked,
            "path": list(self.path),
            "misses": dict(self.misses),
            "offered": self.offered,
            "taps": list(self.taps),
            "written": dict(self.written),
        }


def recall(session: Session) -> Memory:
    """The memory of a session; an empty one when this interviewer has not spoken in it yet."""
    notes = session.notes.get(NOTES)
    if not isinstance(notes, Mapping):
        return Memory()
    known = {key: value for key, value in notes.items() if key in Memory.__dataclass_fields__}
    lists = {key: tuple(known.get(key, ())) for key in ("path", "taps")}
    return Memory(**{**known, **lists, "brief": Brief.from_json(known.get("brief") or {})})
