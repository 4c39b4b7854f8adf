"""What was understood of one message."""

from dataclasses import dataclass, field, replace
from typing import Any

from builder.interviewers.offline.brief import Brief
from builder.interviewers.offline.reading.acts import Act
from builder.interviewers.offline.reading.pasted import Pasted


@dataclass(frozen=True, slots=True)
class Heard:
    """`learned` lists the topics that were told or changed, `corrected` those among them that were known before.

    `answered`: the open question got its answer. `puzzled`: the person asks what it means. `leftover`: sentences that
    fitted nowhere. `pasted` is set when JSON was found, `config` when it was a whole configuration.
    `unknown` is what somebody wanted to change and what does not exist. `kept` names outputs that wait until the others
    are known, `already` those that were asked for again.
    """

    brief: Brief
    learned: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()
    answered: bool = False
    act: Act | None = None
    puzzled: bool = False
    asked_back: str = ""
    leftover: tuple[str, ...] = ()
    pasted: Pasted | None = None
    config: dict[str, Any] = field(default_factory=dict)
    mended_name: str = ""
    unknown: str = ""
    kept: tuple[str, ...] = ()
    already: tuple[str, ...] = ()

    def told(self, topic: str, brief: Brief) -> "Heard":
        """This, after one more topic was told."""
        known = self.brief.knows(topic)
        return replace(
            self,
            brief=brief,
            learned=(*(t for t in self.learned if t != topic), topic),
            corrected=(*self.corrected, topic) if known and topic not in self.learned else self.corrected,
        )
