"""Checks that hold for every text: stray braces, repetitions, words without weight, endless paragraphs."""

import re
from functools import partial

from builder.core.placeholders import escape_stray, stray_braces
from builder.interviewers.offline.improving.finding import Finding, Known, quoted
from builder.interviewers.offline.improving.lines import BULLET, own, sentences
from builder.interviewers.offline.reading.text import capital, word_count

_LONGEST_LINE, _MOST_SENTENCES = 480, 2
_LONGEST_SENTENCE = 60  # words
_LEAST_REPEATED = 4  # words; a shorter line may well stand twice
_HEAD = re.compile(r"^(\s*(?:[-*•–—]|\d{1,2}[.)])?\s*)(.*)$", re.DOTALL)


def braces(text: str, known: Known) -> Finding | None:
    return known.mended("braces", escape_stray(text)) if stray_braces(text) else None


def twice(text: str, known: Known) -> Finding | None:
    """Lines and sentences that are exact repetitions of an earlier one."""
    seen: set[str] = set()
    kept: list[str] = []
    for line, authors in own(text):
        left = _new(line, seen, known) if authors else line
        if left or not line.strip():
            kept.append(left)
    shorter = "\n".join(kept)
    return known.mended("twice", shorter) if shorter != text and shorter.strip() else None


def _new(line: str, seen: set[str], known: Known) -> str:
    """The line without the sentences that were seen before; "" when nothing is left of it."""
    head, rest = _split_head(line)
    parts = sentences(rest, known.pack)
    fresh = []
    for part in parts:
        mark = " ".join(part.split())
        if mark not in seen or word_count(mark) < _LEAST_REPEATED:
            fresh.append(part)
        seen.add(mark)
    return line if len(fresh) == len(parts) else (head + " ".join(fresh) if fresh else "")


def _split_head(line: str) -> tuple[str, str]:
    match = _HEAD.match(line)
    return (match[1], match[2]) if match else ("", line)


def filler(text: str, known: Known) -> Finding | None:
    lighter = "\n".join(_light(line, known) if authors else line for line, authors in own(text))
    return known.mended("filler", lighter) if lighter != text and lighter.strip() else None


def _light(line: str, known: Known) -> str:
    """The line without words that say nothing, its sentences still beginning with a capital letter."""
    head, rest = _split_head(line)
    start = "|".join(known.pack.list("improve.filler.start"))
    opening = re.compile(rf"(^|(?<=[.!?]\s))(?:{start})(?!\w),?\s+(\S)", re.IGNORECASE)
    lighter = opening.sub(lambda found: found[1] + found[2].upper(), rest)
    for old, new in known.pack.pairs("improve.filler.swap"):
        lighter = re.sub(rf"(?<!\w)(?:{old})(?!\w)", partial(_like, new), lighter, flags=re.IGNORECASE)
    return line if lighter == rest else head + lighter


def _like(new: str, old: re.Match[str]) -> str:
    return capital(new) if old[0][:1].isupper() else new


def paragraphs(text: str, known: Known) -> Finding | None:
    """A long paragraph is read more easily with one sentence on each line."""
    cut = "\n".join(_cut(line, known) if authors else line for line, authors in own(text))
    return known.mended("lines", cut) if cut != text else None


def _cut(line: str, known: Known) -> str:
    parts = sentences(line, known.pack)
    short = len(line) <= _LONGEST_LINE or len(parts) <= _MOST_SENTENCES or BULLET.match(line)
    return line if short else "\n".join(parts)


def long_sentence(text: str, known: Known) -> Finding | None:
    for line, authors in own(text):
        for sentence in sentences(line, known.pack) if authors else ():
            if word_count(sentence) > _LONGEST_SENTENCE:
                return known.advised("long_sentence", start=quoted(sentence))
    return None
