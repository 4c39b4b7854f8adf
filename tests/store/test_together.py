"""Writes of one moment share a transaction, and each is stored or refused by itself all the same."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, text

from builder.core.errors import Conflict
from builder.store import Store
from builder.store.together import Again, Together


class Counted:
    """Transactions of a store; the first one waits until it is let go."""

    def __init__(self, store: Store) -> None:
        self.begun = 0
        self.go = threading.Event()
        self._store = store

    @contextmanager
    def __call__(self) -> Iterator[Connection]:
        self.begun += 1
        self.go.wait(10)
        with self._store.database.write() as connection:
            yield connection


@pytest.fixture
def counted(store: Store) -> Counted:
    return Counted(store)


@pytest.fixture
def together(counted: Counted) -> Iterator[Together]:
    made = Together(counted, 1, 64)
    yield made
    counted.go.set()
    made.close()


def put(connection: Connection, name: str) -> str:
    values = {"name": name}
    connection.execute(text("INSERT INTO preferences (owner, name, value) VALUES ('local', :name, '1')"), values)
    return name


def putting(together: Together, name: str) -> "Future[str]":
    return together.do(lambda connection: put(connection, name), str.upper)


def test_writes_of_one_moment_share_one_transaction(store: Store, counted: Counted, together: Together) -> None:
    first = putting(together, "first")
    others = [putting(together, f"other {number}") for number in range(20)]
    counted.go.set()
    assert [first.result(10), *(other.result(10) for other in others)][:2] == ["FIRST", "OTHER 0"]
    assert len(store.preferences.all("local")) == 21
    assert counted.begun <= 2


def test_a_write_is_stored_when_it_is_said_to_be_done(store: Store, counted: Counted, together: Together) -> None:
    seen: list[bool] = []
    counted.go.set()
    together.do(lambda its: put(its, "a"), lambda name: seen.append(name in store.preferences.all("local")))
    together.close()
    assert seen == [True]


def test_one_that_is_refused_takes_none_with_it(store: Store, counted: Counted, together: Together) -> None:
    def refused(connection: Connection) -> str:
        put(connection, "half")
        raise Conflict("No.")

    putting(together, "first")
    before, bad, after = putting(together, "before"), together.do(refused, str), putting(together, "after")
    counted.go.set()
    assert (before.result(10), after.result(10)) == ("BEFORE", "AFTER")
    with pytest.raises(Conflict):
        bad.result(10)
    assert set(store.preferences.all("local")) == {"first", "before", "after"}


@pytest.mark.parametrize("alone", [True, False])
def test_one_that_wants_to_begin_anew_does_so(
    alone: bool, store: Store, counted: Counted, together: Together
) -> None:
    tries: list[int] = []

    def second_time(connection: Connection) -> str:
        tries.append(1)
        put(connection, f"try {len(tries)}")
        if len(tries) < (2 if alone else 3):
            raise Again
        return "done"

    if not alone:
        putting(together, "first"), putting(together, "beside")
    written = together.do(second_time, str)
    counted.go.set()
    assert written.result(10) == "done"
    assert [name for name in store.preferences.all("local") if name.startswith("try")] == [f"try {len(tries)}"]


def test_a_database_that_takes_nothing_is_told_to_each(store: Store, counted: Counted, together: Together) -> None:
    putting(together, "twice")
    both = putting(together, "twice"), putting(together, "twice")
    counted.go.set()
    for one in both:
        with pytest.raises(Exception, match=r"(?i)unique"):
            one.result(10)


def test_closing_waits_for_what_is_to_be_written(store: Store, counted: Counted, together: Together) -> None:
    counted.go.set()
    written = [putting(together, str(number)) for number in range(50)]
    together.close()
    assert all(one.done() for one in written) and len(store.preferences.all("local")) == 50
    assert putting(together, "later").result(10) == "LATER"
