import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.core import events
from builder.core.convert import operations
from builder.core.errors import BuilderError, Conflict, Invalid
from builder.core.operation import Operation
from builder.core.session import Session
from builder.core.stages import ORDER, Stage, passed
from tests.core import examples
from tests.core.examples import structured


def filled(session: Session) -> Session:
    for operation in operations(session.draft, structured()):
        session, _ = session.operate(operation, "interviewer")
    return session


def test_a_talk_passes_every_stage_and_records_it() -> None:
    session = Session("s").staged(spoken=False)
    assert (session.stage, session.progress) == (Stage.INITIAL, 0)
    session = filled(session).staged()
    assert session.stage is Stage.COLLECTING_BASICS and 5 <= session.progress < 100
    session = session.apply(events.Planned()).staged()
    assert session.stage is Stage.FINALIZING
    session = session.apply(events.Agreed()).staged()
    assert (session.stage, session.progress) == (Stage.COMPLETED, 100)
    assert session.stages == ORDER


def test_a_correction_that_leaves_something_open_reopens_a_completed_talk() -> None:
    session = filled(Session("s")).apply(events.Planned()).apply(events.Agreed()).staged()
    session, _ = session.operate(Operation("unset", "name"), "interviewer")
    assert session.staged().stage is Stage.COLLECTING_BASICS
    assert session.missing == ["name"]


def test_no_yes_completes_a_draft_that_is_no_valid_configuration() -> None:
    session = filled(Session("s")).apply(events.Planned()).apply(events.Agreed())
    spoilt, _ = session.operate(Operation("set", "name", "no good!"), "person")
    spoilt = spoilt.staged()
    assert spoilt.stage is Stage.FINALIZING and spoilt.progress < 100

    mended, _ = spoilt.operate(Operation("set", "name", "Good"), "person")
    assert (mended.staged().stage, mended.staged().progress) == (Stage.COMPLETED, 100)


def test_going_forward_records_all_between_and_going_back_only_the_new_one() -> None:
    assert passed(Stage.INITIAL, Stage.CONFIGURING_TOOLS) == list(ORDER[1:4])
    assert passed(Stage.COMPLETED, Stage.COLLECTING_BASICS) == [Stage.COLLECTING_BASICS]


def test_a_waiting_proposal_is_accepted_and_stays_locked() -> None:
    session, _ = Session("s").operate(Operation("set", "name", "Mine"), "person")
    session, event = session.operate(Operation("set", "name", "Theirs"), "interviewer")
    assert isinstance(event, events.ProposalMade) and session.draft.value("name") == "Mine"
    accepted, _ = session.accept("name")
    assert accepted.draft.value("name") == "Theirs" and accepted.draft.locked("name")
    assert accepted.proposals == {} and session.without_proposal("name").proposals == {}


def test_a_proposal_to_empty_a_field_can_be_accepted() -> None:
    session, _ = Session("s").operate(Operation("set", "tone", "calm"), "person")
    session, _ = session.operate(Operation("unset", "tone"), "interviewer")
    assert "tone" not in session.accept("tone")[0].draft


def test_notes_are_added_to_and_unknown_events_change_nothing() -> None:
    session = Session("s", notes={"a": 1}).apply(events.Remembered({"b": 2}))
    assert session.notes == {"a": 1, "b": 2}
    assert session.apply(events.TextDelta("x")) == session


@given(st.lists(examples.operations, max_size=15))
def test_any_order_of_operations_leaves_a_session_at_a_stage(steps: list[Operation]) -> None:
    session = Session("s")
    for operation in steps:
        session, event = session.operate(operation, "interviewer")
        session = session.staged()
        assert event is None or event.kind in ("DraftChanged", "ProposalMade", "Dropped")
    assert session.stages[0] is Stage.INITIAL and session.stage is session.stages[-1]
    assert 0 <= session.progress <= 100
    assert "placeholders" not in session.collected


@pytest.mark.parametrize("error", [Conflict("Changed elsewhere."), Invalid("No.", next_step="Do this.")])
def test_every_refusal_says_what_to_do_next(error: BuilderError) -> None:
    assert error.message in str(error) and error.advice in str(error)
