"""A talk with the model-led interviewer: the real Google client, a fake Gemini, the service's own conduct."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from builder.core.check import check
from builder.core.convert import as_config
from builder.core.draft import Draft, Entry
from builder.core.events import Dropped, Event, Failed, Proposed, Retrying, TextTakenBack
from builder.core.operation import Operation
from builder.core.session import Message, Session
from builder.interviewers.model_led import ModelLed
from builder.llm.base import Access, Connection
from builder.llm.google import Google
from builder.llm.reach import Limits, Reached
from builder.services.conduct import Told
from tests.models.fake import KEY
from tests.models.gemini import Gemini
from tests.models.script import Received

READY = {
    "return_type": "structured",
    "name": "ParcelDesk",
    "description": "Decides how urgent a parcel complaint is.",
    "system_prompt": "You sort parcel complaints by urgency. Use {complaint}. If unsure, answer medium.",
    "user_prompt": "Complaint:\n{complaint}",
    "placeholders": {"complaint": "The customer's complaint."},
    "schema_definition": {
        "type": "object",
        "properties": {"urgency": {"type": "string", "enum": ["low", "medium", "high"]}},
        "required": ["urgency"],
    },
}


def answer(reply: str = "All right.", *operations: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What a model answers, its keys in the order of the schema."""
    said = {"reply": reply, "suggestions": [], "heard": "told", "operations": list(operations), "topic": "", "note": ""}
    return {**said, **more}


def step(action: str, name: str, value: Any = None, key: str = "", source: str = "user") -> dict[str, Any]:
    """An operation as a model writes it. Texts that are no JSON are given as they are by `plain`."""
    written = "" if value is None else json.dumps(value, ensure_ascii=False)
    return {"action": action, "field": name, "key": key, "value_json": written, "source": source}


def sets(**fields: Any) -> list[dict[str, Any]]:
    return [step("set", name, value) for name, value in fields.items()]


def ready_draft(**changed: Any) -> Draft:
    return Draft({name: Entry(value) for name, value in {**READY, **changed}.items()})


class Line:
    """A Reach with one connection, made in the loop that asks for it."""

    def __init__(self, fake: Gemini, limits: Limits | None = None) -> None:
        self.fake = fake
        self.limits = limits or Limits(deadline=20.0)
        self.connection: Connection | None = None

    async def __call__(self, provider: str, owner: str) -> Reached:
        if self.connection is None:
            self.connection = Google().connect(Access(KEY, self.fake.url, model="gemini-3.8-flash"))
        return Reached(self.connection, self.limits)

    async def close(self) -> None:
        if self.connection is not None:
            await self.connection.close()


@dataclass
class Talk:
    """`say` gives the reply as the person reads it; what it did is in `session`, `events`, `told`."""

    line: Line
    session: Session = field(default_factory=lambda: Session("test"))
    events: list[Event] = field(default_factory=list)
    told: Told | None = None

    @property
    def led(self) -> ModelLed:
        return ModelLed(Google(), self.line)

    async def say(self, message: str) -> str:
        told = await self._turn(self.led.reply(self.session, message))
        reply = told.reply(_message("model", ""), "failed" if told.failed else "done")
        said = (*self.session.messages, _message("user", message), reply)
        notes = json.loads(json.dumps(dict(told.session.notes)))
        self.session = replace(told.staged().session, messages=said[-40:], notes=notes)
        return told.text

    async def specify(self, text: str) -> str:
        told = await self._turn(self.led.specify(self.session, text))
        self.session = told.staged().session
        return told.text

    async def improve(self, name: str) -> str:
        told = await self._turn(self.led.improve(self.session, name))
        self.session = told.session
        return told.text

    async def _turn(self, events: AsyncIterator[Event]) -> Told:
        told, self.events = Told(self.session, self.session), []
        async for event in events:
            self.events.append(event)
            told, _ = told.hear(event)
        self.told = told
        return told

    def edit(self, name: str, value: Any) -> None:
        self.session, _ = self.session.operate(Operation("set", name, value), "person")

    def value(self, name: str) -> Any:
        return self.session.draft.value(name)

    @property
    def is_valid(self) -> bool:
        return check(as_config(self.session.draft)) == []

    @property
    def sent(self) -> Received:
        """The last request."""
        return self.line.fake.calls[-1]

    @property
    def data(self) -> dict[str, Any]:
        """The last message of the last request."""
        found: dict[str, Any] = json.loads(self.sent.last)
        return found

    @property
    def calls(self) -> int:
        return len(self.line.fake.calls)

    @property
    def failed(self) -> Failed | None:
        return self.told.failed if self.told else None

    @property
    def dropped(self) -> list[str]:
        return [event.problem.code for event in self.events if isinstance(event, Dropped)]

    @property
    def proposed(self) -> list[str]:
        return [event.operation.field for event in self.events if isinstance(event, Proposed)]

    @property
    def taken_back(self) -> int:
        return sum(isinstance(event, TextTakenBack) for event in self.events)

    @property
    def retries(self) -> list[Retrying]:
        return [event for event in self.events if isinstance(event, Retrying)]


def _message(role: Any, text: str) -> Message:
    return Message("m", role, text, datetime.now(UTC))
