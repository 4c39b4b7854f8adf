"""The face of every provider of language models. A new one is one module in this package with one subclass."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

from builder.llm.faults import Fault

if TYPE_CHECKING:
    from pydantic_ai.models import Model, StreamedResponse
    from pydantic_ai.settings import ModelSettings

Thinking = Literal["minimal", "low", "medium", "high"]
Lack = Literal["address", "key", "model"]  # each is the kind of a Fault, too
SILENCE = 60.0  # seconds


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
    knows_models: ClassVar[bool] = True  # False: its servers may answer whatever model is named
    has_version: ClassVar[bool] = False
    key_page: ClassVar[str] = ""  # where a person gets a key, without https://
    priced_as: ClassVar[str] = ""  # its name in the price table; blank: what an answer costs is not known

    def of_settings(self, access: Access) -> Access:
        """What the provider takes for its own of what the settings say."""
        return access

    def lacks(self, access: Access) -> Lack | None:
        """What is missing to try it, the first thing to enter first; None when there is enough."""
        if self.needs_address and not access.address.strip():
            return "address"
        if self.needs_key and not access.key.strip():
            return "key"
        return None if access.model.strip() or self.default_model else "model"

    def warm(self) -> None:
        """Loads the libraries that `connect` and an answer need. That takes seconds: call it from a thread."""
        import genai_prices.data_snapshot
        import pydantic_ai.direct  # noqa: F401

        genai_prices.data_snapshot.get_snapshot()

    @abstractmethod
    def connect(self, access: Access) -> "Connection":
        """A connection for one event loop, made in whatever thread. Takes tens of milliseconds, reaches nothing.

        Raises ModelFailed (kind "key", "address" or "model").
        """


class Connection(ABC):
    """A client of one provider, kept as long as the process; used from one event loop.

    `silence`: seconds without anything after which an answer that has begun is taken for lost. Before its first word
    only the deadline counts: a model may think for long.
    """

    provider: Provider
    access: Access  # as it is used: key and address without blanks, the model that is asked
    model: "Model"
    loose: bool = False  # an answer may have words or a fence around its object
    silence: float = SILENCE

    def settings(self, most_tokens: int, seconds: float) -> "ModelSettings":
        """What a request says beside its words. `most_tokens` bounds the answer, thinking included; `seconds` are left
        for it."""
        return {"max_tokens": most_tokens, "thinking": self.access.thinking}

    async def texts(self, stream: "StreamedResponse") -> AsyncIterator[str]:
        """The text of an answer as it comes, without what a model thinks; "" is a sign of life."""
        from pydantic_ai.messages import PartDeltaEvent, PartStartEvent, TextPart, TextPartDelta

        async for event in stream:
            if isinstance(event, PartStartEvent) and isinstance(event.part, TextPart):
                yield event.part.content
            elif isinstance(event, PartDeltaEvent) and isinstance(event.delta, TextPartDelta):
                yield event.delta.content_delta
            else:
                yield ""

    @property
    def carries_schema(self) -> bool:
        """Does a request carry the schema of its answer? Else it is told in words."""
        return bool(self.model.profile.get("supports_json_schema_output"))

    def asks_without_schema_after(self, fault: Fault) -> bool:
        """May it be the schema that was refused? Then the same is asked once more with the schema in words."""
        return False

    def answered_without_schema(self) -> None:  # noqa: B027 - for the few that may refuse one
        """It was the schema: from now on it is told in words."""

    @abstractmethod
    async def names(self) -> list[str]:
        """The models that can hold a talk, by the provider's own list. Raises ModelFailed."""

    @abstractmethod
    async def close(self) -> None:
        """Lets go of the client."""
