"""A talk with the guided interviewer, with the session kept as the service keeps it."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

from builder.core.check import check
from builder.core.convert import as_config
from builder.core.events import DraftChanged, Dropped, Event, Failed, Proposed, Suggested, TextDelta
from builder.core.operation import Operation
from builder.core.session import Mode, Session
from builder.interviewers.guided import Guided

GUIDED = Guided()


@dataclass
class Talk:
    """`say` gives the reply; what it did is in `session`, `replies` and `proposed`."""

    session: Session = field(default_factory=lambda: Session("test"))
    replies: tuple[str, ...] = ()
    proposed: list[Operation] = field(default_factory=list)
    pieces: int = 0
    failed: Failed | None = None

    @staticmethod
    def begin(mode: Mode = "full", language: str = "en") -> "Talk":
        return Talk(Session("test", mode=mode, language=language))

    def say(self, *messages: str) -> str:
        reply = ""
        for message in messages:
            reply = asyncio.run(self._turn(GUIDED.reply(self.session, message)))
        return reply

    def specify(self, text: str) -> str:
        return asyncio.run(self._turn(GUIDED.specify(self.session, text)))

    def edit(self, name: str, value: Any) -> None:
        """The person changes a field by hand."""
        action = "unset" if value is None else "set"
        self.session, _ = self.session.operate(Operation(action, name, value), "person")
        self.session = self.session.staged()

    async def _turn(self, events: AsyncIterator[Event]) -> str:
        text, self.proposed, self.pieces, self.failed = "", [], 0, None
        async for event in events:
            match event:
                case TextDelta(more):
                    text, self.pieces = text + more, self.pieces + 1
                case Failed():
                    self.failed = event
                case Suggested(replies):
                    self.replies = replies
                case Proposed(operation):
                    self.proposed.append(operation)
                    self.session, outcome = self.session.operate(operation, "interviewer")
                    assert not isinstance(outcome, Dropped), outcome
                    assert not isinstance(outcome, DraftChanged) or outcome.change.field == operation.field
                case _:
                    self.session = self.session.apply(event)
        stored = json.loads(json.dumps(self.session.notes))
        self.session = replace(self.session, notes=stored).staged()
        return text

    def value(self, name: str) -> Any:
        return self.session.draft.value(name)

    @property
    def config(self) -> dict[str, Any]:
        return as_config(self.session.draft)

    @property
    def outputs(self) -> dict[str, Any]:
        found: dict[str, Any] = self.config["schema_definition"]["properties"]
        return found

    @property
    def stage(self) -> str:
        return str(self.session.stage)

    def is_valid(self) -> bool:
        return check(self.config) == []


def finished(mode: Mode = "full") -> Talk:
    """A talk that came to its end, about a structured agent."""
    talk = Talk.begin(mode)
    talk.say(
        "We need something that reads parcel complaints and decides how urgent they are.",
        "Structured, our depot software reads it.",
        "ParcelDesk",
        "Claims above 100 euros go to a colleague. It must never admit fault. Sober.",
        "the complaint of the customer and the parcel number",
        "urgency: low, medium or high, always; reason; and a callback date, optional",
        "Yes.",
    )
    return talk
