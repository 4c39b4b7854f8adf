"""A dozen cheap calls that show whether a model can do what the interview needs: for the owner of a server."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from builder.core.events import Failed, Proposed, TextDelta
from builder.core.session import Session
from builder.interviewers.base import Interviewer
from builder.llm.ask import Patience, Question, Said, Text, Whole, ask
from builder.llm.base import Access, Connection
from builder.llm.faults import Kind, ModelFailed
from builder.llm.words import told
from builder.services.models import Models

ONCE = Patience(tries=1, deadline=60.0)
STOPPED_WITHIN = 1.0  # seconds
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


@dataclass(frozen=True, slots=True)
class Trial:
    """One thing that was tried. `note` says what was seen, or what went wrong and what to do."""

    name: str
    ok: bool
    seconds: float
    note: str


class Unfit(Exception):
    """The model answered, but not as the interview needs it."""


Attempt = Callable[[], Awaitable[str]]


async def trials(models: Models, interviewer: Interviewer, language: str = "en") -> AsyncIterator[Trial]:
    """What was tried with the interviewer's provider, one after another; when the first word fails, nothing else is."""
    provider = interviewer.provider or ""
    verdict = await models.check(provider, language=language)
    title = (await models.setup(provider)).model
    yield Trial("a word", verdict.ok, verdict.seconds, title if verdict.ok else f"{verdict.reason} {verdict.next_step}")
    if verdict.ok:
        connection = (await models.reach(provider, "local")).connection
        for name, attempt in _Talk(connection, interviewer).attempts():
            yield await _tried(name, attempt, connection, language)


async def _tried(name: str, attempt: Attempt, connection: Connection, language: str) -> Trial:
    began = time.monotonic()
    try:
        note, ok = await attempt(), True
    except ModelFailed as failed:
        words = told(failed.fault, language, provider=connection.provider.title, model=connection.access.model)
        note, ok = " ".join(words), False
    except Unfit as error:
        note, ok = str(error), False
    return Trial(name, ok, time.monotonic() - began, note)


