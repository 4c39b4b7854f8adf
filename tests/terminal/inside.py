"""A command in this process, for what it says and does; that it is a program, too, the tests with real ones prove."""

import io
import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout

from builder.__main__ import main


def called(
    *arguments: str, given: bytes = b"", environment: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """As `python -m builder ARGUMENTS` would end; `given` is its input, `environment` the variables that differ."""
    said, complained = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n") for _ in range(2))
    with ExitStack() as stack:
        stack.enter_context(_with_variables(environment or {}))
        stack.enter_context(_with_input(given))
        stack.enter_context(_with_own_log())
        stack.enter_context(redirect_stdout(said))
        stack.enter_context(redirect_stderr(complained))
        try:
            code = main(arguments)
        except SystemExit as ended:  # argparse: the words on the command line cannot be used
            code = ended.code
    return subprocess.CompletedProcess(arguments, code, *(_written(stream) for stream in (said, complained)))


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    return stream.buffer.getvalue().decode()


@contextmanager
def _with_variables(given: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(given)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _with_input(given: bytes) -> Iterator[None]:
    before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(given), "utf-8")
    try:
        yield
    finally:
        sys.stdin = before


@contextmanager
def _with_own_log() -> Iterator[None]:
    """A command sets up the log of its process; this one's is set back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        logging.captureWarnings(False)
        root.handlers[:] = handlers
        root.setLevel(level)
