"""What a session produces, as something to keep: its configuration, generated code, an exported bundle."""

import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from builder.core.check import check
from builder.core.convert import as_config
from builder.core.errors import Invalid, StorageError
from builder.core.session import Session
from builder.core.stages import Stage

Kind = Literal["agent_config", "bundle", "code"]
LARGEST = 10_000_000  # bytes of content
JSON_TYPE, CODE_TYPE, ZIP_TYPE = "application/json", "text/x-python", "application/zip"
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")


@dataclass(frozen=True, slots=True)
class Product:
    """Something that was made and is to be kept. `name` is that of its file."""

    type: Kind
    name: str
    media_type: str
    content: bytes

    @property
    def hash(self) -> str:
        """SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Artifact:
    """A product that is kept. `version` counts from 1 in its session and type; `expires` is None for what stays.

    `content` is None where only the record was asked for; `size` is that of the content, in bytes.
    """

    id: str
    session_id: str
    type: Kind
    version: int
    name: str
    media_type: str
    size: int
    hash: str
    created: datetime
    expires: datetime | None = None
    agent_id: str | None = None
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class ArtifactPage:
    """Some artifacts, newest first, and the key to pass as `after` for those that follow (None: no more)."""

    artifacts: tuple[Artifact, ...]
    next: str | None = None


def written(config: Mapping[str, Any]) -> bytes:
    """A configuration as the file that a person downloads: JSON, UTF-8."""
    return (json.dumps(config, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")


def configuration(session: Session) -> Product | None:
    """What a completed interview produces; None while it is not completed or its draft is not valid."""
    if session.stage is not Stage.COMPLETED:
        return None
    config = as_config(session.draft)
    return None if check(config) else Product("agent_config", f"{config['name']}.json", JSON_TYPE, written(config))


def checked(product: Product) -> Product:
    """The product, fit to be kept. Invalid for a name that is no plain file name, and for too much content."""
    if not _FILE_NAME.fullmatch(product.name):
        step = "Use letters, digits, dots, _ and -, 100 characters at the most, for example agent.py."
        raise Invalid("This cannot be the name of a file.", next_step=step)
    if len(product.content) > LARGEST:
        raise Invalid(f"It has {len(product.content):,} bytes; {LARGEST:,} are allowed.", next_step="Make it smaller.")
    return product


def packed(content: bytes) -> bytes:
    return zlib.compress(content, 6)


def unpacked(kept: bytes, size: int) -> bytes:
    """The content again. StorageError when it is not what was packed; never more than `size` bytes are made of it."""
    opened = zlib.decompressobj()
    try:
        content = opened.decompress(kept, min(size, LARGEST) + 1)
    except zlib.error:
        content = b""
    if len(content) != size or not opened.eof:
        raise StorageError("The content of this artifact is damaged.", "Use another version, or make it again.")
    return content
