"""Common typing errors in the words that matter for understanding; a person's other words stay as they are."""

import re
from functools import cache

from builder.interviewers.offline.pack import Pack, pack_for

_WORD = re.compile(r"(?<![\w{'\"_-])[^\W\d_]{5,}(?![\w}_])")
_SUBSTITUTE_FROM = 8  # in short words another letter is often another word


def mend(text: str, pack: Pack) -> str:
    """The text with key words spelled right where they are one slip away: "requried" becomes "required"."""
    return _WORD.sub(lambda match: _mended(match[0], pack), text)


def _mended(word: str, pack: Pack) -> str:
    lower = word.lower()
    if word[1:] != word[1:].lower() or lower in _known(pack.code):
        return word
    for key in _by_first(pack.code).get(lower[0], ()):
        if abs(len(key) - len(lower)) <= 1 and _one_slip(lower, key):
            return key.capitalize() if word[0].isupper() else key
    return word


@cache
def _known(code: str) -> frozenset[str]:
    pack = pack_for(code)
    plain = [word.lower() for name in pack.table("words") for word in pack.list(f"words.{name}")]
    return frozenset(part for word in plain for part in re.findall(r"[^\W\d_]+", word)) | frozenset(
        pack.list("keywords.words")
    )


@cache
def _by_first(code: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key in pack_for(code).list("keywords.words"):
        if len(key) > 4:
            found.setdefault(key[0], []).append(key)
    return found


def _one_slip(word: str, key: str) -> bool:
    """Two neighbours swapped, or one letter too many, too few or (in long words) wrong; never the last letter."""
    start = next((i for i, (a, b) in enumerate(zip(word, key, strict=False)) if a != b), min(len(word), len(key)))
    if len(word) == len(key):
        swapped = word[start + 1 : start + 2] + word[start : start + 1] + word[start + 2 :]
        if swapped == key[start:]:
            return True
        return len(key) >= _SUBSTITUTE_FROM and start < len(key) - 1 and word[start + 1 :] == key[start + 1 :]
    if word[-1] != key[-1]:
        return False
    return word[start + 1 :] == key[start:] if len(word) > len(key) else word[start:] == key[start + 1 :]
