"""Tokens of programs: made and shown once, known again by their hash, taken back. And the pass of a page's chat."""

import asyncio
import hashlib
import hmac
import logging
import re
import secrets
import time
from collections.abc import Callable
from functools import cached_property

from builder.core.errors import Invalid, NotFound
from builder.core.problem import Problem
from builder.core.readable import readable
from builder.core.token import SCOPES, Scope, Token
from builder.store import Store

log = logging.getLogger(__name__)
LONGEST_NAME = 64
DAY = 86_400  # seconds
# Said in full, so that scanners of source code can find a token that was left there.
_FORM = re.compile(r"builder_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


class Tokens:
    """Tokens of an owner. StorageError when the database does not take it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def create(self, name: str, scope: Scope = "write", owner: str = "local") -> tuple[Token, str]:
        """A new token and what its program has to send; nobody can read that later. Invalid for a blank name."""
        called = " ".join(readable(name).split())
        if not called:
            reason, step = "Give the token a name first.", "For example the name of the program."
            raise Invalid(reason, [Problem("no_token_name", "name", reason, step)], step)
        if len(called) > LONGEST_NAME:
            reason = "This cannot be the name of a token."
            step = f"Write 1 to {LONGEST_NAME} characters, for example the name of the program."
            raise Invalid(reason, [Problem("bad_token_name", "name", reason, step)], step)
        if scope not in SCOPES:
            raise Invalid(f"There is no scope “{scope}”.", next_step=f"Choose one of: {', '.join(SCOPES)}.")
        token_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        token = await asyncio.to_thread(self._store.tokens.add, token_id, owner, called, scope, _hash(secret))
        return token, f"builder_{token_id}_{secret}"

    async def all(self, owner: str = "local") -> list[Token]:
        """Latest first, those that were revoked too."""
        return await asyncio.to_thread(self._store.tokens.all, owner)

    async def revoke(self, token_id: str, owner: str = "local") -> None:
        """It opens nothing from now on. NotFound when there is none of this id."""
        if not await asyncio.to_thread(self._store.tokens.revoke, owner, token_id):
            raise NotFound("There is no such token.", "List the tokens to find its id.")

    async def known(self, sent: str) -> Token | None:
        """The token that a program sent; None for one that was never made or is revoked."""
        form = _FORM.fullmatch(sent)
        found = await asyncio.to_thread(self._store.tokens.find, form[1]) if form else None
        if form is None or found is None or found[0].revoked is not None:
            return None
        return found[0] if hmac.compare_digest(found[1], _hash(form[2])) else None

    async def lives(self, token_id: str) -> bool:
        """Is a token that was known still good?"""
        found = await asyncio.to_thread(self._store.tokens.find, token_id)
        return found is not None and found[0].revoked is None


def _hash(secret: str) -> str:
    """A plain hash: the secret is random and long, so that nobody can guess it."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Passes:
    """What a page gives to its chat, so that the API knows it: good for one session, on the day (UTC) it was given and
    on the next. A chat asks its page for another one then.

    `shared` gives a secret that all processes know; it may block. Without it, or when it gives none, passes are good in
    this process, while it lives.
    """

    def __init__(
        self, shared: Callable[[], bytes | None] | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._shared = shared
        self._clock = clock

    async def ready(self) -> None:
        """From now on nothing here blocks."""
        if "_secret" not in self.__dict__:
            await asyncio.to_thread(lambda: self._secret)

    @cached_property
    def _secret(self) -> bytes:
        found = self._shared() if self._shared else None
        if found is None and self._shared:
            log.warning("Pages are known to this server only. Set ENCRYPTION_KEY, so that all servers know them.")
        return found or secrets.token_bytes(32)

    def issue(self, session_id: str) -> str:
        return self._of_day(self._today, session_id)

    def opens(self, given: str, session_id: str) -> bool:
        """Tomorrow's pass, too: another server's clock may be ahead."""
        days = range(self._today - 1, self._today + 2)
        return any(hmac.compare_digest(given.encode(), self._of_day(day, session_id).encode()) for day in days)

    @property
    def _today(self) -> int:
        return int(self._clock() // DAY)

    def _of_day(self, day: int, session_id: str) -> str:
        return hmac.new(self._secret, f"{day} {session_id}".encode(), "sha256").hexdigest()
