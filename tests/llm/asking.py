"""How the tests ask: a question that any script answers, and everything that came of it as one value."""

import time
from dataclasses import dataclass, field

from builder.core.usage import NOTHING, Usage
from builder.llm.ask import Again, Patience, Question, Text, Whole, ask
from builder.llm.base import Connection
from builder.llm.faults import Fault, ModelFailed
from tests.models.script import Answer

SCHEMA = {
    "type": "object",
    "properties": {"reply": {"type": "string"}, "topic": {"type": "string"}},
    "required": ["reply", "topic"],
}
QUESTION = Question("Be kind.", "Hi", SCHEMA)
SAID = {"reply": "Hello there, friend.", "topic": "name"}
HELLO = Answer(json=SAID, pieces=8)
QUICK = Patience(first_wait=0.01, deadline=10.0)


@dataclass
class Heard:
    """`texts` are those of the last try, `agains` what came between the tries."""

    texts: list[str] = field(default_factory=list)
    agains: list[Again] = field(default_factory=list)
    whole: Whole | None = None
    fault: Fault | None = None
    used: Usage = NOTHING
    seconds: float = 0.0


async def heard(connection: Connection, patience: Patience = QUICK, question: Question = QUESTION) -> Heard:
    """Asks, and listens to the end."""
    result, began = Heard(), time.monotonic()
    try:
        async for piece in ask(connection, question, patience):
            match piece:
                case Text(text):
                    result.texts.append(text)
                case Again():
                    result.texts = []
                    result.agains.append(piece)
                case Whole():
                    result.whole, result.used = piece, piece.usage
    except ModelFailed as failed:
        result.fault, result.used = failed.fault, failed.usage
    result.seconds = time.monotonic() - began
    return result
