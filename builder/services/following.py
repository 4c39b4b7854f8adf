"""The turns that run now, for those who did not begin them: following one, ending one, what it does to the session."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from builder.core.events import Event
from builder.core.session import Session
from builder.core.stages import Stage
from builder.services.kept import Kept
from builder.services.record import Record
from builder.services.turns import Running
from builder.store import Store


class Following(Kept):
    """Every method raises NotFound for a session that is not the owner's."""

    def __init__(self, store: Store, record: Record) -> None:
        super().__init__(store, record)
        self._running = Running(record.broadcast)

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

    async def stop(self, session_id: str, owner: str = "local") -> None:
        """Ends the running turn, if any; what was said is kept. Returns when it is stored."""
        turn = self._running.of((owner, session_id))
        if turn is None:
            await self.get(session_id, owner)
            return
        turn.stop()
        await turn.ended()
