"""Lines and sentences of a text. What stands in quotation marks, tags or code is somebody's material and left alone."""

import re
from collections.abc import Iterator

from builder.interviewers.offline.pack import Pack

BULLET = re.compile(r"^\s*(?:[-*•–—]|\d{1,2}[.)])\s+")
_BREAK = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_a-zà-ÿ]|[{¿¡])")
_LAST_WORD = re.compile(r"([\w.]+)\.$")
_OPENS = re.compile(r"^\s*<([A-Za-z][\w-]*)>\s*$")
_QUOTES = re.compile("[\"“”„«»`]")


def own(text: str) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it is the author's own words."""
    inside, lines = "", text.split("\n")
    edges = {line.strip() for line in lines}
    for line in lines:
        edge = line.strip()
        if inside:
            yield line, False
            inside = "" if edge in (inside, "```") else inside
        elif edge.startswith("```"):
            inside = "```"
            yield line, False
        elif tag := _OPENS.match(line):
            inside = f"</{tag[1]}>" if f"</{tag[1]}>" in edges else ""
            yield line, False
        else:
            yield line, not _QUOTES.search(line)


def sentences(line: str, pack: Pack) -> list[str]:
    """The sentences of one line; joined by a space they are the line again (but for its white space)."""
    found: list[str] = []
    for piece in _BREAK.split(line.strip()):
        if found and _goes_on(found[-1], pack):
            found[-1] += f" {piece}"
        else:
            found.append(piece)
    return [piece for piece in found if piece]


def _goes_on(piece: str, pack: Pack) -> bool:
    """Was that dot the end of an abbreviation?"""
    word = _LAST_WORD.search(piece)
    return word is not None and pack.words("abbreviations").fullmatch(word[1]) is not None
