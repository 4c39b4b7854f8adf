"""What a person prefers: language, look, interviewer. Small JSON values under a name."""

import asyncio
from typing import Any

from builder.store import Store


class Preferences:
    """Names are up to the pages ("language", "engine", ...)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def all(self, owner: str = "local") -> dict[str, Any]:
        return await asyncio.to_thread(self._store.preferences.all, owner)

    async def put(self, name: str, value: Any, owner: str = "local") -> None:
        """Keeps a JSON value; None forgets the name."""
        await asyncio.to_thread(self._store.preferences.put, owner, name, value)
