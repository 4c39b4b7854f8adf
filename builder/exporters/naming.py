"""Names as platforms want them. The true name stays in a title or in the metadata, and the change is told."""

import keyword
import re

from builder.core.name import plain_letters
from builder.exporters.notes import Note

LONGEST_KEBAB = 64
LONGEST_IDENTIFIER = 64
# Windows takes no file or folder of these names.
DEVICES = frozenset(("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))))


def identifier(name: str, taken: frozenset[str] = frozenset()) -> str:
    """A Python identifier of ASCII letters in snake_case that is no keyword and none of `taken`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain_letters(name))
    plain = re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")[:LONGEST_IDENTIFIER].rstrip("_")
    safe = plain if plain[:1].isalpha() else f"agent_{plain}".rstrip("_")
    is_taken = keyword.iskeyword(safe) or keyword.issoftkeyword(safe) or safe in taken or safe in DEVICES
    return f"{safe}_agent" if is_taken else safe


def package(name: str) -> str:
    """For a package at the top level: it ends in `_agent`, so that it never stands before one that programs import."""
    return f"{identifier(name).removesuffix('_agent')}_agent"


def kebab(name: str) -> str:
    """Lower-case words joined by single hyphens, 64 characters at the most."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", plain_letters(name))
    plain = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:LONGEST_KEBAB].rstrip("-")
    return f"{plain}-agent" if plain in DEVICES else plain or "agent"


def renamed(old: str, new: str, field: str = "name") -> tuple[Note, ...]:
    """The note of a change; none when there was none."""
    return () if old == new else (Note("renamed", field, "name_changed", {"old": old, "new": new}),)
