"""The log of the whole process: lines for people, or JSON for programs; request ids in both, secrets in neither,
and what people and models write only where that is asked for."""

import json
import logging
import re
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any, TextIO

from builder.api import log_causes
from builder.core.secret_shapes import PASSWORD_IN_ADDRESS, SHAPES

Entry = MutableMapping[str, Any]
# A handshake that was refused by an answer counts for uvicorn as forgotten. Where it really was, its line stays.
handshake_answered: ContextVar[bool] = ContextVar("handshake_answered", default=False)
_FORGOTTEN = "ASGI callable returned without completing handshake."
REQUESTS = logging.getLogger("builder.requests")
HIDDEN = "***"
TALKATIVE = ("alembic", "httpx", "httpx2", "google_genai", "openai", "anthropic")  # a line for every call
_SENT = r"(?<=[Bb]earer )[\w.~+/=-]{8,}"  # by a program
_SECRETS = re.compile("|".join([_SENT, *SHAPES.values(), PASSWORD_IN_ADDRESS]))


class _Handler(logging.StreamHandler[TextIO]):
    def __init__(self, *, as_json: bool, with_words: bool) -> None:
        super().__init__()
        self._as_json = as_json
        self._with_words = with_words

    def format(self, record: logging.LogRecord) -> str:
        if self.formatter is None:  # what makes lines takes long to load; most commands come to their end without one
            self.setFormatter(_formatter(as_json=self._as_json, with_words=self._with_words))
        return super().format(record if self._with_words else log_causes.wordless(record))


def set_up(*, as_json: bool, with_words: bool = False) -> None:
    """Everything that this process logs goes to the error output in one form. Takes the place of what was there.

    `with_words`: also what errors say, which may quote what people and models write.
    """
    handler = _Handler(as_json=as_json, with_words=with_words)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.captureWarnings(True)  # a library may quote in them what a model answered
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(is_news)
    REQUESTS.setLevel(logging.INFO if as_json else logging.WARNING)  # a person at a terminal sees the page itself


def _formatter(*, as_json: bool, with_words: bool) -> logging.Formatter:
    import structlog

    render = structlog.processors.ExceptionRenderer
    steps: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        render() if with_words else render(log_causes.trace),
        without_secrets,
    ]
    last: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _as_json if as_json else _as_line]
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=steps, processors=last)


def is_news(record: logging.LogRecord) -> bool:
    return record.msg != _FORGOTTEN or not handshake_answered.get()


def without_secrets(_: Any, __: str, entry: Entry) -> Entry:
    return {name: _SECRETS.sub(HIDDEN, said) if isinstance(said, str) else said for name, said in entry.items()}


def _as_json(_: Any, __: str, entry: Entry) -> str:
    return json.dumps(entry, ensure_ascii=False, default=str)


def _as_line(_: Any, __: str, entry: Entry) -> str:
    trace = entry.pop("exception", "")
    request = f" [{entry['request_id']}]" if "request_id" in entry else ""
    line = f"{entry['timestamp']} {entry['level'].upper()} {entry['logger']}: {entry['event']}{request}"
    return f"{line}\n{trace}" if trace else line
