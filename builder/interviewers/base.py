"""The face of every interviewer. A new one is one module in this package with one subclass."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable

from builder.core.events import Event
from builder.core.session import Session
from builder.llm.base import Provider
from builder.llm.reach import Reach


class Interviewer(ABC):
    """One way to lead an interview.

    `reply` gets the session as it is before the turn (the person's new message is not yet in `session.messages`) and
    yields events as they come: text in pieces, operations one by one, in any order. It never touches the session,
    keeps nothing between calls but what it puts into `Remembered`, and may be cancelled between any two events; then
    it may say by one more `Used` what it took, before it ends. `specify` and `improve` are the same in all this.
    It may end with Failed; it raises nothing but EngineFailed.
    """

    name: str
    title: str
    for_trials: bool = False  # a double: only there when the settings ask for it
    provider: str | None = None  # whose language model it needs

    @classmethod
    def each(cls, providers: Iterable[Provider], reach: Reach) -> list["Interviewer"]:
        """The interviewers of this kind. One kind may serve several providers."""
        return [cls()]

    @abstractmethod
    def reply(self, session: Session, message: str) -> AsyncIterator[Event]:
        """The events of one turn."""

    @abstractmethod
    def opening(self, language: str) -> tuple[str, tuple[str, ...]]:
        """The first words to a person who has said nothing yet, and suggestions to tap."""

    @abstractmethod
    def open_question(self, session: Session) -> str:
        """What is open now, asked again: after a step back or a pause. Empty when nothing is open."""

    @abstractmethod
    def specify(self, session: Session, text: str) -> AsyncIterator[Event]:
        """One specification in, a finished draft out: asks nothing, decides what is open and marks it assumed."""

    @abstractmethod
    def improve(self, session: Session, field: str) -> AsyncIterator[Event]:
        """A better text for one of IMPROVABLE: at most one Proposed (action set, the whole new text), and TextDelta
        with one short reason a line. No Proposed: the text is good as it is."""


IMPROVABLE = ("system_prompt", "user_prompt", "description")
