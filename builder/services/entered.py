"""What a person enters about a provider of models: made tidy, or refused with a word on how it should look."""

import re
from collections.abc import Callable, Mapping
from typing import get_args
from urllib.parse import SplitResult, urlsplit

from builder.core.errors import Invalid
from builder.core.problem import Problem
from builder.llm.base import Access, Thinking

LONGEST_KEY, LONGEST_ADDRESS, LONGEST_NAME = 1_000, 500, 200
_PRINTABLE = re.compile(r"[!-~]*")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_MODEL = re.compile(r"[A-Za-z0-9@][A-Za-z0-9@._:/+-]*")


def tidy(field: str, value: str) -> str:
    """The value as it is used; blank stays blank. Invalid when it cannot be one of that field (see CHECKS)."""
    bare = value.strip()
    return CHECKS[field](bare) if bare else ""


def tidied(access: Access) -> Access:
    """The same access, each part of it checked. Invalid as in `tidy`."""
    parts = {field: tidy(field, getattr(access, field)) for field in ("key", "address", "version", "model")}
    return Access(**parts, thinking=access.thinking)


def key(value: str) -> str:
    if not _PRINTABLE.fullmatch(value):
        reason = "A key is one word of plain letters, digits and signs; this text has spaces, line breaks or others."
        raise _refused("bad_key", "key", reason, "Copy the key again, only the key.")
    if len(value) > LONGEST_KEY:
        raise _refused("bad_key", "key", "This text is too long to be a key.", "Copy the key again, only the key.")
    return value


def address(value: str) -> str:
    parts = _split(value)
    if parts is None or len(value) > LONGEST_ADDRESS:
        reason = "This cannot be the address of a server."
        raise _refused("bad_address", "address", reason, "Write for example http://localhost:11434/v1.")
    if parts.username is not None or parts.password is not None:
        reason = "An address must not hold a name or a password."
        raise _refused("address_with_password", "address", reason, "Enter the address alone and the key in its field.")
    if parts.query or parts.fragment or "?" in value or "#" in value:
        reason = "An address of a server has no ? and no #."
        raise _refused("bad_address", "address", reason, "Leave out what begins with them.")
    return value.rstrip("/")


def _split(value: str) -> SplitResult | None:
    """None when it is no address with http or https and a host."""
    if not _PRINTABLE.fullmatch(value) or "\\" in value:
        return None
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if usable else None


def version(value: str) -> str:
    if not _VERSION.fullmatch(value):
        raise _refused("bad_version", "version", "This cannot be a version.", "Write for example v1beta.")
    return value


def model(value: str) -> str:
    if not _MODEL.fullmatch(value) or ".." in value or len(value) > LONGEST_NAME:
        step = "Pick one of the list, or copy the name as the provider writes it."
        raise _refused("bad_model", "model", "This cannot be the name of a model.", step)
    return value


def thinking(value: str) -> str:
    if value not in get_args(Thinking):
        known = ", ".join(get_args(Thinking))
        raise _refused("bad_thinking", "thinking", "There is no such amount of thinking.", f"Choose one of: {known}.")
    return value


CHECKS: Mapping[str, Callable[[str], str]] = {
    "key": key,
    "address": address,
    "version": version,
    "model": model,
    "thinking": thinking,
}


def _refused(code: str, field: str, reason: str, step: str) -> Invalid:
    return Invalid(reason, [Problem(code, field, reason, step)], step)
