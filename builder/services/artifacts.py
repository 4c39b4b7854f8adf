"""What sessions produced: listed, read, downloaded, stored by programs, removed when their time is over.

The configuration of an interview is stored by the very transaction that completes it (`store/artifacts.py`), so that no
end of the process comes between the two. What completed before artifacts were kept is made good when it is asked for.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from builder.core.artifact import CODE_TYPE, ZIP_TYPE, Artifact, ArtifactPage, Product, checked
from builder.core.errors import Invalid, StorageReadOnly
from builder.core.observing import UNSEEN, Observer
from builder.core.readable import readable
from builder.core.scan import scan
from builder.store import Store

MOST_LISTED = 200


class Artifacts:
    """Every method raises NotFound for a session or an artifact that is not the owner's."""

    def __init__(self, store: Store, keep_for: timedelta, observer: Observer = UNSEEN) -> None:
        """`keep_for`: how long generated code and bundles are kept. `observer` hears of each artifact that is stored,
        whoever stored it."""
        self._store = store
        self._keep_for = keep_for
        self._scanning = ThreadPoolExecutor(1, "scan")  # one at a time: it holds the interpreter while it reads
        store.database.listener = lambda stored: observer.artifact(stored.type)

    async def latest(self, session_id: str, owner: str = "local") -> list[Artifact]:
        """The latest version of each type (of code and bundles: of each file) with its content, the newest first."""
        return await asyncio.to_thread(self._latest, owner, session_id)

    async def page(
        self, session_id: str, *, after: str | None = None, limit: int = 24, owner: str = "local"
    ) -> ArtifactPage:
        """All versions of all types without their contents, the newest first; those behind the key `after`."""
        most = max(1, min(limit, MOST_LISTED))
        return await asyncio.to_thread(self._page, owner, session_id, after, most)

    async def get(self, session_id: str, artifact_id: str, owner: str = "local") -> Artifact:
        """One with its content."""
        return await asyncio.to_thread(self._store.artifacts.get, owner, session_id, artifact_id, datetime.now(UTC))

    async def add_code(self, session_id: str, name: str, content: str, owner: str = "local") -> tuple[Artifact, bool]:
        """Generated Python, scanned before it is stored; whether it is a new version (or the last one again).

        Invalid with the lines that must not be in it.
        """
        text = readable(content)
        product = checked(Product("code", name, CODE_TYPE, text.encode()))
        if not name.endswith(".py"):
            raise Invalid("Only Python is stored as code.", next_step="Give the file a name that ends with .py.")
        problems = await asyncio.get_running_loop().run_in_executor(self._scanning, scan, text)
        if problems:
            first = problems[0]
            where = f"Line {first.line}: " if first.line else ""
            raise Invalid(f"This code is not stored. {where}{first.reason}", problems, first.next_step)
        return await self._add(owner, session_id, product)

    async def add_bundle(
        self, session_id: str, name: str, content: bytes, owner: str = "local"
    ) -> tuple[Artifact, bool]:
        """A zip that the product itself made of a session; whether it is a new version."""
        return await self._add(owner, session_id, checked(Product("bundle", name, ZIP_TYPE, content)))

    async def remove(self, session_id: str, artifact_id: str, owner: str = "local") -> None:
        """For good."""
        await asyncio.to_thread(self._store.artifacts.remove, owner, session_id, artifact_id, datetime.now(UTC))

    async def expire(self, now: datetime) -> int:
        """Removes what is over its time, of everybody; how many. Configurations stay."""
        return await asyncio.to_thread(self._store.artifacts.expire, now)

    async def _add(self, owner: str, session_id: str, product: Product) -> tuple[Artifact, bool]:
        return await asyncio.to_thread(self._store.artifacts.add, owner, session_id, product, self._keep_for)

    def _latest(self, owner: str, session_id: str) -> list[Artifact]:
        self._settle(owner, session_id)
        return self._store.artifacts.latest(owner, session_id, datetime.now(UTC))

    def _page(self, owner: str, session_id: str, after: str | None, limit: int) -> ArtifactPage:
        self._settle(owner, session_id)
        return self._store.artifacts.page(owner, session_id, after, limit, datetime.now(UTC))

    def _settle(self, owner: str, session_id: str) -> None:
        if self._store.artifacts.is_unsettled(owner, session_id):
            try:
                self._store.artifacts.settle(owner, session_id)
            except StorageReadOnly:  # then it is made good by who may write
                return
