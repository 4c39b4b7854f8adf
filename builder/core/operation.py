"""Operations: the small steps by which anybody (person, interviewer, importer) changes a draft."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Action = Literal["set", "unset", "add", "remove", "put", "drop", "rename"]
Source = Literal["user", "assumed", "edited"]
Author = Literal["interviewer", "person"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One step on one draft field.

    set     value replaces the field                       unset   the field is emptied
    add     value joins a list (once)                      remove  value leaves a list
    put     value stands under `key` in a mapping: an output (a JSON Schema of the property, with the extra
            boolean "required") in `schema_definition`, a sentence in `placeholders`
    drop    `key` leaves the mapping                       rename  `key` is called `value` from now on
    """

    action: Action
    field: str
    value: Any = None
    key: str | None = None
    source: Source = "user"

    def to_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}
