"""Language models as a person sets them up: the settings of the server below, what was entered on the page above."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TypeGuard

from builder.core.errors import BuilderError, EngineFailed, Invalid
from builder.llm.base import Access, Connection, Provider
from builder.llm.faults import Fault, ModelFailed
from builder.llm.reach import Limits, Reached
from builder.services import entered
from builder.services.connections import Connections
from builder.services.lists import Lists
from builder.services.seal import Seal
from builder.services.setup import Joined, Setup
from builder.store import Store
from builder.store.secrets import Kept

__all__ = ["Models", "Setup", "Verdict"]

LONGEST_CHECK = 10.0  # seconds
MOST_SEEN = 1_000
SEEN_FOR = 1.0  # seconds that a turn may go by what another process has changed since
SHORTEST_DEADLINE, LONGEST_DEADLINE = 5.0, 3600.0
LIMITS = "limits"  # the preference


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check came to, in words; `kind` is that of a Fault, "" when it is fine or not the model's fault: then
    `error` is what was refused here."""

    ok: bool
    kind: str
    reason: str
    next_step: str
    seconds: float
    error: BuilderError | None = None


class Models:
    """Keys, addresses, models and limits of an owner. Methods that name a provider raise Invalid when there is none
    of that name, and StorageError when the database does not take it."""

    def __init__(
        self,
        store: Store,
        providers: Iterable[Provider],
        defaults: Mapping[str, Access],
        limits: Limits,
        seal: Seal,
        longest_check: float = LONGEST_CHECK,
    ) -> None:
        """`defaults` and `limits` are what the settings say; `providers` are kept in the order of their rank."""
        self._longest_check = longest_check
        self.providers = tuple(sorted(providers, key=lambda provider: provider.rank))
        self._store = store
        self._defaults = dict(defaults)
        self._limits = limits
        self._seal = seal
        self._connections = Connections()
        self._lists = Lists()
        self._seen: dict[tuple[str, str], tuple[float, Joined, Limits]] = {}

    async def setup(self, provider: str, owner: str = "local") -> Setup:
        return (await self._joined(provider, owner)).setup

    async def setups(self, owner: str = "local") -> list[Setup]:
        """All providers, the best first."""
        return [joined.setup for joined in await asyncio.to_thread(self._all, owner)]

    async def change(
        self,
        provider: str,
        owner: str = "local",
        *,
        key: str | None = None,
        address: str | None = None,
        version: str | None = None,
        model: str | None = None,
        thinking: str | None = None,
    ) -> Setup:
        """Keeps what is given; "" goes back to the setting. Invalid when a part cannot be used: nothing is kept.

        A key was entered for one address: when that changes and no key comes along, the key is forgotten.
        """
        known = self._known(provider)
        given = {"key": key, "address": address, "version": version, "model": model, "thinking": thinking}
        parts = {name: entered.tidy(name, value) for name, value in given.items() if value is not None}
        for name in ("address", "version"):  # a form sends back what it showed: the settings' own stays theirs
            if parts.get(name) == getattr(self._default(known), name).strip().rstrip("/"):
                parts[name] = ""
        await asyncio.to_thread(self._keep, known, owner, parts)
        self._seen = {}
        self._connections.forget(known.name, owner)
        return await self.setup(provider, owner)

    def _keep(self, provider: Provider, owner: str, parts: Mapping[str, str]) -> None:
        secret = parts.get("key")
        sealed = self._seal.shut(secret) if secret else secret

        def step(kept: Kept) -> Kept:
            fields = {**kept.fields, **{name: value for name, value in parts.items() if name != "key"}}
            own = {name: value for name, value in fields.items() if value}
            moved = own.get("address") != kept.fields.get("address")
            return Kept(own, sealed if sealed is not None else "" if moved else kept.sealed)

        self._store.secrets.change(owner, provider.name, step)

    async def limits(self, owner: str = "local") -> Limits:
        kept = (await asyncio.to_thread(self._store.preferences.all, owner)).get(LIMITS)
        return _limits(kept, self._limits)

    async def limit(self, limits: Limits | None, owner: str = "local") -> None:
        """Keeps the limits; None goes back to those of the settings. Invalid when one cannot be."""
        if limits and (limits.turn < 0 or limits.session < 0):
            raise Invalid("A limit cannot be less than nothing.", next_step="Write a number of tokens, or 0 for none.")
        if limits and not SHORTEST_DEADLINE <= limits.deadline <= LONGEST_DEADLINE:
            allowed = f"{SHORTEST_DEADLINE:.0f} to {LONGEST_DEADLINE:.0f}"
            raise Invalid("An answer cannot be given in that time.", next_step=f"Write seconds, {allowed}.")
        await asyncio.to_thread(self._store.preferences.put, owner, LIMITS, asdict(limits) if limits else None)
        self._seen = {}

    async def ready(self, owner: str = "local") -> frozenset[str]:
        """The providers that have all they need; whether they answer shows when they are asked."""
        return frozenset(one.provider.name for one in await asyncio.to_thread(self._all, owner) if not one.lacks)

    async def check(self, provider: str, owner: str = "local", *, language: str = "en") -> Verdict:
        """One cheap call, 10 seconds at the most. What goes wrong is in the verdict."""
        from builder.llm.checking import check

        joined, began = Joined(self._known(provider), Access()), time.monotonic()
        try:
            joined = await self._joined(provider, owner)
            connection = await self._connected(joined, owner, needs_model=False)
            began = time.monotonic()  # loading the libraries is no fault of the provider
            async with asyncio.timeout(self._longest_check):
                fault = await check(connection, self._longest_check)
        except (ModelFailed, TimeoutError) as error:
            fault = _fault(error)
        except BuilderError as error:
            return Verdict(False, "", error.message, error.advice, time.monotonic() - began, error)
        kind, words = (fault.kind, _told(fault, joined, language)) if fault else ("", ("", ""))
        return Verdict(fault is None, kind, *words, time.monotonic() - began)

    async def names(self, provider: str, owner: str = "local", *, language: str = "en") -> list[str]:
        """The models of the provider's own list, kept for some minutes. EngineFailed when it cannot be had."""
        joined = await self._joined(provider, owner)
        if known := self._lists.of(provider, joined.access):
            return known
        try:
            connection = await self._connected(joined, owner, needs_model=False)
            async with asyncio.timeout(self._longest_check):
                found = await connection.names()
        except (ModelFailed, TimeoutError) as error:
            raise EngineFailed(*_told(_fault(error), joined, language)) from error
        self._lists.keep(provider, joined.access, found)
        return found

    async def reach(self, provider: str, owner: str) -> Reached:
        """What an interviewer needs. ModelFailed (kind "key", "address" or "model") when it is not set up."""
        known = self._known(provider)

        def look_up() -> tuple[Joined, Limits]:
            entered, preferred = self._store.secrets.everything(owner)
            return self._opened(known, entered.get(known.name, Kept())), _limits(preferred.get(LIMITS), self._limits)

        seen, now = self._seen, time.monotonic()  # another one when something is changed here meanwhile
        found = seen.get((provider, owner))
        if found is None or now > found[0]:
            if len(seen) >= MOST_SEEN:
                seen.clear()
            found = seen[(provider, owner)] = (now + SEEN_FOR, *await asyncio.to_thread(look_up))
        _, joined, limits = found
        return Reached(await self._connected(joined, owner), limits)

    async def warm(self, owner: str = "local") -> None:
        """Opens connections to those that are ready, so that the first turn need not wait for their libraries."""
        for provider in await self.ready(owner):
            with suppress(ModelFailed):  # said when the provider is asked for something
                await self.reach(provider, owner)

    async def rest(self) -> None:
        """Closes all connections; later ones are opened anew."""
        await self._connections.rest()

    async def _connected(self, joined: Joined, owner: str, *, needs_model: bool = True) -> Connection:
        if joined.lacks and (needs_model or joined.lacks != "model"):
            raise ModelFailed(Fault(joined.lacks))
        return await self._connections.get(joined.provider, owner, joined.access)

    async def _joined(self, provider: str, owner: str) -> Joined:
        known = self._known(provider)
        return next(one for one in await asyncio.to_thread(self._all, owner) if one.provider is known)

    def _all(self, owner: str) -> list[Joined]:
        kept = self._store.secrets.all(owner)
        return [self._opened(provider, kept.get(provider.name, Kept())) for provider in self.providers]

    def _opened(self, provider: Provider, kept: Kept) -> Joined:
        key = self._seal.open(kept.sealed) if kept.sealed else ""
        return Joined(provider, self._default(provider), kept.fields, key or "", key_lost=key is None)

    def _default(self, provider: Provider) -> Access:
        return self._defaults.get(provider.name, Access())

    def _known(self, name: str) -> Provider:
        for provider in self.providers:
            if provider.name == name:
                return provider
        known = ", ".join(provider.name for provider in self.providers)
        raise Invalid(f"There is no provider “{name}”.", next_step=f"Choose one of: {known}.")


def _limits(kept: object, default: Limits) -> Limits:
    """What was kept, as far as this program understands it: a newer one may have written more, or otherwise."""
    found = kept if isinstance(kept, Mapping) else {}
    turn, session, deadline = found.get("turn"), found.get("session"), found.get("deadline")
    return Limits(
        turn if _tokens(turn) else default.turn,
        session if _tokens(session) else default.session,
        float(deadline) if _seconds(deadline) else default.deadline,
    )


def _tokens(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _seconds(value: object) -> TypeGuard[float]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return SHORTEST_DEADLINE <= value <= LONGEST_DEADLINE


def _fault(error: ModelFailed | TimeoutError) -> Fault:
    return error.fault if isinstance(error, ModelFailed) else Fault("slow")


def _told(fault: Fault, joined: Joined, language: str) -> tuple[str, str]:
    from builder.llm.words import told

    return told(fault, language, provider=joined.provider.title, model=joined.access.model)
