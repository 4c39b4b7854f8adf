"""What can be a key, an address, a version or the name of a model: the one place that says so."""

import re
from collections.abc import Callable, Mapping
from typing import Literal
from urllib.parse import urlsplit

Part = Literal["key", "address", "version", "model"]
Flaw = Literal["bad_key", "bad_address", "address_with_password", "bad_version", "bad_model"]

LONGEST_KEY, LONGEST_ADDRESS, LONGEST_NAME = 1_000, 500, 200
_PRINTABLE = re.compile(r"[!-~]*")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_MODEL = re.compile(r"[A-Za-z0-9@][A-Za-z0-9@._:/+-]*")


def flaw(part: Part, value: str) -> Flaw | None:
    """Why the value cannot be one of that part; None when it can. Blank, and blanks around it, are fine."""
    bare = value.strip()
    return _FLAWS[part](bare) if bare else None


def _of_key(value: str) -> Flaw | None:
    return None if _PRINTABLE.fullmatch(value) and len(value) <= LONGEST_KEY else "bad_key"


def _of_address(value: str) -> Flaw | None:
    """It has http or https and a host, and nothing that may hold a secret: it is shown on pages and in tables."""
    if not _PRINTABLE.fullmatch(value) or "\\" in value or len(value) > LONGEST_ADDRESS:
        return "bad_address"
    try:
        parts = urlsplit(value)
        there = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return "bad_address"
    if there and "@" in parts.netloc:
        return "address_with_password"
    return "bad_address" if not there or "?" in value or "#" in value else None


def _of_version(value: str) -> Flaw | None:
    return None if _VERSION.fullmatch(value) else "bad_version"


def _of_model(value: str) -> Flaw | None:
    usable = _MODEL.fullmatch(value) and ".." not in value and len(value) <= LONGEST_NAME
    return None if usable else "bad_model"


_FLAWS: Mapping[Part, Callable[[str], Flaw | None]] = {
    "key": _of_key,
    "address": _of_address,
    "version": _of_version,
    "model": _of_model,
}
