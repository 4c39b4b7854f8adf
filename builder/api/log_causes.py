"""What the log says of an error: its kind and the way to it. Its words may be those of a person or of a model, or quote
them: they are left out, unless LOG_PROMPTS asks for them."""

import copy
import logging
import re
import textwrap
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from builder.core.errors import BuilderError, StorageError
from builder.llm.faults import ModelFailed


def wordless(record: logging.LogRecord) -> logging.LogRecord:
    """The same record, with kinds in the place of errors."""
    found = copy.copy(record)
    found.msg = _kind_of(record.msg)
    if isinstance(record.args, Mapping):
        found.args = {name: _kind_of(one) for name, one in record.args.items()}
    elif record.args:
        found.args = tuple(_kind_of(one) for one in record.args)
    if record.name in _HEADS:
        found.msg, found.args = _HEADS[record.name](found.getMessage()), None
    return found


def _first_line(text: str) -> str:
    """Below it asyncio draws the task, with the error that it ended with."""
    return text.partition("\n")[0]


def _place(text: str) -> str:
    """Where Python warned, and the kind of the warning; of a forgotten await its whole sentence, which is Python's."""
    head = re.match(r".*?:\d+: \w+(?:: coroutine '[\w.<>]+' was never awaited)?", text)
    return head[0] if head else "A warning"


_HEADS: Mapping[str, Callable[[str], str]] = {"asyncio": _first_line, "py.warnings": _place}


def _kind_of(given: object) -> Any:
    return kind(given) if isinstance(given, BaseException) else given


def kind(error: BaseException) -> str:
    """Its class and what is known of it without its words. What the system and the database say has none of people."""
    if isinstance(error, StorageError):
        return str(error)
    return " ".join(filter(None, (type(error).__qualname__, _more(error))))


def _more(error: BaseException) -> str:
    if isinstance(error, OSError) and error.errno is not None:
        return f"({error.strerror})"
    if isinstance(error, ModelFailed):
        return f"({error.fault.kind})"
    codes = dict.fromkeys(problem.code for problem in error.problems) if isinstance(error, BuilderError) else ()
    return f"({', '.join(codes)})" if codes else ""


def trace(exc_info: tuple[Any, ...]) -> str:
    """Where it happened, for structlog."""
    return _trace(exc_info[1], frozenset()) if exc_info[1] is not None else ""


def _trace(error: BaseException, seen: frozenset[int]) -> str:
    """Causes first, as Python writes them."""
    seen |= {id(error)}
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    parts = [_trace(cause, seen), "Which led to:"] if cause is not None and id(cause) not in seen else []
    parts.append("Traceback (most recent call last):")
    parts += [line.rstrip("\n") for line in traceback.format_tb(error.__traceback__)]
    parts.append(kind(error))
    if isinstance(error, BaseExceptionGroup):
        parts += [textwrap.indent(_trace(one, seen), "  | ") for one in error.exceptions if id(one) not in seen]
    return "\n".join(parts)
