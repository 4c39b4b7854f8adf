"""What a page is told about a session: a stretch of the talk, and what came of edits by hand."""

from dataclasses import dataclass

from builder.core.draft import Change
from builder.core.problem import Problem
from builder.core.session import Message, Session
from builder.store.sessions import Stretch


@dataclass(frozen=True, slots=True)
class Edited:
    """What came of edits by hand. `problems` are operations that do not fit (they were left out)."""

    session: Session
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Talk:
    """A stretch of the talk, oldest first, with what a page needs beside it.

    `messages` are finished ones; the reply that is being written now is `running` and not among them.
    `earlier`: there are messages before these. `opening` is what the interviewer says before anybody spoke;
    `suggestions` are what may be tapped now. `undoes` is the message whose changes a step back takes away.
    """

    session: Session
    messages: tuple[Message, ...]
    earlier: bool
    running: Message | None
    opening: str
    suggestions: tuple[str, ...]
    can_undo: bool
    can_redo: bool
    undoes: str | None = None

    @staticmethod
    def of(found: Stretch, opening: str, suggestions: tuple[str, ...]) -> "Talk":
        """`suggestions`: what may be tapped while nobody has spoken."""
        last = found.session.messages[-1] if found.session.messages else None
        return Talk(
            session=found.session,
            messages=found.messages,
            earlier=found.earlier,
            running=found.running,
            opening=opening,
            suggestions=last.suggestions if last else suggestions,
            can_undo=found.can_undo,
            can_redo=found.can_redo,
            undoes=found.undoes,
        )
