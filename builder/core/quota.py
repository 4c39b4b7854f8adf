"""What owners may use: tiers with their limits, and how much of them is used. Months are those of UTC."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

Kind = Literal["messages", "pages", "agents"]  # messages and pages: in a month; agents: that there are
KINDS: tuple[Kind, ...] = get_args(Kind)
UNLIMITED = "unlimited"


@dataclass(frozen=True, slots=True)
class Tier:
    """None: unlimited; a `rate` of None: the setting CHAT_RATE_LIMIT holds."""

    name: str
    messages: int | None = None
    pages: int | None = None
    agents: int | None = None
    rate: str | None = None

    def most(self, kind: Kind) -> int | None:
        found: int | None = getattr(self, kind)
        return found


@dataclass(frozen=True, slots=True)
class Limits:
    """`owners` maps owners to names of tiers; who is not named has the tier `default`."""

    default: str
    tiers: Mapping[str, Tier]
    owners: Mapping[str, str]

    def of(self, owner: str) -> Tier:
        return self.tiers[self.owners.get(owner, self.default)]


@dataclass(frozen=True, slots=True)
class Used:
    """`limit` None: unlimited."""

    used: int
    limit: int | None


@dataclass(frozen=True, slots=True)
class Use:
    """`tier` is None where no limits are set; at `resets` messages and pages begin anew."""

    tier: str | None
    month: str
    resets: datetime
    messages: Used
    pages: Used
    agents: Used


def month_of(moment: datetime) -> str:
    """ "2026-11" """
    return f"{moment.astimezone(UTC):%Y-%m}"


def month_end(moment: datetime) -> datetime:
    """The first moment of the next month."""
    now = moment.astimezone(UTC)
    year, month = (now.year + 1, 1) if now.month == 12 else (now.year, now.month + 1)
    return datetime(year, month, 1, tzinfo=UTC)
