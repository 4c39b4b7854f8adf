"""What an interviewer says, as what really happens: each event applied to the session by code."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from builder.core import events
from builder.core.draft import Change, Proposal
from builder.core.problem import Problem
from builder.core.readable import readable
from builder.core.session import Message, Session
from builder.core.usage import NOTHING, Usage


@dataclass(frozen=True, slots=True)
class Told:
    """What a turn has come to so far. `start` is the session before it; `heard` is kept to tell it anew."""

    start: Session
    session: Session
    text: str = ""
    changes: tuple[Change, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    suggestions: tuple[str, ...] = ()
    dropped: tuple[Problem, ...] = ()
    usage: Usage = NOTHING
    failed: events.Failed | None = None
    heard: tuple[events.Event, ...] = ()

    def hear(self, event: events.Event) -> tuple["Told", list[events.Event]]:
        """After one event of the interviewer, and what to pass on."""
        match event:
            case events.TextDelta(text):
                more = readable(text)
                return replace(self, text=self.text + more), [events.TextDelta(more)]
            case events.TextTakenBack():
                return self._void(), [event]
            case events.Proposed(operation):
                return replace(self, heard=(*self.heard, event))._operated(
                    *self.session.operate(operation, "interviewer")
                )
            case events.Suggested(replies):
                return replace(self, suggestions=replies), [event]
            case events.Used(usage):
                used = replace(self.session, used=self.session.used + usage)
                return replace(self, session=used, usage=self.usage + usage, heard=(*self.heard, event)), [event]
            case events.Dropped(_, problem):
                return replace(self, dropped=(*self.dropped, problem), heard=(*self.heard, event)), [event]
            case events.Failed():
                return self.undone(event), [event]
            case events.ToolCalled() | events.Retrying():
                return self, [event]
            case _:
                return replace(self, session=self.session.apply(event), heard=(*self.heard, event)), []

    def _operated(self, session: Session, came: events.Event | None) -> tuple["Told", list[events.Event]]:
        told = replace(self, session=session)
        match came:
            case events.DraftChanged(change):
                told = replace(told, changes=(*told.changes, change))
            case events.ProposalMade(proposal):
                others = tuple(waiting for waiting in told.proposals if waiting.field != proposal.field)
                told = replace(told, proposals=(*others, proposal))
            case events.Dropped(_, problem):
                told = replace(told, dropped=(*told.dropped, problem))
        return told, [came] if came else []

    def _void(self) -> "Told":
        """Only half an answer: nothing of it is left but what it cost."""
        cost = tuple(event for event in self.heard if isinstance(event, events.Used))
        start = replace(self.start, used=self.start.used + self.usage)
        return Told(self.start, start, usage=self.usage, heard=cost)

    def undone(self, why: events.Failed) -> "Told":
        """A failed turn leaves nothing behind but its words, and what they cost."""
        start = replace(self.start, used=self.start.used + self.usage)
        return Told(self.start, start, text=self.text, usage=self.usage, failed=why)

    def staged(self) -> "Told":
        """At the end: the session at the stage that its draft has reached."""
        return self if self.failed else replace(self, session=self.session.staged())

    def anew(self, start: Session) -> "Told":
        """The same turn, told of a session that was changed while it ran."""
        if self.failed:
            return replace(self, start=start, session=replace(start, used=start.used + self.usage))
        told = Told(start, start, text=self.text, suggestions=self.suggestions)
        return retold(told, self.heard).staged()

    def reply(self, opened: Message, outcome: events.Outcome) -> Message:
        return replace(
            opened,
            text=self.text,
            state=outcome,
            changes=self.changes,
            proposals=self.proposals,
            suggestions=self.suggestions,
            stage=self.session.stage,
            dropped=self.dropped,
            usage=opened.usage + self.usage,
            reason=f"{self.failed.reason} {self.failed.next_step}" if self.failed else "",
        )


def retold(told: Told, heard: Iterable[events.Event]) -> Told:
    for event in heard:
        told, _ = told.hear(event)
    return told
