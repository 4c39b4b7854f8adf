"""What services tell whoever watches them: requests to interviewers, tools, artifacts. Watching changes nothing."""

from dataclasses import dataclass
from typing import Literal, Protocol

from builder.core.events import ToolCalled
from builder.core.session import Mode
from builder.core.usage import NOTHING, Usage

Kind = Literal["message", "generate", "improve"]
Status = Literal["done", "stopped", "failed", "refused"]


@dataclass(frozen=True, slots=True)
class Answered:
    """One request to an interviewer that has ended. Times are in seconds; `refused`: the text could not be used.

    `first_text` is None when nothing was said. `messages`: how long the talk is now; 0 where there is none.
    """

    id: str
    owner: str
    engine: str
    kind: Kind
    status: Status
    seconds: float
    first_text: float | None = None
    usage: Usage = NOTHING
    messages: int = 0

    @property
    def model(self) -> str:
        """The model that answered; the interviewer's name where there was none."""
        return self.usage.model or self.engine


class Observer(Protocol):
    """Called in the middle of the work: returns at once and raises nothing."""

    def asked(self, kind: Kind, text: str) -> None:
        """A request begins; `text` is what the person wrote, not to be kept without being asked to."""

    def answered(self, answered: Answered) -> None: ...

    def tool(self, call: ToolCalled, mode: Mode) -> None: ...

    def artifact(self, kind: str) -> None:
        """Something that a session produced is stored: an "agent_config", "code" or a "bundle"."""


class Observers:
    """Several observers as one; without any, nothing is observed."""

    def __init__(self, *observers: Observer) -> None:
        self._all = observers

    def asked(self, kind: Kind, text: str) -> None:
        for one in self._all:
            one.asked(kind, text)

    def answered(self, answered: Answered) -> None:
        for one in self._all:
            one.answered(answered)

    def tool(self, call: ToolCalled, mode: Mode) -> None:
        for one in self._all:
            one.tool(call, mode)

    def artifact(self, kind: str) -> None:
        for one in self._all:
            one.artifact(kind)


UNSEEN = Observers()
