"""Leading an interview: begin, send, edit by hand, step back and forth, read the talk."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import aclosing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

from builder.core.check import check
from builder.core.convert import as_config, as_draft
from builder.core.draft import Draft
from builder.core.errors import Busy, NotFound
from builder.core.events import Event, Started
from builder.core.operation import Operation
from builder.core.problem import Problem
from builder.core.saved import SessionCard
from builder.core.session import BEGUN_WITH, Message, Mode, Session
from builder.core.stages import Stage
from builder.interviewers.base import Interviewer
from builder.services import steps
from builder.services.broadcast import Broadcast, Here
from builder.services.engines import Choice, Engines
from builder.services.following import Following
from builder.services.improve import Improved, better
from builder.services.quotas import Quotas
from builder.services.record import Record
from builder.services.reply import Reply, replay, written
from builder.services.said import context_note, language_tag, message_key, said, small
from builder.services.specify import specified
from builder.services.talk import Edited, Talk
from builder.services.turns import Run, Turn
from builder.services.words import Sentence, quoted, sentence
from builder.store import Store

__all__ = ["Choice", "Edited", "Improved", "Interviews", "SessionCard", "Talk"]


class Interviews(Following):
    """All that happens in a session. Every method raises NotFound for a session that is not the owner's, and
    StorageError when the database does not take it."""

    def __init__(
        self,
        store: Store,
        engines: Engines,
        longest_talk: int = 0,
        broadcast: Broadcast | None = None,
        quotas: Quotas | None = None,
    ) -> None:
        """`longest_talk`: messages of the person in one session; 0: no limit."""
        super().__init__(store, Record(store, Here() if broadcast is None else broadcast))
        self._engines = engines
        self._longest_talk = longest_talk
        self.quotas = quotas or Quotas(store)

    @property
    def engines(self) -> list[Interviewer]:
        """All interviewers there are, ready or not; each has `name` and `title`."""
        return self._engines.all

    def engine_of(self, session: Session) -> Interviewer:
        """Who leads this session: another one when its own interviewer is not there any more."""
        return self._engines.of(session.engine)

    async def choices(self, owner: str = "local") -> tuple[Choice, ...]:
        """Who can lead, and whether now; the best first."""
        return await self._engines.choices(owner)

    async def begin(
        self,
        *,
        owner: str = "local",
        mode: Mode = "full",
        language: str = "en",
        engine: str | None = None,
        config: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
        session_id: str | None = None,
        speaks: bool = False,
    ) -> Session:
        """A new session, empty or with the draft of a valid configuration, nothing of it locked. `context`: JSON of
        the program that begins it, for the interviewer to know.

        Without `engine` the preferred one leads, else the best that is ready. Invalid for one that cannot. The same
        `session_id` again is the same session. `speaks`: a message follows at once; without room for it QuotaReached,
        and no empty session is left behind.
        """
        if session_id is not None:
            with suppress(NotFound):
                return await self.get(session_id, owner)
        if speaks:
            await self.quotas.check(owner, "messages")
        draft, tag = as_draft(config) if config else Draft(), language_tag(language)
        notes = ({BEGUN_WITH: draft.text("name")} if config else {}) | context_note(context)
        leads, new_id = await self._leading(engine, owner), session_id or str(uuid4())
        session = Session(new_id, owner, mode, leads, tag, draft, notes=notes)
        return await self._record.add(session.staged(spoken=False))

    async def send(
        self,
        session_id: str,
        text: str,
        *,
        message_id: str | None = None,
        owner: str = "local",
        mode: Mode | None = None,
        linger: float = 0.0,
    ) -> AsyncGenerator[Event]:
        """One turn: Started (the message is stored), what happens, Finished (always last, also after Failed).

        Refusals come with the first `anext`: NotFound, Invalid (empty, too long, talk too long), Busy, QuotaReached.
        The same `message_id` again: a running turn is followed from its start, a finished one is replayed, a failed
        one (or one that was cut off before its first word) is run again; never a second message.
        When no reader is left, the turn is stopped after `linger` seconds.
        """
        question = Message(message_key(message_id or uuid4().hex), "user", said(text), datetime.now(UTC))
        turn = self._running.of((owner, session_id))
        again = turn is not None and turn.message_id == question.id
        if turn is None:
            turn = self._running.start((owner, session_id), question.id, self._turn(owner, session_id, question, mode))
        elif not again:
            raise Busy("The last message is still being answered.")
        async with aclosing(turn.read(linger)) as events:
            async for event in events:
                yield replace(event, again=True) if again and isinstance(event, Started) else event

    async def edit(
        self,
        session_id: str,
        operations: Iterable[Operation],
        *,
        seen: Mapping[str, Any] | None = None,
        revisions: steps.Revisions = None,
        owner: str = "local",
    ) -> Edited:
        """A person's operations. `seen`: field -> value on the person's page (None: empty). Allowed while a turn runs.

        Conflict when a seen field is different now (`.theirs`: field -> present value), or the session is at none of
        the `revisions`; then nothing is written.
        """
        came: list[Edited] = []

        def step(session: Session) -> Session:
            came.append(steps.edited(session, operations, seen or {}, revisions))
            return came[-1].session

        session = await self._change(owner, session_id, step)
        return replace(came[-1], session=session)

    async def accept(self, session_id: str, field: str, owner: str = "local") -> Session:
        """The waiting proposal of a field becomes its value. NotFound when none waits."""
        return await self._change(owner, session_id, lambda now: steps.accepted(now, field))

    async def refuse(self, session_id: str, field: str, owner: str = "local") -> Session:
        """The waiting proposal of a field is dropped. NotFound when none waits."""
        return await self._change(owner, session_id, lambda now: steps.refused(now, field))

    async def improve(
        self,
        session_id: str,
        field: str,
        owner: str = "local",
        *,
        engine: str | None = None,
        message_id: str | None = None,
    ) -> Improved:
        """Raises what `services/improve.py` says, QuotaReached, and Busy while a turn runs. Counts as a message, once
        by its id. `engine`: another than the session's. Ends by `stop`, and when nobody waits for it any more."""

        async def work(turn: Turn) -> Improved:
            session = await self.get(session_id, owner)
            leads = self._engines.of(await self._engines.usable(engine, owner) if engine else session.engine)
            change = partial(self._change, owner, session_id)
            ask = partial(better, leads, session, field, change, turn.speak, self._engines.observer)
            return await self.quotas.spend(owner, "messages", message_id or uuid4().hex, ask)

        return await self._running.alone((owner, session_id), work)

    async def unlock(self, session_id: str, field: str, owner: str = "local") -> Session:
        """The interviewer may change the field again."""
        return await self._change(owner, session_id, lambda now: steps.unlocked(now, field))

    async def undo(self, session_id: str, owner: str = "local") -> Session:
        """One step back, of a turn or an edit. NothingToUndo when none is left, Busy while a turn runs."""
        self._running.quiet((owner, session_id))
        return await self._record.move(owner, session_id, "undo", self._says("undone"))

    async def redo(self, session_id: str, owner: str = "local") -> Session:
        self._running.quiet((owner, session_id))
        return await self._record.move(owner, session_id, "redo", self._says("redone"))

    async def go_back(self, session_id: str, message_id: str, owner: str = "local") -> Session:
        """The draft as it was after that message; said in the talk by a short model message. `redo` leads forward."""
        self._running.quiet((owner, session_id))

        def say(session: Session, text: str) -> str:
            return self._words(session, sentence("went_back", session.language, quoted(text)))

        return await self._record.go_back(owner, session_id, message_id, say)

    async def talk(self, session_id: str, *, before: int | None = None, limit: int = 30, owner: str = "local") -> Talk:
        """The last `limit` messages, or the last before the message with `seq` == `before`."""
        speaking = self._running.of((owner, session_id)) is not None
        found = await asyncio.to_thread(
            self._store.sessions.stretch, owner, session_id, small(before), max(1, min(limit, 200)), speaking=speaking
        )
        opened_by = next((message.engine for message in found.messages if message.engine), found.session.engine)
        opening, suggestions = self._opening(replace(found.session, engine=opened_by))
        return Talk.of(found, opening, suggestions)

    async def problems(self, session_id: str, owner: str = "local") -> list[Problem]:
        return await asyncio.to_thread(check, as_config((await self.get(session_id, owner)).draft))

    async def configuration(self, session_id: str, owner: str = "local") -> dict[str, Any] | None:
        """The finished configuration; None while the interview is not COMPLETED or the draft is not valid."""
        session = await self.get(session_id, owner)
        config = as_config(session.draft)
        return config if session.stage is Stage.COMPLETED and not await asyncio.to_thread(check, config) else None

    async def generate(
        self,
        text: str,
        *,
        language: str | None = None,
        engine: str | None = None,
        owner: str = "local",
        message_id: str | None = None,
    ) -> dict[str, Any]:
        """One specification in, a valid configuration out; `metadata.assumed` lists what nobody said. Counts as a
        message, once by its id."""
        interviewer = self._engines.of(await self._leading(engine, owner))
        given, tag, observer = said(text), language_tag(language or "en"), self._engines.observer
        return await self.quotas.spend(
            owner, "messages", message_id or uuid4().hex, lambda: specified(interviewer, given, tag, owner, observer)
        )

    async def reset(self, session_id: str, owner: str = "local") -> Session:
        """The session without messages and draft; a running turn is stopped."""
        await self._stop_before(session_id, owner)
        return await self._record.reset(owner, session_id)

    async def delete(self, session_id: str, owner: str = "local") -> None:
        """For good. Agents saved from it stay."""
        await self._stop_before(session_id, owner)
        await self._record.delete(owner, session_id)

    async def switch(
        self, session_id: str, *, engine: str | None = None, language: str | None = None, owner: str = "local"
    ) -> Session:
        """Another interviewer or language from the next message on; the draft goes along.

        Invalid for an interviewer that is not there or not ready.
        """
        tag = language and language_tag(language)
        chosen = engine and await self._engines.usable(engine, owner)

        def step(session: Session) -> Session:
            return replace(session, engine=chosen or session.engine, language=tag or session.language)

        return await self._change(owner, session_id, step)

    async def _leading(self, engine: str | None, owner: str) -> str:
        return await (self._engines.usable(engine, owner) if engine else self._engines.first(owner))

    def _turn(self, owner: str, session_id: str, question: Message, mode: Mode | None) -> Run:
        async def run(turn: Turn) -> None:
            ask, toll = self._store.turns.asking, self.quotas.toll(owner)
            asked = await written(ask(owner, session_id, question, uuid4().hex, mode, self._longest_talk, toll))
            if asked.finished:
                turn.recall(*replay(asked))
                return
            self._record.asked(asked)
            stored = partial(self._record.answered, asked)
            reply = Reply(self._store, asked, turn, self._engines.observer, stored=stored)
            await reply.run(self.engine_of(asked.session).reply)

        return run

    async def _change(self, owner: str, session_id: str, step: Callable[[Session], Session]) -> Session:
        def awake(session: Session) -> Session:
            return replace(step(session), archived=False)

        return await self._record.change(owner, session_id, awake)

    def _says(self, name: Sentence) -> Callable[[Session], str]:
        return lambda session: self._words(session, sentence(name, session.language))

    def _words(self, session: Session, first: str) -> str:
        return f"{first} {self.engine_of(session).open_question(session)}".strip()

    def _opening(self, session: Session) -> tuple[str, tuple[str, ...]]:
        """What was said before anybody spoke: it changes neither with the draft nor with a later speaker."""
        name = session.notes.get(BEGUN_WITH)
        if name is None:
            return self.engine_of(session).opening(session.language)
        return sentence("here_is", session.language, str(name)), ()
