"""The log of the whole process: lines for people, or JSON for programs; request ids in both, secrets in neither."""

import json
import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

Entry = MutableMapping[str, Any]
REQUESTS = logging.getLogger("builder.requests")
HIDDEN = "***"
TALKATIVE = ("alembic", "httpx", "httpx2", "google_genai", "openai", "anthropic")  # a line for every call
_SECRETS = re.compile(
    r"(?<=[Bb]earer )[\w.~+/=-]{8,}"  # what a program sends
    r"|builder_[0-9a-f]{12}_[\w-]{20,}"  # our own tokens
    r"|\b(?:sk|pk|rk)-[\w-]{16,}|\bAIza[\w-]{20,}"  # keys of providers
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"  # name and password in an address
)


def set_up(*, as_json: bool) -> None:
    """Everything that this process logs goes to the error output in one form. Takes the place of what was there."""
    steps: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        without_secrets,
    ]
    last: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _as_json if as_json else _as_line]
    handler = logging.StreamHandler()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=steps, processors=last))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    REQUESTS.setLevel(logging.INFO if as_json else logging.WARNING)  # a person at a terminal sees the page itself


def without_secrets(_: Any, __: str, entry: Entry) -> Entry:
    return {name: _SECRETS.sub(HIDDEN, said) if isinstance(said, str) else said for name, said in entry.items()}


def _as_json(_: Any, __: str, entry: Entry) -> str:
    return json.dumps(entry, ensure_ascii=False, default=str)


def _as_line(_: Any, __: str, entry: Entry) -> str:
    trace = entry.pop("exception", "")
    request = f" [{entry['request_id']}]" if "request_id" in entry else ""
    line = f"{entry['timestamp']} {entry['level'].upper()} {entry['logger']}: {entry['event']}{request}"
    return f"{line}\n{trace}" if trace else line
