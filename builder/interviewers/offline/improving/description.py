"""What a good description is: one short sentence that begins with what the agent does."""

import re

from builder.core.agent import LONGEST_DESCRIPTION
from builder.interviewers.offline.improving.finding import Finding, Known
from builder.interviewers.offline.improving.lines import sentences
from builder.interviewers.offline.reading.text import capital, word_count

_END = re.compile(r"[.!?…。！？]$")
_LEAST = 3  # words
_JOINED = 2  # sentences that can be one


def lead(text: str, known: Known) -> Finding | None:
    """It is plain that this is an agent."""
    for old, new in known.pack.pairs("improve.lead"):
        shorter = re.sub(rf"^\s*{old}", new, text, count=1, flags=re.IGNORECASE)
        if shorter != text and word_count(shorter) > 1:
            return known.mended("lead", capital(shorter.strip()))
    return None


def one_sentence(text: str, known: Known) -> Finding | None:
    parts = sentences(" ".join(text.split()), known.pack)
    if len(parts) < 2:
        return None
    start = parts[-1].split()[0].rstrip(",")
    light = known.pack.words("light").fullmatch(start) or known.pack.words("forbids").fullmatch(start)
    if len(parts) > _JOINED or not light or not parts[0].endswith("."):
        return known.advised("sentences")
    return known.mended("sentence", f"{parts[0][:-1]}; {parts[1][:1].lower()}{parts[1][1:]}")


def edges(text: str, known: Known) -> Finding | None:
    tidy = capital(" ".join(text.split()))
    whole = tidy if _END.search(tidy) else f"{tidy.rstrip(' ,;:')}."
    return None if whole == text.strip() else known.mended("edges", whole)


def short(text: str, known: Known) -> Finding | None:
    return known.advised("short") if word_count(text) < _LEAST else None


def long(text: str, known: Known) -> Finding | None:
    most = LONGEST_DESCRIPTION
    return known.advised("long", length=len(text), most=most) if len(text) > most else None
