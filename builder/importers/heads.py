"""Markdown files with a head between `---` lines: the head's own text and what comes after it."""

import re
from collections.abc import Mapping
from typing import Any

from builder.importers.base import Document

_ENTRY = re.compile(r"\A([A-Za-z][\w-]*+):(?:[ \t]+(.*))?")
LONGEST_HEAD = 2_000_000


def split(text: str) -> tuple[str, str]:
    """("" and the whole text) where there is no head, or none that ends."""
    text = text.removeprefix("\ufeff")
    first, _, rest = text.partition("\n")
    if first.rstrip() != "---":
        return "", text
    end = re.search(r"^---[ \t]*\r?$", rest[:LONGEST_HEAD], re.MULTILINE)
    if end is None:
        return "", text
    return rest[: end.start()], rest[end.end() :].removeprefix("\n")


def body(text: str) -> str:
    """What comes after the head, without the blank line before it and the line's end behind it."""
    return split(text)[1].removeprefix("\n").removesuffix("\n")


def head(document: Document) -> Mapping[str, Any]:
    """What the head says; of one that is no YAML, as people write them, what stands on each line."""
    if not isinstance(document.data, Mapping):
        return loose(document.text)
    said = {key: value for key, value in document.data.items() if isinstance(key, str)}
    more = loose(document.text) if "" in said.values() else {}  # read by lines: what stands below a key is missing
    return {key: value if value != "" else more.get(key, "") for key, value in said.items()}


def loose(text: str) -> dict[str, str]:
    """The entries of a head line by line: a value is text up to the next entry, whatever stands in it."""
    found, last = dict[str, str](), ""
    for line in split(text)[0].splitlines():
        match = _ENTRY.fullmatch(line.rstrip())
        if match:
            last = match[1]
            found[last] = (match[2] or "").strip().strip("\"'")
        elif last:
            found[last] = f"{found[last]}\n{line.strip()}".strip()
    return found
