"""The one way out to the terminal: harmless, in its encoding and width, with colour where it is wanted."""

import os
import shutil
from collections.abc import Mapping
from typing import TextIO

from builder.terminal.flow import Flow
from builder.terminal.safe import harmless, writable

NARROWEST, WIDEST = 16, 100
PLAIN, FAINT, BOLD, ALARM = "", "2", "1", "31"


class Screen:
    """`wide` fits lines to the terminal; a pipe gets them as they are."""

    def __init__(self, out: TextIO, environment: Mapping[str, str] = os.environ) -> None:
        self._out = out
        self._encoding = out.encoding or "ascii"
        self.is_terminal = out.isatty()
        self._colours = (
            self.is_terminal and not environment.get("NO_COLOR") and environment.get("TERM", "dumb") != "dumb"
        )
        self._flow = self._new_flow()

    def say(self, text: str, style: str = PLAIN) -> None:
        """A paragraph of its own."""
        self.end()
        self.piece(text, style)
        self.end()

    def blank(self) -> None:
        """An empty line after what was said."""
        self.end()
        self._put("\n")

    def piece(self, text: str, style: str = PLAIN) -> None:
        """More of what is being said."""
        if style and self._colours:
            self._put(f"\x1b[{style}m")
        self._flow.feed(writable(harmless(text), self._encoding))
        if style and self._colours:
            self._put("\x1b[0m")
        self._out.flush()

    def end(self) -> None:
        """What comes next begins a line."""
        self._flow.end()
        self._flow = self._new_flow()
        self._out.flush()

    def moved(self) -> None:
        """Somebody else, such as a key that was pressed, left the cursor in the middle of a line."""
        if self.is_terminal:
            self._put("\n")
        self._flow = self._new_flow()

    def prompt(self) -> str:
        return "> "

    def _new_flow(self) -> Flow:
        columns = shutil.get_terminal_size((80, 24)).columns
        return Flow(self._put, min(max(columns - 1, NARROWEST), WIDEST) if self.is_terminal else 0)

    def _put(self, text: str) -> None:
        self._out.write(text)
