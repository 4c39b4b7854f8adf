"""What a database reports, as an error that people understand. The one place that knows the codes."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from builder.core.errors import StorageError, StorageFull, StorageLocked, StorageMissing, StorageReadOnly

_LOCKED = "The database is in use by another program."
_FULL = "There is no room left for the database."
_READ_ONLY = "The database may not be written to."
_MISSING = "The database cannot be opened"

# Extended result codes of SQLite that mean something else than the family they belong to.
_SQLITE_EXACT = {
    sqlite3.SQLITE_READONLY_DBMOVED: StorageMissing,
    sqlite3.SQLITE_READONLY_CANTLOCK: StorageLocked,
    sqlite3.SQLITE_IOERR_SHMSIZE: StorageFull,
    sqlite3.SQLITE_IOERR_WRITE: StorageFull,
    sqlite3.SQLITE_IOERR_FSYNC: StorageFull,
}
_SQLITE_FAMILY = {
    sqlite3.SQLITE_BUSY: StorageLocked,
    sqlite3.SQLITE_LOCKED: StorageLocked,
    sqlite3.SQLITE_FULL: StorageFull,
    sqlite3.SQLITE_READONLY: StorageReadOnly,
    sqlite3.SQLITE_PERM: StorageReadOnly,
    sqlite3.SQLITE_CANTOPEN: StorageMissing,
    sqlite3.SQLITE_NOTADB: StorageMissing,
    sqlite3.SQLITE_CORRUPT: StorageMissing,
}
_POSTGRES = {
    "53100": StorageFull,
    "25006": StorageReadOnly,
    "42501": StorageReadOnly,
    "55P03": StorageLocked,
    "57014": StorageLocked,
    "40P01": StorageLocked,
}
_FILE = {
    errno.ENOSPC: StorageFull,
    errno.EDQUOT: StorageFull,
    errno.EROFS: StorageReadOnly,
    errno.EACCES: StorageReadOnly,
}
_SAID = {StorageLocked: _LOCKED, StorageFull: _FULL, StorageReadOnly: _READ_ONLY}


@contextmanager
def explained() -> Iterator[None]:
    """Errors of the database become a StorageError; broken rules of the tables (our mistakes) stay what they are."""
    try:
        yield
    except PoolTimeout as error:
        raise StorageLocked(_LOCKED) from error
    except DBAPIError as error:
        kind = kind_of(error.orig)
        if kind is None:
            raise
        raise worded(kind, error.orig) from error
    except (sqlite3.Error, OSError) as error:
        kind = kind_of(error)
        if kind is None:
            raise
        raise worded(kind, error) from error


def kind_of(error: BaseException | None) -> type[StorageError] | None:
    """The kind of refusal; None when it is not the database's condition but a mistake in what was asked of it."""
    if isinstance(error, sqlite3.Error):
        return _sqlite_kind(error)
    if isinstance(error, OSError):
        return _FILE.get(error.errno or 0, StorageMissing)
    return _postgres_kind(error)


def _sqlite_kind(error: sqlite3.Error) -> type[StorageError] | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None or isinstance(error, sqlite3.IntegrityError):
        return None
    family = code & 0xFF
    return (
        _SQLITE_EXACT.get(code)
        or _SQLITE_FAMILY.get(family)
        or (StorageError if family == sqlite3.SQLITE_IOERR else None)
    )


def _postgres_kind(error: BaseException | None) -> type[StorageError] | None:
    import psycopg  # takes a while to load; beside SQLite nothing else needs it

    if not isinstance(error, psycopg.Error):
        return None
    known = _POSTGRES.get(error.sqlstate or "")
    return known or (StorageMissing if isinstance(error, psycopg.OperationalError) else None)


def worded(kind: type[StorageError], error: BaseException | None) -> StorageError:
    if kind in _SAID:
        return kind(_SAID[kind])
    said = str(error).strip().splitlines() or [""]
    return kind(f"{_MISSING} ({said[0]}).")
