"""Text and other values that come in over HTTP, as they can be stored."""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from builder.core.check_schema import deeper_than
from builder.core.readable import readable_value

LONGEST = 200_000
DEEPEST = 64
# Something to be seen. Python and JSON Schema do not mean the same by \s: here it is both.
_NOT_BLANK = re.compile(r"[^\s\x00\x1c-\x1f\x85\ufeff]")


def storable(text: str) -> str:
    """Half characters (lone surrogates) and NUL cannot be stored; they are replaced and left out."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


def _said(text: str) -> str:
    if _NOT_BLANK.search(text) is None:
        raise ValueError("Is empty. Write what you want to say.")
    if len(text) > LONGEST:
        raise ValueError(f"Has {len(text):,} characters; {LONGEST:,} are allowed.")
    return storable(text)


def _json_value(value: Any) -> Any:
    """Python reads more as JSON than JSON is: NaN, and any depth."""
    if deeper_than(value, DEEPEST):
        raise ValueError(f"Is nested more than {DEEPEST} levels deep. Make it flatter.")
    if any(isinstance(leaf, float) and not math.isfinite(leaf) for leaf in _leaves(value)):
        raise ValueError("Holds NaN or Infinity, which JSON does not know.")
    return readable_value(value)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _leaves(part)
    elif isinstance(value, list):
        for part in value:
            yield from _leaves(part)
    else:
        yield value


# Text that may be anything, as it can be stored.
Text = Annotated[str, BeforeValidator(lambda given: storable(given) if isinstance(given, str) else given)]
# Said of text in the description, and checked with better words by what takes it.
NOT_BLANK: dict[str, Any] = {"pattern": _NOT_BLANK.pattern}
Said = Annotated[str, AfterValidator(_said), Field(json_schema_extra={"maxLength": LONGEST, **NOT_BLANK})]
_TAG: dict[str, Any] = {"pattern": r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$"}
Language = Annotated[
    str, Field(min_length=1, max_length=64, description="BCP 47, such as en or de-AT.", json_schema_extra=_TAG)
]
Value = Annotated[Any, AfterValidator(_json_value)]
Object = Annotated[dict[str, Any], AfterValidator(_json_value)]
