"""A problem: where something is wrong, why, and what to do. Plain words, for people."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from builder.core.operation import Operation


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` is stable and names the sentence in the word packs of the pages; `params` fills its gaps.

    `field` is a draft field ("name") or a path below one ("schema_definition.priority"); "" means the whole.
    `mend` is set where only one repair makes sense.
    """

    code: str
    field: str
    reason: str
    next_step: str
    params: Mapping[str, Any] = field(default_factory=dict)
    line: int | None = None
    mend: Operation | None = None

    def to_json(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if value not in (None, {}, "")}
