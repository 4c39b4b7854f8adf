"""The face of every provider of language models. A new one is one module in this package with one subclass."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

if TYPE_CHECKING:
    from pydantic_ai.models import Model
    from pydantic_ai.settings import ModelSettings

Thinking = Literal["minimal", "low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class Access:
    """What it takes to reach a model. Blank means not given; `version` is that of the provider's API."""

    key: str = field(default="", repr=False)
    address: str = ""
    version: str = ""
    model: str = ""
    thinking: Thinking = "low"


@dataclass(frozen=True, slots=True)
class SettingNames:
    """Which settings of the product give a provider its access; blank: there is none."""

    key: str = ""
    address: str = ""
    version: str = ""
    model: str = ""


class Provider(ABC):
    """One provider. Nothing is imported or reached before `connect`."""

    name: ClassVar[str]
    title: ClassVar[str]
    rank: ClassVar[int]  # the lowest that is ready leads new talks
    default_model: ClassVar[str]  # blank: the person must pick one
    settings: ClassVar[SettingNames]
    needs_key: ClassVar[bool] = True
    needs_address: ClassVar[bool] = False
    has_version: ClassVar[bool] = False
    key_page: ClassVar[str] = ""  # where a person gets a key, without https://

    def ready(self, access: Access) -> bool:
        """Is there enough to try?"""
        return bool(access.key.strip() or not self.needs_key) and bool(access.address or not self.needs_address)

    @abstractmethod
    def connect(self, access: Access) -> "Connection":
        """A connection for the running event loop."""


class Connection(ABC):
    """A client of one provider, kept as long as the process; used from the event loop that made it."""

    provider: Provider
    access: Access
    model: "Model"

    @abstractmethod
    def settings(self, most_tokens: int) -> "ModelSettings":
        """What a request says beside its words. `most_tokens` bounds the answer, thinking included."""

    @abstractmethod
    async def names(self) -> list[str]:
        """The models that can hold a talk, by the provider's own list. Raises ModelFailed."""

    @abstractmethod
    async def close(self) -> None:
        """Lets go of the client."""
