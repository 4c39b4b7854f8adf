"""How those who ask a model get to it, without knowing where keys and limits are kept."""

from dataclasses import dataclass
from typing import Protocol

from builder.llm.base import Connection


@dataclass(frozen=True, slots=True)
class Limits:
    """Tokens, input and output together; 0: no limit. `deadline`: seconds for one turn, all tries together."""

    turn: int = 30_000
    session: int = 500_000
    deadline: float = 120.0


@dataclass(frozen=True, slots=True)
class Reached:
    connection: Connection
    limits: Limits


class Reach(Protocol):
    async def __call__(self, provider: str, owner: str) -> Reached:
        """Raises ModelFailed (kind "key" or "address") when the provider is not set up."""
