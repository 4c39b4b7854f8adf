"""What a fake model server says and what it has heard, as plain values."""

import json as json_text
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from tests.models.voice import Voice

Wanted = Literal["retry", "tell", "deadline", "cope"]


class Dropped(Exception):
    """The server closes the connection in the middle of what it says."""


@dataclass(frozen=True)
class Fault:
    """One way to go wrong. What is not named stays as in a healthy answer.

    `wanted` is what the product owes the person: try again, tell at once, end it by its deadline, or cope (the answer
    is whole but odd). `status` 0 means that not even the head of a response is sent. `then` happens after `after`
    pieces.
    """

    name: str
    wanted: Wanted
    status: int = 200
    reason: str = ""
    retry_header: str = ""
    retry_info: float | None = None
    html: bool = False
    after: int = 0
    then: "Callable[[Voice], AsyncIterator[bytes]] | None" = None
    finish: str = ""
    blocked: str = ""
    pause: float | None = None
    pieces: int | None = None
    says: Callable[[str], str] | None = None

    def __repr__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Usage:
    """Tokens. Without `output` a piece of four characters counts as one; `prompt` includes `cached`."""

    prompt: int = 100
    cached: int = 0
    thinking: int = 0
    output: int | None = None


@dataclass(frozen=True)
class Answer:
    """`pieces` is the length of a chunk in characters, or the chunks themselves. All times are seconds.

    `finish_reason` is one of stop, length, safety, recitation, malformed, other, or the provider's own word.
    An answer to a request that forces a tool, or with `tool` set, comes as a call of that tool.
    """

    text: str = ""
    json: Any = None
    pieces: int | Sequence[str] = 16
    pause: float = 0.0
    first_after: float = 0.0
    finish_reason: str = "stop"
    usage: Usage = Usage()
    tool: str = ""
    fault: Fault | None = None

    @cached_property
    def said(self) -> str:
        """The whole text, as the fault leaves it."""
        text = self.text if self.json is None else json_text.dumps(self.json, ensure_ascii=False)
        return self.fault.says(text) if self.fault and self.fault.says else text

    @cached_property
    def chunks(self) -> Sequence[str]:
        size = self.pieces if self.fault is None or self.fault.pieces is None else self.fault.pieces
        if not isinstance(size, int):
            return size
        said = self.said
        return [said[start : start + size] for start in range(0, len(said), size)]

    @cached_property
    def output_tokens(self) -> int:
        return len(self.said) // 4 + 1 if self.usage.output is None else self.usage.output


@dataclass
class Received:
    """One request as it came, and what became of its answer. Times are `time.monotonic()`.

    `route` is what it asks for: generate, stream, count, models or model.
    """

    route: str
    path: str
    key: str
    headers: dict[str, str]
    body: dict[str, Any]
    model: str = ""
    api_version: str = ""
    system: str = ""
    history: list[tuple[str, str]] = field(default_factory=list)
    last: str = ""
    schema: dict[str, Any] | None = None
    tools: list[dict[str, Any]] = field(default_factory=list)
    forced_tool: str = ""
    at: float = field(default_factory=time.monotonic)
    first_text_at: float | None = None
    ended_at: float | None = None
    aborted_at: float | None = None

    @property
    def text(self) -> str:
        """All that the model would read, for counting tokens."""
        shapes = [json_text.dumps(shape, ensure_ascii=False) for shape in [self.schema, *self.tools] if shape]
        return "\n".join([self.system, *shapes, *(text for _, text in self.history), self.last])


Script = Sequence[Answer] | Callable[[Received], Answer]


def failing(fault: Fault, times: int | None = None, then: Answer | None = None) -> list[Answer]:
    """The fault `times` times and then `then`; without `times` for ever. `then` also lends its words to the fault."""
    answer = then or Answer("The answer after the fault.")
    faulty = replace(answer, fault=fault)
    return [faulty] if times is None else [faulty] * times + [answer]
