"""A configuration made fit for files that other people read: without keys, and without what no file can hold."""

import math
import re
from collections.abc import Mapping
from typing import Any

from builder.core.agent import AgentConfig
from builder.exporters.notes import Note

YOUR_KEY = "YOUR_KEY"
# Fields of free form, in which the name of an entry tells that its value is a key.
_FREE = frozenset(("tools", "memory", "model", "metadata", "test_cases"))
_SECRET_NAME = re.compile(
    r"[\w .-]*(?:(?:api|access|private)[_-]?key|secret|token|passwor[dt]|passwd|authorization|credentials?|cookie)"
    r"|key|auth|bearer",
    re.IGNORECASE,
)
_HOLDERS = frozenset(("headers", "env", "http_headers", "environment"))
_SECRET = re.compile(
    r"\b(?:sk|pk|rk)[-_][A-Za-z0-9_-]{16,}|\bAIza[A-Za-z0-9_-]{30,}|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}"
    r"|\bglpat-[\w-]{16,}|\bhf_[A-Za-z0-9]{20,}|\bxox[abeoprs]-[A-Za-z0-9-]{10,}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"
    r"|\beyJ[\w-]{10,2000}\.[\w-]{10,2000}\.[\w-]*"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?"
)
_AFTER = re.compile(  # kept are the words before it
    r"(\bBearer )[A-Za-z0-9._~+/=-]{16,}|([?&](?:api_?key|key|token|access_token|sig|signature|secret)=)[^&\s\"'<>]+",
    re.IGNORECASE,
)
_IN_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]{1,20}://)[^\s/@:\"'<>]{0,200}:[^\s/@\"'<>]{1,200}@", re.IGNORECASE)
_WHOLE_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]{1,20}://)[^/]{0,400}@", re.IGNORECASE)  # a password may have blanks
_LONE_HALF = re.compile("[\ud800-\udfff]")
Path = tuple[str, ...]


def cleaned(config: AgentConfig) -> tuple[AgentConfig, tuple[Note, ...]]:
    """The same configuration where there is nothing to clean."""
    cleaning = _Cleaning()
    whole = config.model_dump(mode="python", exclude_unset=True)
    clean = cleaning.value(whole, (), is_free=False)
    return (AgentConfig.model_validate(clean), tuple(cleaning.notes)) if cleaning.notes else (config, ())


class _Cleaning:
    def __init__(self) -> None:
        self.notes: list[Note] = []

    def value(self, value: Any, path: Path, *, is_free: bool) -> Any:
        if isinstance(value, str):
            return self._text(value, path, is_free)
        if isinstance(value, float) and not math.isfinite(value):
            self._note("character_replaced", path)
            return None
        if isinstance(value, Mapping):
            return {
                self._key(key, path): self._part(part, key, path, is_free)
                for key, part in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.value(part, (*path, str(place)), is_free=is_free) for place, part in enumerate(value)]
        return value

    def _part(self, part: Any, key: Any, path: Path, is_free: bool) -> Any:
        return self.value(part, (*path, str(key)), is_free=is_free or (not path and key in _FREE))

    def _key(self, key: Any, path: Path) -> Any:
        return self._storable(key, path) if isinstance(key, str) else key

    def _storable(self, text: str, path: Path) -> str:
        storable = _LONE_HALF.sub("\ufffd", text)
        if storable != text:
            self._note("character_replaced", path)
        return storable

    def _text(self, text: str, path: Path, is_free: bool) -> str:
        text = self._storable(text, path)
        if is_free and _tells(path) and text.strip() and not text.isdecimal():
            bare = YOUR_KEY
        else:
            bare = _IN_ADDRESS.sub(r"\1", _AFTER.sub(_words_before, _SECRET.sub(YOUR_KEY, text)))
            bare = _WHOLE_ADDRESS.sub(r"\1", bare, 1) if is_free and _WHOLE_ADDRESS.match(bare) else bare
        if bare != text:
            self._note("key_left_out", path)
        return bare

    def _note(self, code: str, path: Path) -> None:
        self.notes.append(Note("rewritten", _LONE_HALF.sub("\ufffd", ".".join(path))[:200], code))


def _tells(path: Path) -> bool:
    """Whether the way to a value says that it is a key."""
    return any(map(_SECRET_NAME.fullmatch, path)) or bool(_HOLDERS & {part.lower() for part in path[:-1]})


def _words_before(match: re.Match[str]) -> str:
    return f"{match[1] or match[2]}{YOUR_KEY}"
