"""Two texts compared: lines that go and lines that come, and inside a changed line the words that differ.

A sign and the weight of the letters say what the colour says.
"""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from builder.ui.plain import plain

Kind = Literal["same", "gone", "new", "gap"]
Piece = tuple[str, bool]  # text, and whether these words differ
LONGEST_LINE = 1_000  # characters that are shown of one line
_LONGEST_RUN = 160  # characters of unchanged words inside a long changed line
_MOST_WORDS = 1_500  # of two lines that are compared word by word
_REACH = 30  # lines among which the changed one is looked for
_ALIKE = 0.4  # from there on two lines are one line changed
_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_TELLING = re.compile(r"\w+")
_COLOURS = {"gone": "red", "new": "green"}
_SIGNS = {"gone": "−", "new": "\\+"}


@dataclass(frozen=True, slots=True)
class Row:
    kind: Kind
    pieces: tuple[Piece, ...] = ()
    paired: bool = False  # the other side has this line, too, only in other words

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.pieces)


def rows(before: Sequence[str], after: Sequence[str], around: int = 1) -> list[Row]:
    """The lines that differ, with as many unchanged ones around them; a gap stands for the rest."""
    found: list[Row] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [Row("same", ((line, False),)) for line in before[a:b]]
        else:
            found += _changed(before[a:b], after[c:d])
    return list(_near(found, around))


def _changed(before: Sequence[str], after: Sequence[str]) -> Iterator[Row]:
    """A stretch that differs: lines that are alike stand below each other, their differing words marked."""
    start = 0
    for line in before:
        reach = range(start, min(len(after), start + _REACH))
        place = next((place for place in reach if _alike(line, after[place])), None)
        if place is None:
            yield Row("gone", ((line, False),))
            continue
        yield from (Row("new", ((other, False),)) for other in after[start:place])
        old, new = words(line, after[place])
        yield Row("gone", old, paired=True)
        yield Row("new", new, paired=True)
        start = place + 1
    yield from (Row("new", ((line, False),)) for line in after[start:])


def _alike(one: str, other: str) -> bool:
    if len(_WORD.findall(one)) + len(_WORD.findall(other)) > _MOST_WORDS:
        return False
    old, new = _TELLING.findall(one), _TELLING.findall(other)
    if not old or not new:
        return False
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


def words(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both lines in pieces."""
    one, other = _WORD.findall(before), _WORD.findall(after)
    old: list[Piece] = []
    new: list[Piece] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        old.append(("".join(one[a:b]), tag != "equal"))
        new.append(("".join(other[c:d]), tag != "equal"))
    return tuple(filter(_says, old)), tuple(filter(_says, new))


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


def markdown(found: Sequence[Row]) -> str:
    """The rows as Markdown, one below the other; what people wrote is text in it and nothing else."""
    return "  \n".join(map(_row, found))


def _row(row: Row) -> str:
    if row.kind == "gap":
        return ":small[:gray[…]]"
    indent = "\u00a0" * (len(row.text) - len(row.text.lstrip()))
    if row.kind == "same":
        return f":small[:gray[{indent}{plain(row.text, LONGEST_LINE)}]]"
    colour, sign = _COLOURS[row.kind], f"**{_SIGNS[row.kind]}**"
    if not row.text.strip():
        return f":{colour}[{sign}]"
    if not row.paired:
        return f":{colour}-background[{sign}\u2002{indent}{plain(row.text, LONGEST_LINE)}]"
    return f":{colour}[{sign}]\u2002{indent}" + "".join(_piece(piece, row.kind) for piece in row.pieces)


def _piece(piece: Piece, kind: Kind) -> str:
    """Words of a changed line; those that differ are struck out or bold."""
    text, differs = piece
    body = plain(text, LONGEST_LINE) if differs else plain(_ends(text))
    before, after = " " * text[:1].isspace(), " " * (text[-1:].isspace() and bool(text.strip()))
    if not differs or not body:
        return f"{before}{body}{after}"
    mark = "~~" if kind == "gone" else "**"
    return f"{before}:{_COLOURS[kind]}-background[{mark}{body}{mark}]{after}"


def _ends(text: str) -> str:
    """Unchanged words between two changes: only those next to them, whole ones."""
    if len(text) <= _LONGEST_RUN:
        return text
    first, last = text[: _LONGEST_RUN // 2], text[-_LONGEST_RUN // 2 :]
    return f"{first.rpartition(' ')[0] or first} … {last.partition(' ')[2] or last}"
