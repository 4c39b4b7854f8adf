"""Providers for tests of the services: they reach nothing and write down what was opened and closed."""

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic_ai.settings import ModelSettings

from builder.llm.base import Access, Connection, Provider, SettingNames
from builder.llm.faults import Fault, ModelFailed
from builder.llm.reach import Limits
from builder.llm.wire import usable
from builder.services.models import LONGEST_CHECK, Models
from builder.services.seal import Seal
from builder.store import Store


class Opened(Connection):
    def __init__(self, provider: "Pretended", access: Access) -> None:
        self.provider: Pretended = provider
        self.access = access
        self.closed_on: list[asyncio.AbstractEventLoop] = []

    def settings(self, most_tokens: int, seconds: float) -> ModelSettings:
        return {"max_tokens": most_tokens}

    async def names(self) -> list[str]:
        self.provider.asked += 1
        if self.provider.fault:
            raise ModelFailed(self.provider.fault)
        return list(self.provider.listed)

    async def close(self) -> None:
        self.closed_on.append(asyncio.get_running_loop())


class Pretended(Provider):
    """Ready with a key and nothing else."""

    name = "first"
    title = "First"
    rank = 1
    default_model = "flash"
    settings = SettingNames("google_api_key", "google_gemini_base_url")

    def __init__(self, listed: Sequence[str] = ("flash", "pro"), fault: Fault | None = None) -> None:
        self.listed, self.fault = listed, fault
        self.opened: list[Opened] = []
        self.asked = self.warmed = 0

    def warm(self) -> None:
        self.warmed += 1

    def connect(self, access: Access) -> Connection:
        self.opened.append(Opened(self, usable(self, access, "https://first.example")))
        return self.opened[-1]


class Second(Pretended):
    name = "second"
    title = "Second"
    rank = 2


class Local(Pretended):
    """Needs an address and a model, no key."""

    name = "local"
    title = "Local"
    rank = 3
    default_model = ""
    needs_key = False
    needs_address = True


def models_on(
    store: Store,
    providers: Iterable[Provider],
    *,
    secret: str = "",
    file: Path | None = None,
    limits: Limits | None = None,
    longest_check: float = LONGEST_CHECK,
    **defaults: Access,
) -> Models:
    return Models(store, providers, defaults, limits or Limits(), Seal(secret, file), longest_check)
