"""The sessions that are kept: reading one, listing them, putting them away and back."""

import asyncio
from datetime import UTC, datetime, timedelta

from builder.core.saved import SessionCard, SessionPage
from builder.core.session import Session
from builder.services.record import Record
from builder.store import Store

MOST_LISTED = 200


class Kept:
    """Every method raises NotFound for a session that is not the owner's."""

    def __init__(self, store: Store, record: Record) -> None:
        self._store = store
        self._record = record

    async def get(self, session_id: str, owner: str = "local") -> Session:
        """The session with the last messages of its talk."""
        return await asyncio.to_thread(self._store.sessions.load, owner, session_id)

    async def recent(self, *, owner: str = "local", limit: int = 12, archived: bool = False) -> list[SessionCard]:
        """Sessions that hold something, latest first."""
        return await asyncio.to_thread(self._store.sessions.recent, owner, limit, archived)

    async def page(
        self, *, owner: str = "local", archived: bool = False, after: str | None = None, limit: int = 24
    ) -> SessionPage:
        """All sessions, also empty ones, latest first; those behind the key `after` when it is given."""
        most = max(1, min(limit, MOST_LISTED))
        return await asyncio.to_thread(self._store.sessions.page, owner, archived, after, most)

    async def archive(self, session_id: str, owner: str = "local") -> None:
        """Out of the recent ones; sending, editing or resuming brings it back."""
        await self._record.archive(owner, session_id)

    async def resume(self, session_id: str, owner: str = "local") -> Session:
        """Undo of `archive`."""
        return await self._record.resume(owner, session_id)

    async def expire(self, older_than: timedelta, now: datetime | None = None) -> int:
        """Archives sessions of everybody that were idle that long and hold an unfinished draft; how many."""
        return await self._record.expire((now or datetime.now(UTC)) - older_than)
