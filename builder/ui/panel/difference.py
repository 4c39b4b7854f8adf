"""Two texts compared, drawn: passages that go and that come, and inside a changed one the words that differ.

A sign and the weight of the letters say what the colour says.
"""

from collections.abc import Sequence

from builder.core.difference.texts import Piece, Row, rows, words
from builder.ui.plain import plain

__all__ = ["Row", "markdown", "rows", "words"]
LONGEST_LINE = 1_000  # characters that are shown of one line
_LONGEST_RUN = 160  # characters of unchanged words inside a long changed line
_COLOURS = {"gone": "red", "new": "green"}
_SIGNS = {"gone": "−", "new": "\\+"}


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


def _piece(piece: Piece, kind: str) -> str:
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
