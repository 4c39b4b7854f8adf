"""The store as one thing: opened once for a process, brought up to date, with a shelf for each kind of value."""

import logging
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select

from builder.core.errors import StorageError
from builder.store.agents import Agents
from builder.store.database import Database
from builder.store.dialect import Sqlite, dialect_of
from builder.store.faults import explained
from builder.store.idempotency import Answers
from builder.store.migrate import migrate
from builder.store.preferences import Preferences
from builder.store.secrets import Secrets
from builder.store.sessions import Sessions
from builder.store.tables import SESSIONS
from builder.store.tokens import Tokens
from builder.store.turns import Turns

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Store:
    """All methods of the shelves block; StorageError says why the database refused."""

    database: Database
    sessions: Sessions
    turns: Turns
    agents: Agents
    preferences: Preferences
    secrets: Secrets
    answers: Answers
    tokens: Tokens

    @classmethod
    def open(cls, url: str) -> "Store":
        """The database at the address: made when there is none, migrated when it is older (a copy is kept)."""
        dialect = dialect_of(url)
        with explained():
            if isinstance(dialect, Sqlite):
                dialect.create()
        database = Database(dialect)
        try:
            migrate(database)
        except BaseException:
            database.close()
            raise
        writer = uuid4().hex
        sessions, turns = Sessions(database, writer), Turns(database, writer)
        agents, preferences, secrets = Agents(database), Preferences(database), Secrets(database)
        store = cls(database, sessions, turns, agents, preferences, secrets, Answers(database), Tokens(database))
        try:
            store.turns.interrupted()
        except StorageError as error:  # reading goes on; such replies are found later by their age
            log.warning("Interrupted replies were not marked: %s", error)
        return store

    def answers_now(self) -> None:
        """A cheap look into the database. StorageError when it cannot be read, or is gone."""
        with self.database.read() as connection:
            self.database.dialect.check(connection, writes=True)
            connection.execute(select(SESSIONS.c.id).limit(1)).first()

    @property
    def place(self) -> str:
        """Where the data lies, fit to be shown."""
        return self.database.dialect.place

    @property
    def file(self) -> Path | None:
        """The database's file; None where it has none of its own."""
        dialect = self.database.dialect
        return dialect.path if isinstance(dialect, Sqlite) else None

    def close(self) -> None:
        self.database.close()
