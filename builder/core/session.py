"""A session: one talk, one draft. Events and operations turn a session into the next one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from builder.core import events
from builder.core.draft import Change, Draft, Proposal
from builder.core.operation import Author, Operation
from builder.core.problem import Problem
from builder.core.stages import Stage, missing, passed, progress, stage_of
from builder.core.tend import tend
from builder.core.usage import NOTHING, Usage

Mode = Literal["full", "quick"]
Role = Literal["user", "model"]
State = Literal["streaming", "done", "stopped", "failed"]
BEGUN_WITH = "begun_with"  # the note that names the agent whose configuration a session began with
CONTEXT = "context"  # the note with what a program told of its own when it began the session (JSON): material


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the talk. `changes` are those its turn really made, `dropped` says which others could not be
    made; `engine` names the interviewer that spoke; `seq` grows by one in a session."""

    id: str
    role: Role
    text: str
    created: datetime
    state: State = "done"
    seq: int = 0
    changes: tuple[Change, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    suggestions: tuple[str, ...] = ()
    stage: Stage | None = None
    reason: str = ""  # why it failed and what to do, in words
    dropped: tuple[Problem, ...] = ()
    engine: str = ""
    usage: Usage = NOTHING


@dataclass(frozen=True, slots=True)
class Session:
    """`messages` is the end of the talk, not all of it: enough for an interviewer, constant work for a long talk.
    `used` is what its models took so far; no step back takes that away."""

    id: str
    owner: str = "local"
    mode: Mode = "full"
    engine: str = "guided"
    language: str = "en"
    draft: Draft = field(default_factory=Draft)
    messages: tuple[Message, ...] = ()
    proposals: Mapping[str, Proposal] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)
    stage: Stage = Stage.INITIAL
    stages: tuple[Stage, ...] = (Stage.INITIAL,)
    planned: bool = False
    agreed: bool = False
    agent_id: str | None = None
    saved_version: int | None = None
    archived: bool = False
    used: Usage = NOTHING
    revision: int = 0
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def progress(self) -> int:
        return progress(self.draft, self.stage)

    @property
    def missing(self) -> list[str]:
        return missing(self.draft)

    @property
    def collected(self) -> list[str]:
        return [name for name in self.draft.entries if name != "placeholders"]

    def operate(self, operation: Operation, by: Author) -> tuple["Session", events.Event | None]:
        """The session after one operation, and what came of it (None: nothing changed)."""
        applied = self.draft.apply(operation, by, self.proposals.get(operation.field))
        if applied.problem:
            return self, events.Dropped(operation, applied.problem)
        if applied.proposal:
            waiting = {**self.proposals, applied.proposal.field: applied.proposal}
            return replace(self, proposals=waiting), events.ProposalMade(applied.proposal)
        changed = replace(self, draft=tend(applied.draft, self.language))
        if applied.change:  # a proposal for what the field was is out of date
            changed = changed.without_proposal(operation.field)
        return changed, events.DraftChanged(applied.change) if applied.change else None

    def without_proposal(self, name: str) -> "Session":
        return replace(self, proposals={key: value for key, value in self.proposals.items() if key != name})

    def accept(self, name: str) -> tuple["Session", events.Event | None]:
        """The waiting proposal of a field becomes its value; a locked field stays locked, another one open."""
        after = self.proposals[name].after
        operation = Operation("unset", name) if after is None else Operation("set", name, after)
        return self.operate(operation, "person" if self.draft.locked(name) else "interviewer")

    def apply(self, event: events.Event) -> "Session":
        """The session after an event that an interviewer sent (operations: see `operate`)."""
        match event:
            case events.Remembered(notes):
                return replace(self, notes={**self.notes, **notes})
            case events.Planned():
                return replace(self, planned=True)
            case events.Agreed(yes):
                return replace(self, agreed=yes)
            case _:
                return self

    def staged(self, *, spoken: bool = True) -> "Session":
        """The session at the stage its draft has reached, with every stage on the way recorded."""
        now = stage_of(self.draft, spoken=spoken, planned=self.planned, agreed=self.agreed)
        if now is self.stage:
            return self
        return replace(self, stage=now, stages=(*self.stages, *passed(self.stage, now)))
