"""What goes wrong at a model's end, by kind. `words.py` says it to people, `causes.py` tells the kind of an error."""

from dataclasses import dataclass
from typing import Literal

from builder.core.usage import NOTHING, Usage

Kind = Literal[
    "busy",  # 429: too many requests for now
    "quota",  # 429, 402: nothing is left of the quota or the credit, waiting does not help
    "server",  # 5xx, or an error instead of an answer
    "connection",  # no connection, or it broke
    "cut",  # the answer ended before its end, or there was none
    "malformed",  # the answer is not what was asked for
    "slow",  # the deadline has passed
    "key",  # no key, or it was refused (401, 403, Gemini's 400 for a key)
    "model",  # 404: no such model (or no such address)
    "address",  # none given, or it cannot be one
    "request",  # 400: refused, trying again does not help
    "blocked",  # the provider's filter held question or answer back
    "ended",  # the model broke off for a reason of its own
    "length",  # the answer was longer than allowed
]
RETRIED: frozenset[Kind] = frozenset({"busy", "server", "connection", "cut", "malformed"})


@dataclass(frozen=True, slots=True)
class Fault:
    """`detail` is the provider's own words, shortened, without keys. `wait`: seconds it asked for."""

    kind: Kind
    detail: str = ""
    wait: float | None = None
    status: int | None = None

    @property
    def retried(self) -> bool:
        return self.kind in RETRIED


class ModelFailed(Exception):
    """A model did not answer as a whole. `usage`: what the tries took all the same."""

    def __init__(self, fault: Fault, usage: Usage = NOTHING) -> None:
        super().__init__(f"{fault.kind}: {fault.detail}")
        self.fault = fault
        self.usage = usage
