"""Does a text say something already, in the same or in kindred words?"""

import re
import unicodedata

from builder.core.placeholders import escape
from builder.interviewers.offline.pack import Pack

ENOUGH = 0.5  # share of its words that must occur
_STEM = 5  # letters of a word that are compared
_WORD = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_UMLAUTS = (("ß", "ss"), ("ae", "a"), ("oe", "o"), ("ue", "u"))


def fold(text: str) -> str:
    """Small letters without accents and hyphens; umlauts written out are the same as umlauts."""
    bare = text.lower().replace("-", "")
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(sign))
    for old, new in _UMLAUTS:
        plain = plain.replace(old, new)
    return plain


def stems(text: str, pack: Pack) -> set[str]:
    """The beginnings of the words that carry meaning."""
    empty = [pack.words("light"), pack.words("forbids")]
    words = (word for word in _WORD.findall(text) if len(word) > 2 and not any(e.fullmatch(word) for e in empty))
    return {_stem(word) for word in words}


def _stem(word: str) -> str:
    return fold(word).rstrip("s")[:_STEM]


def share(part: str, text: str, pack: Pack) -> float:
    """How much of the part the text says: from 0 to 1. A part without words of its own must stand there as it is."""
    wanted, said = stems(part, pack), fold(text)
    if not wanted:
        return float(part.strip().lower() in text.lower())
    return sum(stem in said for stem in wanted) / len(wanted)


def mentions(text: str, name: str, least: float = 0.0) -> bool:
    """Is a placeholder or an output spoken of? `least`: the share of the words of its name that must occur."""
    parts = [_stem(part) for part in _WORD.findall(_HUMP.sub(" ", name)) if len(part) > 2]
    said = fold(text)
    hits = sum(part in said for part in parts)
    return escape(name).lower() in text.lower() or (hits > 0 and hits >= least * len(parts))
