"""Text that comes in pieces, broken into lines between words."""

import re
from collections.abc import Callable

from builder.terminal.safe import columns

_PIECES = re.compile(r"\n|[^\S\n]+|\S+")


class Flow:
    """`width`: columns of a line, 0 for lines as they come. Everything that fits is written at once."""

    def __init__(self, write: Callable[[str], object], width: int) -> None:
        self._write = write
        self._width = width
        self._column = 0
        self._space = ""

    def feed(self, text: str) -> None:
        for piece in _PIECES.findall(text):
            if piece == "\n":
                self._line()
            elif piece.isspace():
                self._space += piece.expandtabs(4)
            else:
                self._word(piece)

    def end(self) -> None:
        """To the start of a line."""
        if self._column:
            self._line()
        self._space = ""

    def _line(self) -> None:
        self._write("\n")
        self._column, self._space = 0, ""

    def _word(self, word: str) -> None:
        size = columns(word)
        if self._width and self._column and self._column + len(self._space) + size > self._width:
            self._line()
        self._write(self._space + word)
        self._column += len(self._space) + size
        self._space = ""
        if self._width and self._column > self._width:  # longer than a line: the terminal broke it
            self._column %= self._width
