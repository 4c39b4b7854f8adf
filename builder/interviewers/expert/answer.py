"""What a model answers in a turn: the shape it is asked for, and what code takes from whatever comes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from builder.core.readable import readable

Heard = Literal["told", "question", "agree", "refuse", "decide", "other"]
HEARD: tuple[str, ...] = get_args(Heard)
_TEXT: Mapping[str, Any] = {"type": "string"}
_OPERATIONS: Mapping[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "action": {"type": "string", "enum": ["set", "unset", "add", "remove", "put", "drop", "rename"]},
            "field": _TEXT,
            "key": _TEXT,
            "value_json": _TEXT,
            "source": {"type": "string", "enum": ["user", "assumed"]},
        },
        "required": ["action", "field", "key", "value_json", "source"],
    },
}
MOST_OPERATIONS = 100  # of one answer; what comes after them is left out, and that is said
_MOST_TAPS, _LONGEST_TAP, _LONGEST_TOPIC, LONGEST_NOTE = 6, 80, 40, 120


def _object(**properties: Any) -> Mapping[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


TURN = _object(
    reply=_TEXT,
    suggestions={"type": "array", "items": _TEXT},
    heard={"type": "string", "enum": list(HEARD)},
    operations=_OPERATIONS,
    topic=_TEXT,
    note=_TEXT,
)
REPAIR = _object(operations=_OPERATIONS)
IMPROVEMENT = _object(reasons={"type": "array", "items": _TEXT}, text=_TEXT)


@dataclass(frozen=True, slots=True)
class Answer:
    """`operations` are as the model wrote them, of any shape."""

    reply: str = ""
    suggestions: tuple[str, ...] = ()
    heard: Heard = "told"
    operations: tuple[Any, ...] = ()
    topic: str = ""
    note: str = ""

    @staticmethod
    def of(found: Mapping[str, Any]) -> "Answer":
        """Whatever the object holds: what has the wrong shape counts as not said."""
        heard = heard_of(found.get("heard"))
        return Answer(
            text(found.get("reply")),
            taps(found.get("suggestions")),
            heard,
            () if heard == "question" else operations(found),
            line(found.get("topic"), _LONGEST_TOPIC),
            line(found.get("note"), LONGEST_NOTE),
        )


def heard_of(value: Any) -> Heard:
    return cast(Heard, value) if isinstance(value, str) and value in HEARD else "told"


def text(value: Any) -> str:
    return readable(value) if isinstance(value, str) else ""


def operations(found: Mapping[str, Any]) -> tuple[Any, ...]:
    """The operations as they were written, and one more than is taken at the most."""
    return items(found.get("operations"))[: MOST_OPERATIONS + 1]


def line(value: Any, longest: int) -> str:
    """One line of text, cut where it is too long."""
    return " ".join(text(value).split())[:longest].strip()


def taps(value: Any) -> tuple[str, ...]:
    """Short answers to tap, each once."""
    found = [line(item, _LONGEST_TAP) for item in items(value)[: 4 * _MOST_TAPS]]
    return tuple(dict.fromkeys(item for item in found if item))[:_MOST_TAPS]


def items(value: Any) -> tuple[Any, ...]:
    return tuple(value[:1000]) if isinstance(value, list) else ()
