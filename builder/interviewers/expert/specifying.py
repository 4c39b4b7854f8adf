"""A whole specification at once: what the model left open, decided by the rules of the offline guide."""

from collections.abc import Iterator

from builder.core.events import Agreed, Event, Failed, Planned
from builder.core.stages import missing
from builder.interviewers.expert.completing import completed, read_by_rule
from builder.interviewers.expert.ending import is_complete
from builder.interviewers.expert.turn import Turn
from builder.interviewers.offline.pack import Pack


def finished(turn: Turn, text: str, pack: Pack) -> Iterator[Event]:
    """The last events: the draft is complete, or the text names no task."""
    yield from turn.dropped()
    if missing(turn.draft):
        yield from turn.operate(list(completed(turn.draft, pack)))
    if missing(turn.draft):
        by_rule = read_by_rule(turn.start, turn.draft, text)
        if isinstance(by_rule, Failed):
            yield by_rule
            return
        yield from turn.operate(by_rule)
    if not turn.text.strip():
        yield from turn.say(pack.text("say.specified", name=turn.draft.text("name")))
    if is_complete(turn.draft):
        yield Planned()
        yield Agreed()
