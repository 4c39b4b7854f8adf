"""Text that every database and every wire takes."""

from collections.abc import Mapping
from typing import Any


def readable(text: str) -> str:
    """The text without NULs and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def readable_value(value: Any) -> Any:
    """A JSON value with all its texts readable."""
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, Mapping):
        return {readable(str(key)): readable_value(part) for key, part in value.items()}
    return [readable_value(part) for part in value] if isinstance(value, list) else value
