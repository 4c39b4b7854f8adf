"""One database: connections, and the two kinds of transaction in which everything here happens."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection

from builder.store.dialect import CONNECTIONS, Dialect
from builder.store.faults import explained
from builder.store.together import MOST, Together

_NOTES = "notes"


def note(connection: Connection, thing: Any) -> None:
    """To be told to the database's `listener` once this transaction is stored, and not when it is undone."""
    connection.info[_NOTES].append(thing)


class Database:
    """`read()` and `write()` give a connection inside a transaction; an error inside undoes all of it."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.listener: Callable[[Any], None] = lambda thing: None
        self._engine = dialect.engine()
        # Writers of one process wait for each other here: in order, and without the database's polling.
        self._turn = threading.Lock() if dialect.one_writer else nullcontext()
        self.together = Together(self.write, *((1, MOST) if dialect.one_writer else (CONNECTIONS, 1)))

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with explained(), self._connected(writes=False) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        notes: list[Any] = []
        with self._turn, explained(), self._connected(writes=True) as connection:
            connection.info[_NOTES] = notes
            yield connection
            connection.commit()
        for thing in notes:
            self.listener(thing)

    @contextmanager
    def _connected(self, *, writes: bool) -> Iterator[Connection]:
        with self._current(writes) as connection:
            self.dialect.begin(connection, writes=writes)
            yield connection

    def _current(self, writes: bool) -> Connection:
        """A connection to the database that lies there now, not to one that was there before."""
        connection = self._engine.connect()
        fits = False
        try:
            fits = self.dialect.check(connection, writes=writes)
        finally:
            if not fits:
                connection.close()
        if fits:
            return connection
        self._engine.dispose()
        return self._engine.connect()

    def close(self) -> None:
        self.together.close()
        self._engine.dispose()
