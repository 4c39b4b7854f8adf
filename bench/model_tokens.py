"""How much a model is sent in a 40-turn interview: `python -m bench.model_tokens`.

A scripted talk runs through the real Gemini client against the fake server of the tests, which counts what it
receives (instructions, schema and contents, four characters a token). Beside it, in the same run: every turn with the
full history and the full JSON answers in it. Ends with an error over the budget.
"""

import argparse
import asyncio
import json
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bench.report import markdown_table
from bench.talk_of_forty import ANSWERS, MESSAGES
from builder.core.session import Message, Session
from builder.interviewers.model_led import ModelLed
from builder.llm.ask import Patience, Question, Said, Whole, ask
from builder.llm.base import Access, Connection
from builder.llm.google import Google
from builder.llm.reach import Limits, Reached
from builder.services.conduct import Told
from tests.models import gemini
from tests.models.fake import KEY
from tests.models.script import Answer

BUDGET = 54_000
SHOWN = (6, 12, 20, 30, 40)
KEPT = 40  # messages a session carries


@dataclass
class Line:
    connection: Connection

    async def __call__(self, provider: str, owner: str) -> Reached:
        return Reached(self.connection, Limits(turn=0, session=0))


def sent(fake: gemini.Gemini, since: int) -> int:
    """Tokens of the requests after the first `since`."""
    return sum(len(call.text) // 4 for call in fake.calls[since:])


async def turn(led: ModelLed, session: Session, message: str) -> Session:
    told = Told(session, session)
    async for event in led.reply(session, message):
        told, _ = told.hear(event)
    if told.failed:
        raise SystemExit(f"A turn failed: {told.failed.reason}")
    said = (*session.messages, _said("user", message), _said("model", told.text))
    return replace(told.staged().session, messages=said[-KEPT:])


async def with_everything(connection: Connection, question: Question) -> None:
    async for piece in ask(connection, question, Patience()):
        assert not isinstance(piece, Whole) or piece.answer


def _said(role: Any, text: str) -> Message:
    return Message("m", role, text, datetime.now(UTC))


async def measured(fake: gemini.Gemini) -> tuple[list[int], list[int], Session]:
    """Tokens by turn, ours and with everything, and the session at the end."""
    connection = Google().connect(Access(KEY, fake.url, model="gemini-3.8-flash"))
    led, session = ModelLed(Google(), Line(connection)), Session("bench")
    ours, whole, talk = [], [], ()
    for message, answer in zip(MESSAGES, ANSWERS, strict=True):
        fake.play([Answer(json=answer)])
        session = await turn(led, session, message)
        ours.append(sent(fake, 0))
        last = fake.calls[0]
        question = Question(last.system, last.last, last.schema or {}, talk)
        fake.play([Answer(json=answer)])
        await with_everything(connection, question)
        whole.append(sent(fake, 0))
        talk = (*talk, Said("user", last.last), Said("model", json.dumps(answer, ensure_ascii=False)))
    await connection.close()
    return ours, whole, session


def run() -> tuple[list[int], list[int], Session]:
    with gemini.serving() as fake:
        return asyncio.run(measured(fake))


def main() -> int:
    argparse.ArgumentParser(description=__doc__).parse_args()
    ours, whole, session = run()
    rows = [(turns, f"{sum(ours[:turns]):,}", f"{sum(whole[:turns]):,}") for turns in SHOWN]
    print(markdown_table(("turns", "sent", "with the full history and JSON answers"), rows))
    words = len(session.draft.text("system_prompt").split())
    print(f"\nInput tokens, four characters each. At the end: {session.stage}, a system prompt of {words} words.")
    print(f"Budget for 40 turns: {BUDGET:,}; sent: {sum(ours):,}.")
    return 0 if sum(ours) < BUDGET else 1


if __name__ == "__main__":
    sys.exit(main())
