"""What a model was given and gave, counted in tokens, and what that cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """`input` counts everything that was sent, `cached` is the part of it that the provider had already; `output`
    counts everything that came back, `thinking` is the part of it that nobody sees. `cost` is in US dollars; None
    when the price of a part of it is not known."""

    input: int = 0
    cached: int = 0
    thinking: int = 0
    output: int = 0
    cost: float | None = 0.0
    model: str = ""

    @property
    def tokens(self) -> int:
        return self.input + self.output

    def __add__(self, other: "Usage") -> "Usage":
        """Both together, under the later model's name."""
        unpriced = self.cost is None or other.cost is None
        return Usage(
            self.input + other.input,
            self.cached + other.cached,
            self.thinking + other.thinking,
            self.output + other.output,
            None if unpriced else (self.cost or 0.0) + (other.cost or 0.0),
            other.model or self.model,
        )


NOTHING = Usage()
