"""The stored sessions as services change them: each write leaves the loop by a thread, and who listens hears of it."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Literal

from builder.core.draft import FIELDS
from builder.core.session import Session
from builder.services.broadcast import Broadcast
from builder.services.updates import INTERVIEWER, Actor, MessageStored, SessionChanged, SessionEvent, acting
from builder.store import Store
from builder.store.sessions import Step, Way
from builder.store.turns import Answer, Asked


class Record:
    """Methods as those of the store's sessions, raising what these raise."""

    def __init__(self, store: Store, broadcast: Broadcast) -> None:
        self.broadcast = broadcast
        self._sessions = store.sessions

    async def add(self, session: Session) -> Session:
        added = await asyncio.to_thread(self._sessions.add, session)
        self._tell(session.owner, session.id, "begun")
        return added

    async def change(self, owner: str, session_id: str, step: Step) -> Session:
        seen: list[Session] = []

        def stepped(session: Session) -> Session:
            seen.append(session)
            return step(session)

        after = await asyncio.to_thread(self._sessions.change, owner, session_id, stepped)
        tell_change(self.broadcast, seen[-1], after, acting())
        return after

    async def move(self, owner: str, session_id: str, way: Way, say: Callable[[Session], str]) -> Session:
        return await self._stepped(owner, session_id, lambda: self._sessions.move(owner, session_id, way, say))

    async def go_back(
        self, owner: str, session_id: str, message_id: str, say: Callable[[Session, str], str]
    ) -> Session:
        return await self._stepped(
            owner, session_id, lambda: self._sessions.go_back(owner, session_id, message_id, say)
        )

    async def reset(self, owner: str, session_id: str) -> Session:
        after = await self._stepped(owner, session_id, lambda: self._sessions.reset(owner, session_id))
        self._tell(owner, session_id, "reset")
        return after

    async def archive(self, owner: str, session_id: str) -> None:
        await asyncio.to_thread(self._sessions.archive, owner, session_id)
        self._tell(owner, session_id, "archived")

    async def resume(self, owner: str, session_id: str) -> Session:
        return await self._stepped(owner, session_id, lambda: self._sessions.resume(owner, session_id))

    async def delete(self, owner: str, session_id: str) -> None:
        await asyncio.to_thread(self._sessions.delete, owner, session_id)
        self._tell(owner, session_id, "deleted")

    async def expire(self, before: datetime) -> int:
        """Sessions of everybody: nobody is told which, only that it is time to read again."""
        archived = await asyncio.to_thread(self._sessions.expire, before)
        if archived:
            self.broadcast.unsettle()
        return archived

    def asked(self, asked: Asked) -> None:
        """A question is stored, and its reply begins."""
        session, by = asked.session, acting()
        self.broadcast.publish(MessageStored(session.owner, session.id, message=asked.question))
        self.broadcast.publish(_change(session, (), by))

    def answered(self, asked: Asked, answer: Answer) -> None:
        """The end of the turn is stored."""
        session = answer.session
        self.broadcast.publish(MessageStored(session.owner, session.id, message=answer.reply))
        tell_change(self.broadcast, asked.session, session, INTERVIEWER)

    async def _stepped(self, owner: str, session_id: str, step: Callable[[], Session]) -> Session:
        def both() -> tuple[Session, Session]:
            return self._sessions.load(owner, session_id), step()

        before, after = await asyncio.to_thread(both)
        tell_change(self.broadcast, before, after, acting())
        return after

    def _tell(self, owner: str, session_id: str, what: Literal["begun", "reset", "archived", "deleted"]) -> None:
        self.broadcast.publish(SessionEvent(owner, session_id, what=what, by=acting()))


def tell_change(broadcast: Broadcast, before: Session, after: Session, by: Actor) -> None:
    """Says what is different; nothing when nothing was written."""
    if after.revision == before.revision:
        return
    fields = tuple(name for name in FIELDS if before.draft.entries.get(name) != after.draft.entries.get(name))
    broadcast.publish(_change(after, fields, by))


def _change(after: Session, fields: tuple[str, ...], by: Actor) -> SessionChanged:
    revision, stage, progress = after.revision, after.stage, after.progress
    return SessionChanged(
        after.owner, after.id, revision=revision, stage=stage, progress=progress, fields=fields, by=by
    )
