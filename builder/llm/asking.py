"""The values of asking: what is asked, with how much patience, and the pieces in which an answer comes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from builder.core.usage import Usage
from builder.llm.faults import Fault


@dataclass(frozen=True, slots=True)
class Said:
    role: Literal["user", "model"]
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """`instructions` and `schema` are the constant front, `talk` what was said before, `message` comes last."""

    instructions: str
    message: str
    schema: Mapping[str, Any] = field(default_factory=dict)
    talk: tuple[Said, ...] = ()
    most_tokens: int = 4_000


@dataclass(frozen=True, slots=True)
class Patience:
    """`tries` in all; one that would have to wait more than `longest_wait` is not made; times in seconds.

    `tokens`: what all tries together may take, input and output; 0: no limit.
    """

    tries: int = 3
    first_wait: float = 0.5
    longest_wait: float = 60.0
    deadline: float = 120.0
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """More of the answer's JSON text."""

    text: str


@dataclass(frozen=True, slots=True)
class Again:
    """A try failed: what it said is void. The try with the number `attempt` (2 at first) begins in `seconds`."""

    fault: Fault
    attempt: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Whole:
    """The answer is complete: a JSON object. `usage` counts all tries."""

    answer: Mapping[str, Any]
    usage: Usage


Piece = Text | Again | Whole
