"""What an interviewer says, as what really happens."""

from builder.core.draft import Draft, Entry
from builder.core.events import (
    DraftChanged,
    Dropped,
    Event,
    Proposed,
    Remembered,
    Suggested,
    TextDelta,
    TextTakenBack,
    Used,
)
from builder.core.operation import Operation
from builder.core.problem import problem
from builder.core.session import Session
from builder.core.usage import Usage
from builder.services.conduct import Told

LOCKED = Session("test", draft=Draft({"tone": Entry("mine", "edited", locked=True)}))


def told(*events: Event) -> Told:
    so_far = Told(LOCKED, LOCKED)
    for event in events:
        so_far, _ = so_far.hear(event)
    return so_far


HALF = (
    TextDelta("Half"),
    Used(Usage(10, output=5)),
    Proposed(Operation("set", "name", "Wrong")),
    Proposed(Operation("set", "tone", "theirs")),
    Proposed(Operation("set", "nothing", "x")),
    Suggested(("Yes",)),
    Remembered({"half": True}),
    TextTakenBack(),
)


def test_half_an_answer_leaves_nothing_but_what_it_cost() -> None:
    after = told(*HALF)
    assert after.session.draft == LOCKED.draft and after.session.proposals == {} and after.session.notes == {}
    assert (after.text, after.changes, after.proposals, after.suggestions, after.dropped) == ("", (), (), (), ())
    assert after.usage.tokens == after.session.used.tokens == 15


def test_what_comes_after_it_counts_alone_also_when_told_anew() -> None:
    after = told(*HALF, TextDelta("Whole"), Proposed(Operation("set", "name", "Right")), Used(Usage(1)))
    assert after.text == "Whole" and after.session.draft.text("name") == "Right"
    anew = after.anew(LOCKED)
    assert [change.after for change in anew.changes] == ["Right"] and anew.dropped == () and anew.usage.tokens == 16


def test_an_interviewer_may_say_what_it_left_out() -> None:
    left_out = Dropped(Operation("add", "tools", "fax"), problem("unknown_tool", "tools", name="fax"))
    so_far, happened = Told(LOCKED, LOCKED).hear(left_out)
    assert happened == [left_out] and [found.code for found in so_far.dropped] == ["unknown_tool"]
    assert [found.code for found in so_far.anew(LOCKED).dropped] == ["unknown_tool"]


def test_a_proposal_made_before_stays_when_half_an_answer_goes() -> None:
    first = told(Proposed(Operation("set", "tone", "theirs")))
    again = Told(first.session, first.session)
    for event in (Proposed(Operation("set", "tone", "worse")), TextTakenBack()):
        again, _ = again.hear(event)
    assert again.session.proposals["tone"].after == "theirs"
    assert isinstance(first.hear(Proposed(Operation("set", "name", "A")))[1][0], DraftChanged)
