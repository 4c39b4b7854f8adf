"""Keys of providers, unreadable to who has only the database. What opens them lies beside it, never in it."""

import hmac
import logging
import os
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from builder.core.errors import Invalid, StorageReadOnly
from builder.core.problem import Problem

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

log = logging.getLogger(__name__)
# A passphrase may be short: each guess at it shall cost a moment (scrypt, about 60 ms and 32 MB). The salt is fixed so
# that all servers with the same ENCRYPTION_KEY open the same keys and nothing else needs to be kept.
_SALT, _COST = b"agent-builder: keys of providers", 2**15


class Seal:
    """`secret`: ENCRYPTION_KEY; `file`: where a random key is kept for want of one; `link`: how a file gets a second
    name, where the file system has that. Methods block for a moment."""

    def __init__(
        self, secret: str = "", file: Path | None = None, link: Callable[[Path, Path], None] = os.link
    ) -> None:
        self._secret = secret
        self._file = file
        self._link = link

    def shut(self, text: str) -> str:
        """The text, sealed. Invalid when there is nothing to seal it with, StorageReadOnly when no file can be made."""
        fernet = self._derived or self._kept(make=True)
        if fernet is None:
            reason = "Keys cannot be kept safely here yet."
            step = "Set ENCRYPTION_KEY to a long secret text, start again, and enter the key once more."
            raise Invalid(reason, [Problem("no_encryption_key", "key", reason, step)], step)
        return fernet.encrypt(text.encode()).decode()

    def secret_for(self, purpose: str) -> bytes | None:
        """The same in every process that opens the same keys, another for each purpose; None where there is nothing
        to make it of."""
        try:
            key = self._derived_key or self._kept_key(make=True)
        except (Invalid, StorageReadOnly) as error:
            log.warning("%s", error)
            return None
        return key and hmac.new(key, f"agent-builder: {purpose}".encode(), "sha256").digest()

    def open(self, sealed: str) -> str | None:
        """The text; None when it was sealed with something that is not here any more."""
        from cryptography.fernet import InvalidToken

        for fernet in (self._derived, self._kept(make=False)):
            try:
                if fernet is not None:
                    return fernet.decrypt(sealed).decode()
            except InvalidToken:
                continue
        return None

    @property
    def _derived(self) -> "Fernet | None":
        return _fernet(self._derived_key) if self._derived_key else None

    @cached_property
    def _derived_key(self) -> bytes | None:
        if not self._secret:
            return None
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

        return Scrypt(salt=_SALT, length=32, n=_COST, r=8, p=1).derive(self._secret.encode())

    def _kept(self, *, make: bool) -> "Fernet | None":
        key = self._kept_key(make=make)
        return _fernet(key) if key else None

    def _kept_key(self, *, make: bool) -> bytes | None:
        """Read each time: another process may have made or replaced the file."""
        if self._file is None:
            return None
        try:
            if make and not self._file.exists():
                _write_once(self._file, secrets.token_hex(32), self._link)
            kept = _read_whole(self._file) if make else self._file.read_text("ascii")
            return _whole_key(kept)
        except (OSError, ValueError) as error:
            if not make:
                self._closed(error)
                return None
            raise self._refused(error) from error

    def _closed(self, error: OSError | ValueError) -> None:
        """What the file sealed stays shut: the page asks for the key again."""
        if not isinstance(error, FileNotFoundError):
            log.warning("The file %s, which seals keys, cannot be used: %s", self._file, error)

    def _refused(self, error: OSError | ValueError) -> Invalid | StorageReadOnly:
        name = self._file.name if self._file else ""
        if isinstance(error, OSError):
            reason = f"The file {name}, which seals keys, cannot be read or written ({error.strerror})."
            step = "Allow it in the folder of the database, or set ENCRYPTION_KEY; then enter the key again."
            return StorageReadOnly(reason, step, [Problem("closed_seal", "key", reason, step)])
        reason = f"The file {name} does not hold what seals keys any more."
        step = "Put the right file back, or remove it; then enter the keys again."
        return Invalid(reason, [Problem("damaged_seal", "key", reason, step)], step)


def _whole_key(kept: str) -> bytes:
    key = bytes.fromhex(kept)
    if len(key) != 32:
        raise ValueError("it is not 32 bytes long")
    return key


def _fernet(key: bytes) -> "Fernet":
    import base64

    from cryptography.fernet import Fernet

    return Fernet(base64.urlsafe_b64encode(key))


def _write_once(file: Path, text: str, link: Callable[[Path, Path], None]) -> None:
    """The file whole or not at all, for its owner's eyes; when another process was faster, its file stays."""
    growing = file.with_name(f"{file.name}.{secrets.token_hex(8)}.part")
    _write_new(growing, text)
    try:
        link(growing, file)
    except FileExistsError:
        return
    except OSError as error:  # there are file systems without hard links
        log.info("The file %s is written in place: %s", file, error)
        with suppress(FileExistsError):
            _write_new(file, text)
    finally:
        growing.unlink()


def _read_whole(file: Path) -> str:
    """Where there are no hard links another process may be about to write it."""
    for _ in range(50):
        if text := file.read_text("ascii"):
            return text
        time.sleep(0.02)
    return ""


def _write_new(file: Path, text: str) -> None:
    """Raises FileExistsError when it is there already."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
    except OSError:
        file.unlink()
        raise
