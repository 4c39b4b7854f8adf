"""The questions of the trials, and how each is asked: once, with little patience."""

from asyncio import get_running_loop
from contextlib import aclosing

from builder.llm.ask import Patience, Question, Said, Text, Whole, ask
from builder.llm.base import Connection
from builder.llm.faults import Kind, ModelFailed

ONCE = Patience(tries=1, deadline=60.0)
INSTRUCTIONS = "You answer with one JSON object and nothing else. Be brief."
SENTENCE = {"type": "object", "properties": {"reply": {"type": "string"}}, "required": ["reply"]}
OPERATIONS = {
    "type": "object",
    "properties": {
        "reply": {"type": "string"},
        "operations": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string", "enum": ["name", "tone"]}, "value": {"type": "string"}},
                "required": ["field", "value"],
            },
        },
    },
    "required": ["reply", "operations"],
}
SECRET = ("heron", "東京")  # letters of two kinds
FORM = Question(INSTRUCTIONS, "Set the name to Triage and the tone to warm.", OPERATIONS)
MEMORY = Question(
    INSTRUCTIONS,
    "Which two secret words did I tell you? Give them back exactly as I wrote them.",
    SENTENCE,
    (Said("user", f"The secret words are {' and '.join(SECRET)}."), Said("model", "I will remember them.")),
)
HELLO = Question(INSTRUCTIONS, "Say hello.", SENTENCE)
LONG = Question(INSTRUCTIONS, "Tell in about 100 words how a letter gets from sender to reader.", SENTENCE)
LONGER = Question(INSTRUCTIONS, "Tell in 500 words how bread is made.", SENTENCE)
TOO_LONG = Question(INSTRUCTIONS, "Tell in 2,000 words how paper is made.", SENTENCE, most_tokens=64)


class Unfit(Exception):
    """The model answered, but not as the interview needs it."""


async def whole(connection: Connection, question: Question) -> Whole:
    """The answer. Raises ModelFailed."""
    async with aclosing(ask(connection, question, ONCE)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Whole):
                return piece
    raise Unfit("The answer has no end.")


async def pieces(connection: Connection, question: Question) -> list[float]:
    """When each piece of text came, by the clock of the loop."""
    clock = get_running_loop().time
    async with aclosing(ask(connection, question, ONCE)) as heard:
        return [clock() async for piece in heard if isinstance(piece, Text)]


async def refused(connection: Connection, question: Question, *kinds: Kind) -> str:
    """The kind of the refusal; another one is raised, and Unfit when there is none."""
    try:
        await whole(connection, question)
    except ModelFailed as failed:
        if failed.fault.kind in kinds:
            return failed.fault.kind
        raise
    raise Unfit("It was answered all the same.")
