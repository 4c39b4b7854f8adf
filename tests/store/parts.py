"""Small sessions, turns and configurations to store."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from builder.core.operation import Operation
from builder.core.session import Message, Session
from builder.store import Store
from builder.store.turns import Answer, Asked


def session(store: Store, owner: str = "local") -> Session:
    return store.sessions.add(Session(str(uuid4()), owner))


def question(text: str = "Hello", message_id: str | None = None) -> Message:
    return Message(message_id or uuid4().hex, "user", text, datetime.now(UTC))


def ask(store: Store, session_id: str, text: str = "Hello", message_id: str | None = None, most: int = 0) -> Asked:
    return store.turns.ask("local", session_id, question(text, message_id), uuid4().hex, None, most)


def answer(store: Store, asked: Asked, text: str = "Good day", **fields: Any) -> Answer:
    """Ends the turn; `fields` are set on the draft by the way."""
    after = given(asked.session, **fields)
    reply = replace(asked.reply, text=text, state="done")
    return store.turns.conclude(
        "local",
        asked.session.id,
        asked.session.revision,
        Answer(after, reply),
        lambda now: Answer(given(now, **fields), reply),
    )


def turn(store: Store, session_id: str, text: str = "Hello", **fields: Any) -> Answer:
    return answer(store, ask(store, session_id, text), **fields)


def given(start: Session, **fields: Any) -> Session:
    for name, value in fields.items():
        start, _ = start.operate(Operation("set", name, value), "interviewer")
    return start


def edit(store: Store, session_id: str, **fields: Any) -> Session:
    def step(start: Session) -> Session:
        for name, value in fields.items():
            start, _ = start.operate(Operation("set", name, value), "person")
        return start

    return store.sessions.change("local", session_id, step)


def config(name: str = "Greeter", description: str = "Greets people.", user: str = "{question}") -> dict[str, Any]:
    return {
        "name": name,
        "description": description,
        "return_type": "unstructured",
        "prompts": [
            {"prompt_type": "system", "content": "You greet people warmly.", "placeholders": {}},
            {"prompt_type": "user", "content": user, "placeholders": {"question": "What the person asks."}},
        ],
    }
