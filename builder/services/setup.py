"""One provider as it is set up for an owner: what was entered on the page over what the settings say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from builder.llm.base import Access, Lack, Provider, Thinking

From = Literal["page", "settings"]
LONG_ENOUGH = 12  # characters of a key whose last four may be shown


@dataclass(frozen=True, slots=True)
class Setup:
    """How a provider is set up for an owner, fit to be shown. `own` names the parts that were entered on the page.

    `lacks`: what is missing before it can be asked; without a "model" it can still say which models it has.
    `key_lost`: a key was entered, but what sealed it is not here any more: it must be entered again.
    """

    provider: str
    title: str
    key_hint: str
    key_from: From | None
    address: str
    address_from: From | None
    version: str
    model: str
    thinking: Thinking
    lacks: Lack | None = None
    key_lost: bool = False
    own: frozenset[str] = frozenset()

    @property
    def ready(self) -> bool:
        """Has it all it needs? Whether it answers shows when it is asked."""
        return self.lacks is None


@dataclass(frozen=True, slots=True)
class Joined:
    """What was entered over what the settings say. The settings' key goes to no other address than the settings'."""

    provider: Provider
    default: Access
    fields: Mapping[str, str] = field(default_factory=dict)
    key: str = field(default="", repr=False)
    key_lost: bool = False

    @property
    def own_address(self) -> bool:
        return self.fields.get("address", "") not in ("", self.default.address.strip().rstrip("/"))

    @property
    def access(self) -> Access:
        borrowed = "" if self.own_address or self.key_lost else self.default.key
        return Access(
            key=self.key or borrowed,
            address=self.fields.get("address") or self.default.address,
            version=self.fields.get("version") or self.default.version,
            model=self.fields.get("model") or self.default.model or self.provider.default_model,
            thinking=cast(Thinking, self.fields.get("thinking") or self.default.thinking),
        )

    @property
    def lacks(self) -> Lack | None:
        return "key" if self.key_lost else self.provider.lacks(self.access)

    @property
    def setup(self) -> Setup:
        access, own = self.access, {name for name, value in self.fields.items() if value}
        return Setup(
            provider=self.provider.name,
            title=self.provider.title,
            key_hint=_hint(access.key),
            key_from=None if not access.key else "page" if self.key else "settings",
            address=access.address,
            address_from=None if not access.address else "page" if self.own_address else "settings",
            version=access.version,
            model=access.model,
            thinking=access.thinking,
            lacks=self.lacks,
            key_lost=self.key_lost,
            own=frozenset(own | ({"key"} if self.key or self.key_lost else set())),
        )


def _hint(key: str) -> str:
    return f"…{key[-4:]}" if len(key) >= LONG_ENOUGH else "…" if key else ""
