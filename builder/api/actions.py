"""What a client may ask for over a WebSocket, one class for each action.

The payload of an `action` envelope names the action and brings its own keys. `session_id` may be left out on the
socket of one session; `id` (the client's own) comes back with the answer, or with the error.

    begin        mode?, language?, engine?          a new session; the answer has its session_id
    send         message, message_id?, mode?        a person's message; the turn's events follow as state updates
    stop         message_id?                        ends the running turn, or only the one that answers that message
    edit         operations, seen?, revision?       changes by hand; conflict when a seen field or the revision is old
    accept       field                              the waiting proposal becomes the field's value
    refuse       field                              the waiting proposal is dropped
    unlock       field                              the interviewer may change the field again
    undo, redo                                      one step back or forth
    go_back      message_id                         the draft as it was after that message
    switch       engine?, language?                 from the next message on
    status                                          how the session stands
    subscribe                                       be seen at the session; the answer says who else is there
    unsubscribe                                     be seen there no more

Answers are envelopes of the type `action`: {"action", "id", "session_id", "result"}. Who changes something is shown as
editing for a minute.
"""

from typing import Annotated, Any, ClassVar, Literal, Protocol, Union, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from builder.api import wire
from builder.api.edits import Edits
from builder.api.text import Said
from builder.core.session import Mode, Session
from builder.services.interview import Interviews

Short = Annotated[str, Field(max_length=64)]
MessageId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class Floor(Protocol):
    """Where an action is done: the connection it came by."""

    owner: str

    @property
    def talks(self) -> Interviews: ...

    async def speak(self, session_id: str, message: str, message_id: str | None, mode: Mode | None) -> wire.Json: ...

    async def visit(self, session_id: str) -> wire.Json: ...

    def go(self, session_id: str) -> None: ...


class Action(BaseModel):
    """`edits`: it changes the session. `begins`: it is about no session yet. `writes`: a token that may only read does
    not cover it."""

    model_config = ConfigDict(extra="forbid")
    edits: ClassVar[bool] = False
    begins: ClassVar[bool] = False
    writes: ClassVar[bool] = True

    id: Short | None = None
    session_id: Short | None = None

    async def do(self, floor: Floor, session_id: str) -> wire.Json:
        raise NotImplementedError


class Begin(Action):
    begins = True
    action: Literal["begin"]
    mode: Mode = "full"
    language: Short = "en"
    engine: Short | None = None

    async def do(self, floor: Floor, session_id: str) -> wire.Json:
        session = await floor.talks.begin(
            owner=floor.owner, mode=self.mode, language=self.language, engine=self.engine
        )
        return _status(floor, session)


class Send(Action):
    edits = True
    action: Literal["send"]
    message: Said
    message_id: MessageId | None = None
    mode: Mode | None = None

    async def do(self, floor: Floor, session_id: str) -> wire.Json:
        return await floor.speak(session_id, self.message, self.message_id, self.mode)


class Stop(Action):
    action: Literal["stop"]
    message_id: MessageId | None = None

    async def do(self, floor: Floor, session_id: str) -> wire.Json:
        await floor.talks.stop(session_id, floor.owner, message_id=self.message_id)
        return _status(floor, await floor.talks.get(session_id, floor.owner))


class Edit(Edits, Action):
    edits = True
    action: Literal["edit"]
    revision: int | None = None

    async def do(self, floor: Floor, session_id: str) -> wire.Json:
        steps = [step.operation() for step in self.operations]
        revisions = None if self.revision is None else (self.revision,)
        found = await floor.talks.edit(session_id, steps, seen=self.seen, revisions=revisions, owner=floor.owner)
        return {
            **_status(floor, found.session),
            "changes": [wire.plain(change) for change in found.changes],
            "problems": [wire.plain(problem) for problem in found.problems],
        }


class Accept(Action):
    edits = True
    action: Literal["accept"]
    field: Short

    async def do(self, floor: Floor, session_id: str) -> wire.Json:
        return _status(floor, await floor.talks.accept(session_id, self.field, floor.owner))


class Refuse(Action):
    edits = True
    action: Literal["refuse"]
    field: Short

    async def do(self, floor: Floor, session_id: str) -> wire.Json:
        return _status(floor, await floor.talks.refuse(session_id, self.field, floor.owner))


class Unlock(Action):
    edits = True
    action: Literal["unlock"]
    field: Short

    async def do(self, floor: Floor, session_id: str) -> wire.Json:
        return _status(floor, await floor.talks.unlock(session_id, self.field, floor.owner))


class Undo(Action):
    edits = True
    action: Literal["undo"]

    async def do(self, floor: Floor, session_id: str) -> wire.Json:
        return _status(floor, await floor.talks.undo(session_id, floor.owner))


class Redo(Action):
    edits = True
    action: Literal["redo"]

    async def do(self, floor: Floor, session_id: str) -> wire.Json:
        return _status(floor, await floor.talks.redo(session_id, floor.owner))


class GoBack(Action):
    edits = True
    action: Literal["go_back"]
    message_id: MessageId

    async def do(self, floor: Floor, session_id: str) -> wire.Json:
        return _status(floor, await floor.talks.go_back(session_id, self.message_id, floor.owner))


class Switch(Action):
    edits = True
    action: Literal["switch"]
    engine: Short | None = None
    language: Short | None = None

    async def do(self, floor: Floor, session_id: str) -> wire.Json:
        found = await floor.talks.switch(session_id, engine=self.engine, language=self.language, owner=floor.owner)
        return _status(floor, found)


class Status(Action):
    writes = False
    action: Literal["status"]

    async def do(self, floor: Floor, session_id: str) -> wire.Json:
        return _status(floor, await floor.talks.get(session_id, floor.owner))


class Subscribe(Action):
    writes = False
    action: Literal["subscribe"]

    async def do(self, floor: Floor, session_id: str) -> wire.Json:
        return await floor.visit(session_id)


class Unsubscribe(Action):
    writes = False
    action: Literal["unsubscribe"]

    async def do(self, floor: Floor, session_id: str) -> wire.Json:
        floor.go(session_id)
        return {}


KINDS = (
    Begin, Send, Stop, Edit, Accept, Refuse, Unlock, Undo, Redo, GoBack, Switch, Status, Subscribe, Unsubscribe,
)  # fmt: skip
NAMES = tuple(get_args(kind.model_fields["action"].annotation)[0] for kind in KINDS)
_ANY: Any = Annotated[Union[KINDS], Field(discriminator="action")]  # noqa: UP007
ACTIONS: TypeAdapter[Action] = TypeAdapter(_ANY)


def _status(floor: Floor, session: Session) -> wire.Json:
    return wire.status_json(session, floor.talks.engine_of(session).title)
