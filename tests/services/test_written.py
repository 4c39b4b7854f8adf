"""Updates as bytes: all kinds come back as they were, and what is no update is not read."""

from dataclasses import asdict
from datetime import UTC, datetime

import pytest

from builder.core.draft import Change, Proposal
from builder.core.events import DraftChanged, Dropped, Event, Finished, Planned, ProposalMade, TextDelta, Used
from builder.core.operation import Operation
from builder.core.problem import problem
from builder.core.session import Message
from builder.core.stages import Stage
from builder.core.usage import Usage
from builder.services import written
from builder.services.updates import (
    Actor,
    AgentEvent,
    MessageStored,
    SessionChanged,
    SessionEvent,
    Stopping,
    TurnEvent,
    Update,
    Visiting,
    Visitor,
)
from tests.services.test_broadcast import words_of

MESSAGE = Message(
    "m", "model", "Hé — 你好 \x00", datetime.now(UTC), "done", 3,
    (Change("name", None, "A"), Change("goals", ["x"], None)),
    (Proposal("tone", "a", {"b": [1, 2.5, None, True]}, ("why",)),), ("Yes", "No"), Stage.FINALIZING, "",
    (problem("unknown_field", "x", name="x"),), "google", Usage(1, 2, 3, 4, None, "m"),
)  # fmt: skip
EVENTS: list[Event] = [
    TextDelta("Hel"), DraftChanged(MESSAGE.changes[0]), ProposalMade(MESSAGE.proposals[0]), Planned(),
    Dropped(Operation("put", "tone", {"a": 1}, "k", "assumed"), MESSAGE.dropped[0]), Used(MESSAGE.usage),
    Finished("stopped", 7),
]  # fmt: skip
UPDATES: list[Update] = [
    *(TurnEvent("local", "s", message_id="m", event=event) for event in EVENTS),
    MessageStored("local", "s", message=MESSAGE),
    SessionChanged("local", "s", revision=3, stage=Stage.COMPLETED, progress=100, fields=("a", "b"), by=Actor("page")),
    SessionEvent("local", "s", what="archived", by=Actor("program", "me")),
    AgentEvent("local", what="deleted", agent_id="a", agent_name=None, version=None, by=Actor("interviewer")),
    Visiting("local", "s", process="p", visitors=(Visitor("v", "page"),), count=3, asks=True),
    Stopping("local", "s", message_id="m"),
    Stopping("local", "s", message_id=None),
]


def test_every_kind_of_update_comes_back_as_it_was() -> None:
    for sent in UPDATES:
        came = written.read(written.write("0" * 32, 1, sent)).update
        assert type(came) is type(sent) and asdict(came) == asdict(sent)


def test_every_kind_of_update_and_event_is_known() -> None:
    for kind in [*Update.__subclasses__(), *Event.__subclasses__()]:
        if kind is not TurnEvent:
            name = kind.name if issubclass(kind, Update) else kind.kind
            with pytest.raises(written.Unreadable, match="parts of it are wrong"):
                written.read(f"agent-builder/1 {'0' * 32} 1 {name} {{}}".encode())


def test_half_a_character_is_sent_as_a_question_mark() -> None:
    half = TurnEvent("local", "s", message_id="m", event=TextDelta("half a \ud83d pair"))
    read = written.read(written.write("0" * 32, 1, half)).update
    assert words_of(read) == "half a ? pair"


@pytest.mark.parametrize(
    "frame",
    [
        b"", b"\x00\xff", b"{}", b"agent-builder/2 " + b"0" * 32 + b" 1 session {}",
        b"agent-builder/1 " + b"0" * 32 + b" 1 later {}", b"agent-builder/1 " + b"0" * 32 + b" 1 session {}",
        b"agent-builder/1 " + b"0" * 32 + b" 1 missed " + b"[" * 100_000,
        b"agent-builder/1 " + b"0" * 32 + b" 1 missed \xff",
        b"agent-builder/1 " + b"0" * 32 + b' 1 missed {"owner":"o","moment":"5","count":1}',
        b"agent-builder/1 " + b"0" * 32 + b' 1 missed {"owner":"o","moment":5,"count":"1"}',
        b"agent-builder/1 " + b"0" * 32 + b" 1 missed " + b" " * written.LARGEST + b'{"owner":"o","count":1}',
        b"agent-builder/1 " + b"0" * 32 + b" " + b"9" * 99 + b' missed {"owner":"o","count":1}',
    ],
)  # fmt: skip
def test_what_is_no_update_is_not_read(frame: bytes) -> None:
    with pytest.raises(written.Unreadable):
        written.read(frame)
