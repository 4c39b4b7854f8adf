"""Scripted people who talk to the application until they have a finished agent, and what came of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from uuid import uuid4

from builder.core.events import Finished
from builder.wiring import App

MOST_YES, MOST_TRIES = 6, 30
TALKS: Sequence[Sequence[str]] = (
    (
        "Sort our support e-mails by topic and urgency.",
        "Data for our ticket program",
        "topic, urgency (low, medium, high) and a short summary",
        "It must never promise a refund",
        "Yes",
    ),
    (
        "Hello!",
        "Answer what members of our library ask about opening hours",
        "People read them",
        "No",
        "Yes, please",
    ),
    ("It reads invoices and finds the total, the supplier and the date.", "You decide", "Yes, exactly"),
    (
        "Write friendly replies to reviews of our hotel. Call it ReviewDesk.",
        "What is better for guests?",
        "Our guests",
        "It must not blame a colleague",
        "Keep it under eighty words",
        "Yes",
    ),
)


@dataclass
class Came:
    """What came of some talks: turns that were answered, the tries that took, the replies as they are stored.

    `broken` says which went wrong and how. `after_turn` gets the number of turns so far.
    """

    after_turn: Callable[[int], None] = lambda _: None
    interviews: int = 0
    turns: int = 0
    tries: int = 0
    replies: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


async def interview(app: App, number: int, came: Came) -> None:
    """One person's talk to its end. When a turn fails, the same message is sent again."""
    session = await app.interviews.begin()
    for message in chain(TALKS[number % len(TALKS)], repeat("Yes", MOST_YES)):
        if not await _said(app, session.id, message, came):
            return
        if (await app.interviews.get(session.id)).stage == "COMPLETED":
            break
    talk = await app.interviews.talk(session.id, limit=200)
    came.replies += [one.text for one in talk.messages if one.role == "model"]
    if await app.interviews.configuration(session.id) is None:
        came.broken.append(f"{session.id} has no configuration at its end; it is {talk.session.stage}")
    came.interviews += 1


async def _said(app: App, session: str, message: str, came: Came) -> bool:
    """Was it answered?"""
    same = uuid4().hex
    for _ in range(MOST_TRIES):
        *_, last = [event async for event in app.interviews.send(session, message, message_id=same)]
        came.tries += 1
        if isinstance(last, Finished) and last.outcome == "done":
            came.turns += 1
            came.after_turn(came.turns)
            return True
    came.broken.append(f"{session} was not answered in {MOST_TRIES} tries, the last ended with {last}")
    return False
