"""What is typed: a line at a time, from a person at the keys or from a pipe."""

import sys
from collections.abc import Iterator
from typing import TextIO

from builder.terminal.screen import Screen

GOES_ON = "\\"


class Left(Exception):
    """Ctrl-C was pressed a second time: whoever is here wants to go."""


class Typed:
    """Lines without their ends; one that ends with a backslash goes on in the next."""

    def __init__(self, source: TextIO, screen: Screen, warn: str) -> None:
        """`warn` is shown when Ctrl-C is pressed for the first time."""
        self._source = source
        self._screen = screen
        self._warn = warn
        self.by_hand = source.isatty() and screen.is_terminal
        self.pressed = False  # Ctrl-C, since the last line
        if self.by_hand:
            _with_history()

    def lines(self) -> Iterator[str]:
        """Everything that is typed, until the end. Raises Left."""
        while (found := self.line()) is not None:
            yield found

    def line(self, question: str = "") -> str | None:
        """The next line; None at the end."""
        whole = ""
        while (found := self._line(question)) is not None:
            self.pressed = False
            if not found.endswith(GOES_ON):
                return whole + found
            whole += f"{found.removesuffix(GOES_ON)}\n"
        return whole or None

    def interrupt(self) -> None:
        """Ctrl-C was pressed; the second time in a row raises Left."""
        if self.pressed or not self.by_hand:
            raise Left
        self.pressed = True

    def _line(self, question: str) -> str | None:
        while True:
            try:
                return self._asked(question) if self.by_hand else self._piped()
            except EOFError:
                self._screen.moved()
                return None
            except KeyboardInterrupt:
                self._screen.moved()
                self.interrupt()
                self._screen.say(self._warn)

    def _asked(self, question: str) -> str:
        if question:
            self._screen.say(question)
        return input(self._screen.prompt())

    def _piped(self) -> str | None:
        found = self._source.readline()
        if not found:
            return None
        line = found.rstrip("\r\n")
        self._screen.say(self._screen.prompt() + line)
        return line


def _with_history() -> None:
    """Arrow keys bring back what was typed before, where Python has that."""
    try:
        import readline  # noqa: F401  (its import is what makes `input` do so)
    except ImportError:
        return


def of_the_process(screen: Screen, warn: str) -> Typed:
    """The keys or the pipe of this process; bytes that are no text become signs."""
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(errors="replace")
    return Typed(sys.stdin, screen, warn)
