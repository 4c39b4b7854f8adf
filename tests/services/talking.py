"""Short ways to say what a test says."""

from collections.abc import AsyncIterator
from typing import Any

from builder.core.events import Event, Failed, Finished, Proposed, TextDelta
from builder.core.operation import Operation
from builder.core.session import Session
from builder.wiring import App

READY = {
    "return_type": "unstructured",
    "name": "Greeter",
    "description": "Greets people.",
    "system_prompt": "You greet people.",
    "user_prompt": "{question}",
    "placeholders": {"question": "What the person asks."},
}


def sets(**fields: Any) -> list[Event]:
    return [Proposed(Operation("set", name, value)) for name, value in fields.items()]


def operations(**fields: Any) -> list[Operation]:
    return [Operation("set", name, value) for name, value in fields.items()]


async def say(app: App, session: Session, text: str = "Hello", **more: Any) -> list[Event]:
    return [event async for event in app.interviews.send(session.id, text, **more)]


async def first(events: AsyncIterator[Event], kind: type[Event]) -> Event:
    """Reads on until there is such an event."""
    async for event in events:
        if isinstance(event, kind):
            return event
    raise AssertionError(f"no {kind.__name__} came")


def text_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def end_of(events: list[Event]) -> str:
    """The outcome; there is one Finished, and it is the last."""
    ends = [event for event in events if isinstance(event, Finished)]
    assert len(ends) == 1 and events[-1] is ends[0]
    return ends[0].outcome


def failure_of(events: list[Event]) -> Failed:
    return next(event for event in events if isinstance(event, Failed))


async def ready(app: App) -> Session:
    """A session whose draft is a valid agent."""
    session = await app.interviews.begin()
    return (await app.interviews.edit(session.id, operations(**READY))).session


async def told(app: App, session: Session) -> list[tuple[str, str, str]]:
    talk = await app.interviews.talk(session.id, limit=200)
    return [(message.role, message.text, message.state) for message in talk.messages]
