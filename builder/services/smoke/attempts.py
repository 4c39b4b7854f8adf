"""What is tried on one connection: each attempt says what it saw, or raises ModelFailed or Unfit."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace

from builder.core.events import Failed, Proposed, TextDelta
from builder.core.session import Session
from builder.interviewers.base import Interviewer
from builder.llm.ask import Question, ask
from builder.llm.base import Access, Connection
from builder.llm.faults import Kind
from builder.services.smoke import asked
from builder.services.smoke.asked import Unfit

STOPPED_WITHIN = 5.0  # seconds; a small machine may be busy with the answer itself
Attempt = Callable[[], Awaitable[str]]


class Attempts:
    def __init__(self, connection: Connection, interviewer: Interviewer) -> None:
        self._connection = connection
        self._interviewer = interviewer

    def all(self) -> list[tuple[str, Attempt]]:
        found: list[tuple[str, Attempt]] = [
            ("list of models", self.names),
            ("answer in a given form", self.form),
            ("what was said before", self.memory),
            ("two answers at once, streamed", self.two_at_once),
            ("an answer cut at its limit", self.limit),
            ("stopped in the middle", self.stop),
            ("one turn of the interview", self.turn),
            ("a model that is not there", self.no_such_model),
        ]
        return [*found, ("a wrong key", self.wrong_key)] if self._connection.provider.needs_key else found

    async def names(self) -> str:
        names = await self._connection.names()
        there = "among them" if self._connection.access.model in names else "not among them"
        return f"{len(names)} models, {self._connection.access.model} is {there}"

    async def form(self) -> str:
        whole = await asked.whole(self._connection, asked.FORM)
        operations = whole.answer.get("operations")
        listed = operations if isinstance(operations, list) else []
        if not {"name", "tone"} <= {one.get("field") for one in listed if isinstance(one, dict)}:
            raise Unfit("The answer does not have what was asked for.")
        used = whole.usage
        cost = "price not known" if used.cost is None else f"{used.cost:.6f} US dollars"
        return f"{used.input} tokens in, {used.output} out ({used.thinking} of them thoughts), {cost}"

    async def memory(self) -> str:
        reply = str((await asked.whole(self._connection, asked.MEMORY)).answer.get("reply", "")).casefold()
        lost = [word for word in asked.SECRET if word not in reply]
        if lost:
            raise Unfit(f"“{'” and “'.join(lost)}” is not in the answer.")
        return "both words came back, letter by letter"

    async def two_at_once(self) -> str:
        began = asyncio.get_running_loop().time()
        found = await asyncio.gather(*(asked.pieces(self._connection, asked.LONG) for _ in range(2)))
        if not all(found):
            raise Unfit("One of the two answers had no text.")
        first = min(times[0] for times in found) - began
        return f"first text after {first * 1000:.0f} ms, {' and '.join(str(len(times)) for times in found)} pieces"

    async def limit(self) -> str:
        return await self._refused("length", asked.TOO_LONG)

    async def stop(self) -> str:
        begun = asyncio.Event()
        reading, waiting = asyncio.create_task(self._read(begun)), asyncio.create_task(begun.wait())
        await asyncio.wait({reading, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        told_to, was_over = time.monotonic(), reading.done()
        reading.cancel()
        await asyncio.wait({reading}, timeout=STOPPED_WITHIN)
        if not reading.done():
            raise Unfit("It went on after it was stopped.")
        if not reading.cancelled() and (error := reading.exception()):
            raise error
        seconds = time.monotonic() - told_to
        return "it was over before it could be stopped" if was_over else f"stopped after {seconds * 1000:.0f} ms"

    async def _read(self, begun: asyncio.Event) -> None:
        async with aclosing(ask(self._connection, asked.LONGER, asked.ONCE)) as heard:
            async for _ in heard:
                begun.set()

    async def turn(self) -> str:
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
        """A server of one's own may have one model, and answer with it by whatever name."""
        elsewhere = replace(self._connection.access, model="no-such-model-3f9a")
        if self._connection.provider.knows_models:
            return await self._refused_elsewhere("model", elsewhere)
        try:
            return await self._refused_elsewhere("model", elsewhere, "request", "server")
        except Unfit:
            return "answered all the same: this server takes any name"

    async def wrong_key(self) -> str:
        return await self._refused_elsewhere("key", replace(self._connection.access, key="wrong-key-of-a-test"))

    async def _refused_elsewhere(self, kind: Kind, access: Access, *others: Kind) -> str:
        other = self._connection.provider.connect(access)
        try:
            return f"refused as it should be ({await asked.refused(other, asked.HELLO, kind, *others)})"
        finally:
            await other.close()

    async def _refused(self, kind: Kind, question: Question) -> str:
        return f"refused as it should be ({await asked.refused(self._connection, question, kind)})"
