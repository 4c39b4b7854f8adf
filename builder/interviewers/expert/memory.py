"""What the interviewer keeps between turns, in the session's notes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from builder.core.session import Session
from builder.interviewers.expert.answer import LONGEST_NOTE, line

NOTES, TALK = "expert_notes", "expert"
MOST_NOTES = 12
CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Memory:
    """`topic` is what was asked last, `language` that of the talk. `ready` counts the turns since nothing is missing
    in which no plan was shown, `idle` those in a row that brought nothing although something is missing."""

    topic: str = ""
    language: str = ""
    ready: int = 0
    idle: int = 0
    notes: tuple[str, ...] = ()

    def noted(self, note: str) -> "Memory":
        kept = (*(known for known in self.notes if known != note), note)[-MOST_NOTES:]
        return replace(self, notes=kept) if note else self

    def to_json(self) -> dict[str, Any]:
        talk = {"topic": self.topic, "language": self.language, "ready": self.ready, "idle": self.idle}
        return {TALK: talk, NOTES: list(self.notes)}


def recall(session: Session) -> Memory:
    """The memory of a session; an empty one when no model has spoken in it yet."""
    talk, notes = session.notes.get(TALK), session.notes.get(NOTES)
    found: Mapping[str, Any] = talk if isinstance(talk, Mapping) else {}
    kept: Sequence[Any] = notes if isinstance(notes, list) else []
    return Memory(
        line(found.get("topic"), 40),
        line(found.get("language"), 8),
        _count(found.get("ready")),
        _count(found.get("idle")),
        tuple(filter(None, (line(note, LONGEST_NOTE) for note in kept[-MOST_NOTES:]))),
    )


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
