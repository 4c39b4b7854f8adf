"""What differs between SQLite and PostgreSQL, and only that: connecting, locking, full text, backup."""

import os
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, QueuePool, TextClause, create_engine, event, make_url, text

from builder.core.errors import StorageMissing
from builder.store.words import Phrase

LOCK_SECONDS = 5
CONNECTIONS = 16
_MIGRATION_LOCK = 0x6167656E74  # any number that others do not use


class Dialect(ABC):
    """One kind of database. `place` is where the data lies, fit to be shown (no password)."""

    place: str
    one_writer: bool

    @abstractmethod
    def engine(self) -> Engine: ...

    @abstractmethod
    def begin(self, connection: Connection, *, writes: bool) -> None:
        """Starts a transaction; one that writes holds off other writers from the start where there is only one."""

    @abstractmethod
    def check(self, connection: Connection, *, writes: bool) -> bool:
        """False when the connection leads to a database that was replaced; raises StorageMissing when it is gone."""

    @abstractmethod
    def hold_migrations(self, connection: Connection) -> None:
        """Until the transaction ends nobody else migrates."""

    @abstractmethod
    def back_up(self, revision: str) -> str | None:
        """A copy of the database as it is before that revision; its place, None where the server has its own tools."""

    @abstractmethod
    def index(self, connection: Connection, number: int, words: str) -> None:
        """The agent with that number is found by these words from now on."""

    @abstractmethod
    def matching(self, phrases: Sequence[Phrase]) -> TextClause:
        """A condition on `agents`: has all phrases; the last word of the last one may be the beginning of a word."""


class Sqlite(Dialect):
    one_writer = True

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.place = str(self.path)
        self._mode = "mode=rw"

    def engine(self) -> Engine:
        engine = create_engine(
            "sqlite://", creator=self._connect, poolclass=QueuePool, pool_size=CONNECTIONS, max_overflow=-1
        )
        event.listen(engine, "connect", lambda opened, record: record.info.update(inode=self._inode()))
        return engine

    def create(self) -> None:
        """Makes folder and file when there are none, and sets the journal. Nothing else ever creates the file."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists() and self.path.stat().st_size and not os.access(self.path.parent, os.W_OK):
            self._mode = "mode=ro" if self._has_journal() else "mode=ro&immutable=1"
            return
        with closing(sqlite3.connect(self.path, timeout=LOCK_SECONDS, isolation_level=None)) as opened:
            _set_journal(opened)

    def _has_journal(self) -> bool:
        journal = self.path.with_name(f"{self.path.name}-wal")
        return journal.exists() and journal.stat().st_size > 0

    def _connect(self) -> sqlite3.Connection:
        """Autocommit as far as the driver goes: transactions begin and end where this room says so."""
        opened = sqlite3.connect(
            f"file:{quote(self.place)}?{self._mode}",
            uri=True,
            timeout=LOCK_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        opened.execute("PRAGMA synchronous = FULL")
        opened.execute("PRAGMA foreign_keys = ON")
        return opened

    def _inode(self) -> int | None:
        try:
            return self.path.stat().st_ino
        except FileNotFoundError:
            return None

    def begin(self, connection: Connection, *, writes: bool) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    def check(self, connection: Connection, *, writes: bool) -> bool:
        """An open SQLite file that was deleted still takes writes and loses them all: look before each one."""
        present = self._inode()
        if present is None and writes:
            raise StorageMissing(f"The database file {self.path.name} is gone.")
        return present is None or present == connection.info.get("inode")

    def hold_migrations(self, connection: Connection) -> None:
        """BEGIN IMMEDIATE holds them already."""

    def back_up(self, revision: str) -> str:
        kept = self.path.with_name(f"{self.path.name}.before-{revision}")
        growing = kept.with_name(f"{kept.name}.part")
        with closing(self._connect()) as source, closing(sqlite3.connect(growing)) as copy:
            source.backup(copy)
        growing.replace(kept)
        return str(kept)

    def index(self, connection: Connection, number: int, words: str) -> None:
        connection.execute(text("DELETE FROM agent_words WHERE rowid = :number"), {"number": number})
        connection.execute(
            text("INSERT INTO agent_words (rowid, words) VALUES (:number, :words)"), {"number": number, "words": words}
        )

    def matching(self, phrases: Sequence[Phrase]) -> TextClause:
        query = " ".join(f'"{" ".join(phrase)}"' for phrase in phrases) + "*"
        condition = "agents.number IN (SELECT rowid FROM agent_words WHERE agent_words MATCH :sought)"
        return text(condition).bindparams(sought=query)


def _set_journal(opened: sqlite3.Connection) -> None:
    """Waits itself while another process does the same: here SQLite does not."""
    until = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            opened.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.05)


class Postgres(Dialect):
    one_writer = False

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self.place = self._url.render_as_string(hide_password=True)

    def engine(self) -> Engine:
        options: dict[str, Any] = {"options": f"-c lock_timeout={LOCK_SECONDS}s", "connect_timeout": LOCK_SECONDS}
        return create_engine(
            self._url, connect_args=options, pool_size=CONNECTIONS, max_overflow=CONNECTIONS, pool_pre_ping=True
        )

    def begin(self, connection: Connection, *, writes: bool) -> None:
        """The driver does it."""

    def check(self, connection: Connection, *, writes: bool) -> bool:
        return True

    def hold_migrations(self, connection: Connection) -> None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})

    def back_up(self, revision: str) -> None:
        return None

    def index(self, connection: Connection, number: int, words: str) -> None:
        statement = """
            INSERT INTO agent_words (agent, words) VALUES (:number, to_tsvector('simple', :words))
            ON CONFLICT (agent) DO UPDATE SET words = excluded.words
        """
        connection.execute(text(statement), {"number": number, "words": words})

    def matching(self, phrases: Sequence[Phrase]) -> TextClause:
        query = " & ".join(" <-> ".join(f"'{atom}'" for atom in phrase) for phrase in phrases) + ":*"
        condition = "agents.number IN (SELECT agent FROM agent_words WHERE words @@ to_tsquery('simple', :sought))"
        return text(condition).bindparams(sought=query)


def dialect_of(url: str) -> Dialect:
    if url.startswith("sqlite"):
        return Sqlite(Path(url.removeprefix("sqlite:///")))
    return Postgres(url.replace("postgres://", "postgresql://", 1))
