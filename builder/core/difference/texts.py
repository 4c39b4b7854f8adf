"""Two texts compared: passages (lines, sentences) that go and that come, and in a changed one the words that differ."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from builder.core.difference.alignment import steps

Kind = Literal["same", "gone", "new", "gap"]
Piece = tuple[str, bool]  # text, and whether these words differ
_REACH = 30  # passages among which the changed one is looked for
_MOST_LOOKS = 6_000  # in one comparison
_MOST_WORDED = 500  # pairs of passages in one comparison whose differing words are marked
_ALIKE = 0.4  # from there on two passages are one passage changed
# Scripts without spaces are compared sign by sign: Thai, Lao, Burmese, Khmer, Japanese, Chinese.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+|\s+|[^\w\s]")
_TELLING = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_LIST_MARK = re.compile(r"\W*\w{1,3}[.)]$")
# A sentence ends with its sign and a space that no small letter follows; in scripts without spaces with the sign alone.
_END = re.compile(r"(?<=[.!?…؟।])[\"'”’»)\]]*\s+(?=[^\s])(?![a-zà-öø-ÿ])|(?<=[。！？｡])(?![。！？｡」』）])")


@dataclass(frozen=True, slots=True)
class Row:
    kind: Kind
    pieces: tuple[Piece, ...] = ()
    paired: bool = False  # the other side has this passage, too, only in other words

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.pieces)


def passages(text: str) -> list[str]:
    """The sentences of a text, none of them over two lines; empty lines are left out."""
    return [passage for line in text.splitlines() for passage in _sentences(line)]


def _sentences(line: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(line):
        if not _LIST_MARK.match(line[start : end.start()].strip()):
            yield line[start : end.end()].rstrip()
            start = end.end()
    if line[start:].strip():
        yield line[start:].rstrip()


def rows(before: Sequence[str], after: Sequence[str], around: int = 1) -> list[Row]:
    """The passages that differ, with as many unchanged ones around them; a gap stands for the rest."""
    return list(_near(aligned(before, after), around))


def aligned(before: Sequence[str], after: Sequence[str]) -> list[Row]:
    """All passages, those that differ and those that do not."""
    found: list[Row] = []
    looks = _Looks()
    for same, a, b, c, d in steps(before, after):
        if same:
            found += [Row("same", ((passage, False),)) for passage in before[a:b]]
        else:
            found += _changed(before[a:b], after[c:d], looks)
    return found


def _changed(before: Sequence[str], after: Sequence[str], looks: "_Looks") -> Iterator[Row]:
    """A stretch that differs: passages that are alike stand below each other, their differing words marked."""
    start = 0
    for passage in before:
        reach = range(start, min(len(after), start + _REACH))
        place = next((place for place in reach if looks.alike(passage, after[place])), None)
        if place is None:
            yield Row("gone", ((passage, False),))
            continue
        yield from (Row("new", ((other, False),)) for other in after[start:place])
        old, new = looks.words(passage, after[place])
        yield Row("gone", old, paired=True)
        yield Row("new", new, paired=True)
        start = place + 1
    yield from (Row("new", ((passage, False),)) for passage in after[start:])


class _Looks:
    """Looks closer at pairs of passages, as long as there are not too many."""

    def __init__(self) -> None:
        self._left = _MOST_LOOKS
        self._worded = _MOST_WORDED
        self._counted: dict[str, Counter[str]] = {}

    def alike(self, one: str, other: str) -> bool:
        self._left -= 1
        if self._left < 0:
            return False
        first, second = self._words(one), self._words(other)
        common = sum(min(count, second[word]) for word, count in first.items() if word in second)
        return common > 0 and 2 * common >= _ALIKE * (first.total() + second.total())

    def words(self, one: str, other: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
        self._worded -= 1
        return words(one, other) if self._worded >= 0 else (((one, True),), ((other, True),))

    def _words(self, passage: str) -> Counter[str]:
        if passage not in self._counted:
            self._counted[passage] = Counter(_TELLING.findall(passage))
        return self._counted[passage]


def words(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both passages in pieces."""
    one, other = _tokens(before), _tokens(after)
    old: list[Piece] = []
    new: list[Piece] = []
    for same, a, b, c, d in steps(one, other):
        old.append(("".join(one[a:b]), not same))
        new.append(("".join(other[c:d]), not same))
    return tuple(filter(_says, old)), tuple(filter(_says, new))


def _tokens(text: str) -> list[str]:
    """Words, spaces and signs; marks that stand on a letter stay with it."""
    found: list[str] = []
    for token in _WORD.findall(text):
        if found and unicodedata.category(token[0]).startswith("M"):
            found[-1] += token
        else:
            found.append(token)
    return found


def _says(piece: Piece) -> bool:
    return piece[0] != ""


def _near(found: Sequence[Row], around: int) -> Iterator[Row]:
    changed = [place for place, row in enumerate(found) if row.kind != "same"]
    near = {place + step for place in changed for step in range(-around, around + 1)}
    was_near = True
    for place, row in enumerate(found):
        if place in near:
            yield row
        elif was_near and place > 0:
            yield Row("gap")
        was_near = place in near
