"""What a good user prompt does: it has a place for what is given, names it, and keeps it apart from instructions."""

import re

from builder.core import placeholders
from builder.core.draft import gaps
from builder.interviewers.offline.improving.finding import Finding, Known, pattern
from builder.interviewers.offline.reading.text import capital, word_count

_GAP = re.compile(r"(?<!\{)\{([a-z][a-z0-9_]*)\}(?!\})")
_GAPS_ONLY = re.compile(r"^\s*\{[a-z][a-z0-9_]*\}(?:\s+\{[a-z][a-z0-9_]*\})*\s*$")
_LETTER = re.compile(r"[^\W\d_]")
_INSTRUCTION = 4  # words before a placeholder that are more than its label


def gap(text: str, known: Known) -> Finding | None:
    """At least one placeholder: those that are explained but stand nowhere, else one for the message."""
    if placeholders.used(text):
        return None
    told = known.draft.value("placeholders") or {}
    idle = [name for name in told if name not in gaps(known.draft) and _GAP.fullmatch(f"{{{name}}}")]
    names = idle or [known.pack.text("improve.adds.gap")]
    parts = "\n\n".join(_labelled(name) for name in names)
    return known.mended("gap", f"{text.rstrip()}\n\n{parts}", name=", ".join(name.replace("_", " ") for name in names))


def _labelled(name: str) -> str:
    return f"{_label(name)}\n{{{name}}}"


def _label(name: str) -> str:
    return f"{capital(name.replace('_', ' '))}:"


def labels(text: str, known: Known) -> Finding | None:
    """A placeholder alone on its line has a word above it; the only one of a talking agent needs none."""
    alone = not known.structured and _GAPS_ONLY.match(text.strip()) and len(_GAP.findall(text)) == 1
    lines = text.split("\n")
    labelled = lines if alone else [_with_label(lines, place) for place in range(len(lines))]
    return None if labelled == lines else known.mended("label", "\n".join(labelled))


def _with_label(lines: list[str], place: int) -> str:
    line = lines[place]
    if not _GAPS_ONLY.match(line):
        return line
    names = _GAP.findall(line)
    above = next((before.strip() for before in reversed(lines[:place]) if before.strip()), "")
    named = above.endswith((":", ">")) or (place > 0 and bool(lines[place - 1].strip()) and not _GAP.search(above))
    if len(names) == 1 and named:
        return line
    return "\n\n".join(_labelled(name) for name in names)


def fence(text: str, known: Known) -> Finding | None:
    """Material in the midst of an instruction is put between marks, so that it is not read as part of it."""
    lines = text.split("\n")
    fenced = [_fenced(line, known) for line in lines]
    return None if fenced == lines else known.mended("fence", "\n".join(fenced))


def _fenced(line: str, known: Known) -> str:
    """The line with marks around each placeholder that holds material; at its end they get lines of their own."""
    bare = _GAP.sub(" ", line)
    if word_count(bare) < _INSTRUCTION or not _LETTER.search(bare):
        return line
    material = pattern(known.pack, "improve.data")

    def marked(found: re.Match[str]) -> str:
        name, start, end = found[1], found.start(), found.end()
        quoted = line[start - 1 : start] in ('"', "“", "«", "„", "'", ">") or line[end : end + 1] == "<"
        if quoted or not material.search(name.replace("_", " ")):
            return found[0]
        ends = not line[end:].strip() and line[:start].rstrip().endswith(":")
        return f"\n<{name}>\n{found[0]}\n</{name}>" if ends else f"<{name}>{found[0]}</{name}>"

    return re.sub(r"[ \t]+\n", "\n", _GAP.sub(marked, line))
