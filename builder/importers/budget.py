"""How much one import reads, however its files are packed: counted for all of them together."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from builder.importers.refusals import Unreadable

MOST_VALUES = 200_000
MOST_AGENTS = 1_000  # as many as our own archives have
MOST_ASKED = 5_000  # documents, and parts of lists, that importers look at
LARGEST_YAML = 500_000  # characters; the text that goes beyond is still read
LONGEST = 10.0  # seconds of computing


@dataclass(slots=True)
class Budget:
    """What is left. Every `take_...` and `go_on` raises Unreadable where there is nothing more."""

    values: int = MOST_VALUES
    agents: int = MOST_AGENTS
    asked: int = MOST_ASKED
    yaml: int = LARGEST_YAML
    seconds: float = LONGEST
    clock: Callable[[], float] = time.thread_time  # of this thread alone: what others do costs nobody their files
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.clock()

    def go_on(self) -> None:
        """To be asked between any two steps that may take long."""
        if self.clock() - self._began > self.seconds:
            raise _more()

    def take_values(self, count: int) -> None:
        """What goes beyond it empties it, so that no later document is read in vain."""
        self.values -= count
        if self.values < 0:
            raise _more()

    def take_yaml(self, characters: int) -> None:
        if characters and self.yaml <= 0:
            raise _more()
        self.yaml -= characters

    def take_asked(self) -> None:
        self.asked -= 1
        if self.asked < 0:
            raise _more()

    def take_agents(self, count: int) -> int:
        """How many of these may be read."""
        granted = min(count, self.agents)
        self.agents -= granted
        return granted


def _more() -> Unreadable:
    return Unreadable("too_much_at_once")
