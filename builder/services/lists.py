"""Lists of models that providers gave, kept for some minutes. A key lies here only as a hash of it."""

import hashlib
import secrets
import time
from collections.abc import Sequence

from builder.llm.base import Access

KEPT = 300.0  # seconds
MOST = 64  # lists


class Lists:
    def __init__(self, kept: float = KEPT, most: int = MOST) -> None:
        self._kept, self._most = kept, most
        self._salt = secrets.token_bytes(32)
        self._found: dict[bytes, tuple[float, list[str]]] = {}

    def of(self, provider: str, access: Access) -> list[str]:
        """The list by this access; empty when there is none that is young enough."""
        at, found = self._found.get(self._place(provider, access), (0.0, []))
        return list(found) if found and time.monotonic() - at < self._kept else []

    def keep(self, provider: str, access: Access, found: Sequence[str]) -> None:
        """The oldest make room."""
        place = self._place(provider, access)
        others = [(name, kept) for name, kept in self._found.items() if name != place]
        self._found = dict([*others, (place, (time.monotonic(), list(found)))][-self._most :])

    def _place(self, provider: str, access: Access) -> bytes:
        parts = "\n".join((provider, access.key, access.address, access.version))
        return hashlib.blake2b(parts.encode(), key=self._salt, digest_size=32).digest()
