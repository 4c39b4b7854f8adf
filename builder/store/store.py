"""The store as one thing: opened once for a process, brought up to date, with a shelf for each kind of value."""

from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select

from builder.store.agents import Agents
from builder.store.artifacts import Artifacts
from builder.store.database import Database
from builder.store.dialect import Sqlite, dialect_of
from builder.store.faults import explained
from builder.store.idempotency import Answers
from builder.store.known import Known
from builder.store.migrate import migrate
from builder.store.others import Others
from builder.store.preferences import Preferences
from builder.store.quotas import Quotas
from builder.store.secrets import Secrets
from builder.store.sessions import Sessions
from builder.store.tables import SESSIONS
from builder.store.tokens import Tokens
from builder.store.turns import Turns


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
    quotas: Quotas
    artifacts: Artifacts
    others: Others

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
        known = Known()
        sessions, turns = Sessions(database, writer, known), Turns(database, writer, known)
        agents, preferences, secrets = Agents(database), Preferences(database), Secrets(database)
        answers, tokens = Answers(database), Tokens(database)
        later = Quotas(database), Artifacts(database)
        others = Others(dialect.path.with_name(f"{dialect.path.name}.open") if isinstance(dialect, Sqlite) else None)
        return cls(database, sessions, turns, agents, preferences, secrets, answers, tokens, *later, others)

    def interrupted(self) -> int:
        """Replies that a process which is gone was writing are stopped; how many. For a server at its start, and for
        nobody else: where another process is at work, a reply that was touched lately may be alive."""
        with self.others.kept_out() as alone:
            if alone:
                self.answers.abandoned()
            return self.turns.interrupted(alone=alone)

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
        self.others.close()
