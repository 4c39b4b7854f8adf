"""`python -m builder migrate` and `fill-session`: what is done to the database itself."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

from builder import settings, wiring
from builder.core.session import Message, Session
from builder.store.turns import Answer

PLAUSIBLE = (
    ("It should answer questions about late invoices.", "Noted. **Which tone** should it have? For example friendly."),
    ("Friendly, but it never promises a refund.", "I have:\n\n- tone: friendly\n- no refund\n\nWhat is it given?"),
    ("The customer's message.", "Then `{customer_message}` goes into the user prompt. What comes out?"),
    ("A reply, and a priority: low, medium or high.", "Understood: *reply* as text, *priority* as one of three words."),
)


def migrate() -> None:
    wiring.build(settings.load()).close()
    print("The database is up to date.")


def fill(session: str, messages: int) -> None:
    app = wiring.build(settings.load())
    turns = app.store.turns
    for number in range(messages // 2):
        wish, answer = PLAUSIBLE[number % len(PLAUSIBLE)]
        question = Message(uuid4().hex, "user", f"{wish} (wish {number + 1})", datetime.now(UTC))
        asked = turns.ask("local", session, question, uuid4().hex, None, 0)
        told = Answer(asked.session, replace(asked.reply, text=answer, state="done"))
        turns.conclude("local", session, asked.session.revision, told, partial(_as_told, told))
    app.close()


def _as_told(told: Answer, _: Session) -> Answer:
    return told
