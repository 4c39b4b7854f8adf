"""The turns that run now, for those who did not begin them: following one, ending one, what it does to the session."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from builder.core.errors import Busy
from builder.core.events import Event
from builder.core.session import Session
from builder.core.stages import Stage
from builder.services.kept import Kept
from builder.services.record import Record
from builder.services.turns import GRACE, Running
from builder.services.updates import Stopping
from builder.store import Store

HEARD_WITHIN = GRACE + 1.0  # seconds that another process gets to end its turn
ASKED_EVERY = 0.1  # seconds


class Following(Kept):
    """Every method raises NotFound for a session that is not the owner's."""

    def __init__(self, store: Store, record: Record) -> None:
        super().__init__(store, record)
        self._running = Running(record.broadcast)
        record.broadcast.obey(self._obey)

    async def follow(self, session_id: str, owner: str = "local") -> AsyncGenerator[Event]:
        """The running turn from its start to its end; nothing when none is running."""
        turn = self._running.of((owner, session_id))
        if turn is None or not turn.message_id:
            await self.get(session_id, owner)
            return
        async with aclosing(turn.read(0.0)) as events:
            async for event in events:
                yield event

    def ahead(self, session: Session) -> Session:
        """A stored session as its running turn would leave it if it ended now; the same when none runs."""
        turn = self._running.of((session.owner, session.id))
        return turn.onto(session) if turn is not None and turn.onto is not None else session

    async def stage(self, session_id: str, owner: str = "local") -> Stage:
        """The stage that is stored; the session is not read for it while a turn runs that has."""
        turn = self._running.of((owner, session_id))
        if turn is not None and turn.found is not None:
            return turn.found.stage
        return (await self.get(session_id, owner)).stage

    async def stop(self, session_id: str, owner: str = "local", *, message_id: str | None = None) -> None:
        """Ends the running turn, if any, or only the one that answers this message; what was said is kept. Returns when
        it is stored. Busy when another process runs it and cannot be reached."""
        turn = self._running.of((owner, session_id))
        if turn is None:
            await self._stop_elsewhere(Stopping(owner, session_id, message_id=message_id))
        elif message_id in (None, turn.message_id):
            turn.stop()
            await turn.ended()

    async def _stop_before(self, session_id: str, owner: str) -> None:
        """For what ends the turn in any case: a process that does not hear of it fails when it stores the end."""
        with suppress(Busy):
            await self.stop(session_id, owner)

    async def _stop_elsewhere(self, word: Stopping) -> None:
        clock = asyncio.get_running_loop().time
        until, told = clock() + HEARD_WITHIN, False
        while (question := await self._elsewhere(word)) and word.message_id in (None, question):
            told = told or self._record.broadcast.tell_others(word)
            if not told or clock() > until:
                raise Busy("Another server writes this reply, and it cannot be reached.", "Try it again in a moment.")
            await asyncio.sleep(ASKED_EVERY)

    async def _elsewhere(self, word: Stopping) -> str | None:
        assert word.session_id is not None
        return await asyncio.to_thread(self._store.sessions.elsewhere, word.owner, word.session_id)

    def _obey(self, word: Stopping) -> None:
        turn = self._running.of((word.owner, word.session_id or ""))
        if turn is not None and word.message_id in (None, turn.message_id):
            turn.stop()