class _Talk:
    """The attempts on one connection."""

    def __init__(self, connection: Connection, interviewer: Interviewer) -> None:
        self._connection = connection
        self._interviewer = interviewer

    def attempts(self) -> list[tuple[str, Attempt]]:
        found: list[tuple[str, Attempt]] = [
            ("list of models", self.a_list),
            ("answer in a given form", self.a_form),
            ("what was said before", self.a_memory),
            ("letters of all kinds", self.letters),
            ("a longer answer, streamed", self.a_longer_answer),
            ("an answer cut at its limit", self.a_limit),
            ("stopped in the middle", self.a_stop),
            ("two questions at once", self.two_at_once),
            ("one turn of the interview", self.a_turn),
            ("a model that is not there", self.no_such_model),
        ]
        return [*found, ("a wrong key", self.a_wrong_key)] if self._connection.provider.needs_key else found

    async def a_list(self) -> str:
        names = await self._connection.names()
        there = "among them" if self._connection.access.model in names else "not among them"
        return f"{len(names)} models, {self._connection.access.model} is {there}"

    async def a_form(self) -> str:
        whole = await self._whole(Question(INSTRUCTIONS, "Set the name to Triage and the tone to warm.", OPERATIONS))
        fields = {one.get("field") for one in whole.answer.get("operations", []) if isinstance(one, dict)}
        if not {"name", "tone"} <= fields:
            raise Unfit("The answer does not have what was asked for.")
        used = whole.usage
        cost = "price not known" if used.cost is None else f"{used.cost:.6f} US dollars"
        return f"{used.input} tokens in, {used.output} out ({used.thinking} of them thoughts), {cost}"

    async def a_memory(self) -> str:
        before = (Said("user", "The secret word is heron."), Said("model", "I will remember it."))
        return await self._has("heron", Question(INSTRUCTIONS, "Which secret word did I tell you?", SENTENCE, before))

    async def letters(self) -> str:
        message = "Give back exactly this text as reply: Grüße, ñandú, 東京, ζῷα"
        return await self._has("東京", Question(INSTRUCTIONS, message, SENTENCE))

    async def a_longer_answer(self) -> str:
        question = Question(INSTRUCTIONS, "Tell in about 150 words how a letter gets from sender to reader.", SENTENCE)
        began, pieces, first = time.monotonic(), 0, 0.0
        async with aclosing(ask(self._connection, question, ONCE)) as heard:
            async for piece in heard:
                if isinstance(piece, Text):
                    pieces, first = pieces + 1, first or time.monotonic() - began
        return f"first text after {first * 1000:.0f} ms, {pieces} pieces"

    async def a_limit(self) -> str:
        question = Question(INSTRUCTIONS, "Tell in 2,000 words how paper is made.", SENTENCE, most_tokens=64)
        return await self._refused("length", self._connection, question)

    async def a_stop(self) -> str:
        begun = asyncio.Event()

        async def read() -> None:
            question = Question(INSTRUCTIONS, "Tell in 500 words how bread is made.", SENTENCE)
            async with aclosing(ask(self._connection, question, ONCE)) as heard:
                async for _ in heard:
                    begun.set()

        reading, waiting = asyncio.create_task(read()), asyncio.create_task(begun.wait())
        await asyncio.wait({reading, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        told_to, was_over = time.monotonic(), reading.done()
        reading.cancel()
        await asyncio.wait({reading}, timeout=10 * STOPPED_WITHIN)
        if not reading.cancelled() and reading.done() and (error := reading.exception()):
            raise error
        seconds = time.monotonic() - told_to
        if not reading.done() or seconds > STOPPED_WITHIN:
            raise Unfit("It went on after it was stopped.")
        return "it was over before it could be stopped" if was_over else f"stopped after {seconds * 1000:.0f} ms"

    async def two_at_once(self) -> str:
        question = Question(INSTRUCTIONS, "Say hello.", SENTENCE)
        await asyncio.gather(self._whole(question), self._whole(question))
        return "both answered"

    async def a_turn(self) -> str:
        """As in a talk, on a session that is kept nowhere."""
        session, text, operations = Session("", engine=self._interviewer.name), "", 0
        async for event in self._interviewer.reply(session, "An agent that sorts letters to a town hall by urgency."):
            match event:
                case TextDelta(more):
                    text += more
                case Proposed():
                    operations += 1
                case Failed(reason, next_step):
                    raise Unfit(f"{reason} {next_step}")
        if not text.strip():
            raise Unfit("The interviewer said nothing.")
        return f"{len(text)} characters, {operations} changes proposed"

    async def no_such_model(self) -> str:
        return await self._elsewhere("model", replace(self._connection.access, model="no-such-model-3f9a"))

    async def a_wrong_key(self) -> str:
        return await self._elsewhere("key", replace(self._connection.access, key="wrong-key-of-a-test"))

    async def _elsewhere(self, kind: Kind, access: Access) -> str:
        other = self._connection.provider.connect(access)
        try:
            return await self._refused(kind, other, Question(INSTRUCTIONS, "Say hello.", SENTENCE))
        finally:
            await other.close()

    async def _refused(self, kind: Kind, connection: Connection, question: Question) -> str:
        try:
            await self._whole(question, connection)
        except ModelFailed as failed:
            if failed.fault.kind == kind:
                return f"refused as it should be ({kind})"
            raise
        raise Unfit("It was answered all the same.")

    async def _has(self, word: str, question: Question) -> str:
        reply = str((await self._whole(question)).answer.get("reply", ""))
        if word.casefold() not in reply.casefold():
            raise Unfit(f"“{word}” is not in the answer.")
        return f"“{word}” is in the answer"

    async def _whole(self, question: Question, connection: Connection | None = None) -> Whole:
        found: Any = None
        async with aclosing(ask(connection or self._connection, question, ONCE)) as heard:
            async for piece in heard:
                found = piece
        assert isinstance(found, Whole)
        return found
