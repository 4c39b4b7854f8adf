"""What happens when the database cannot be written, each case made for real."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from builder.core.errors import StorageError, StorageFull, StorageLocked, StorageMissing, StorageReadOnly
from builder.store import Store, dialect
from builder.store.faults import kind_of, worded
from tests.store import parts
from tests.store.postgres import new_database

HOLD_THE_LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


def opened(file: Path) -> Store:
    return Store.open(f"sqlite:///{file}")


@contextmanager
def locked_by_another_process(file: Path) -> Iterator[None]:
    command = [sys.executable, "-c", HOLD_THE_LOCK, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"held\n"
        yield
        process.communicate()


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Root may write whatever the bits say, so for root the folder is mounted read-only."""
    if os.geteuid() != 0:
        folder.chmod(0o555)
        yield
        folder.chmod(0o755)
        return
    mounted = subprocess.run(["mount", "--bind", str(folder), str(folder)], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip("root without the right to mount")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True, capture_output=True)
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    mounted = None
    if os.geteuid() == 0:
        command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
        mounted = subprocess.run(command, check=False, capture_output=True)
    if mounted is None or mounted.returncode:
        pytest.skip("no right to mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_database_that_another_program_holds_is_locked_and_can_still_be_read(file: Path) -> None:
    store = opened(file)
    new = parts.session(store)
    with locked_by_another_process(file):
        with pytest.raises(StorageLocked) as refused:
            parts.ask(store, new.id)
        assert "another program" in refused.value.message and "Close the other program" in refused.value.advice
        assert store.sessions.load("local", new.id).id == new.id
        reopened = opened(file)
        assert reopened.sessions.load("local", new.id).id == new.id
        reopened.close()
    parts.turn(store, new.id, "And now?")
    assert [message.text for message in store.sessions.load("local", new.id).messages] == ["And now?", "Good day"]
    store.close()


def test_a_full_database_keeps_what_it_has_and_goes_on_when_there_is_room(file: Path) -> None:
    store = opened(file)
    new = parts.session(store)
    parts.turn(store, new.id, "Before", name="Kept")
    with store.database.write() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageFull) as refused:
        parts.ask(store, new.id, "long " * 20_000)
    assert "no room" in refused.value.message
    assert [m.text for m in store.sessions.load("local", new.id).messages] == ["Before", "Good day"]
    with store.database.read() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    parts.turn(store, new.id, "long " * 20_000)
    store.close()


def test_a_full_disk_keeps_what_it_has(tmp_path: Path) -> None:
    with small_disk(tmp_path):
        store = opened(tmp_path / "agents.db")
        new = parts.session(store)
        kept = 0
        with pytest.raises(StorageFull):
            while True:
                parts.turn(store, new.id, "long " * 5_000)
                kept += 1
        assert kept > 0
        messages = store.sessions.stretch("local", new.id, None, 200, speaking=False).messages
        assert sum(message.text == "Good day" for message in messages) == kept
        with sqlite3.connect(tmp_path / "agents.db") as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()
        store.close()


def test_a_disk_that_is_full_from_the_start_is_said_so(tmp_path: Path) -> None:
    with small_disk(tmp_path):
        (tmp_path / "rest").write_bytes(b"x" * 1_000_000)
        with pytest.raises(StorageFull):
            opened(tmp_path / "agents.db")


def test_a_database_that_may_only_be_read_is_read(tmp_path: Path) -> None:
    store = opened(tmp_path / "agents.db")
    new = parts.session(store)
    parts.turn(store, new.id)
    store.close()
    with read_only(tmp_path):
        reader = opened(tmp_path / "agents.db")
        assert len(reader.sessions.load("local", new.id).messages) == 2
        with pytest.raises(StorageReadOnly) as refused:
            parts.ask(reader, new.id)
        assert "Allow writing" in refused.value.advice
        reader.close()


def test_a_database_left_by_a_crash_is_read_even_where_nothing_may_be_written(tmp_path: Path) -> None:
    live = tmp_path / "live"
    copy = tmp_path / "copy"
    store = opened(live / "agents.db")
    new = parts.session(store)
    parts.turn(store, new.id)
    shutil.copytree(live, copy)  # with its journal, as a killed process leaves it
    store.close()
    with read_only(copy):
        reader = opened(copy / "agents.db")
        assert len(reader.sessions.load("local", new.id).messages) == 2
        reader.close()


def test_a_new_database_where_nothing_may_be_written_is_refused(tmp_path: Path) -> None:
    with read_only(tmp_path), pytest.raises(StorageReadOnly):
        opened(tmp_path / "folder" / "agents.db")


def test_a_connection_that_may_only_read_says_so(file: Path) -> None:
    store = opened(file)
    new = parts.session(store)
    with store.database.read() as connection:
        connection.exec_driver_sql("PRAGMA query_only = 1")
    with pytest.raises(StorageReadOnly):
        parts.ask(store, new.id)
    store.close()


def test_a_file_that_vanished_takes_no_more_writes(file: Path) -> None:
    store = opened(file)
    new = parts.session(store)
    away = file.with_name("away.db")
    file.rename(away)
    with pytest.raises(StorageMissing) as refused:
        parts.ask(store, new.id)
    assert "gone" in refused.value.message
    assert store.sessions.load("local", new.id).messages == ()
    away.rename(file)
    parts.turn(store, new.id)
    assert len(store.sessions.load("local", new.id).messages) == 2
    store.close()


def test_another_database_put_in_its_place_is_the_one_that_counts(tmp_path: Path, file: Path) -> None:
    other = opened(tmp_path / "other.db")
    there = parts.session(other)
    other.close()
    store = opened(file)
    parts.session(store)
    (tmp_path / "other.db").replace(file)
    for journal in ("-wal", "-shm"):
        file.with_name(file.name + journal).unlink(missing_ok=True)
    parts.turn(store, there.id)
    assert len(store.sessions.load("local", there.id).messages) == 2
    store.close()


@pytest.mark.parametrize("content", [b"A letter, not a database. " * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_refused_and_left_alone(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(StorageMissing) as refused:
        opened(file)
    assert "DATABASE_URL" in refused.value.advice
    assert file.read_bytes() == content


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StorageMissing):
        opened(tmp_path)


def test_a_folder_that_is_a_file_is_said_so(file: Path) -> None:
    file.write_text("x")
    with pytest.raises(StorageMissing):
        opened(file / "agents.db")


def test_a_server_that_is_not_there_is_said_so_without_the_password() -> None:
    with pytest.raises(StorageMissing) as refused:
        Store.open("postgresql://ada:secret@127.0.0.1:1/agents")
    assert "secret" not in str(refused.value)
    shown = dialect.dialect_of("postgresql://ada:secret@127.0.0.1:1/agents").place
    assert "secret" not in shown and "127.0.0.1" in shown


def test_a_server_with_a_locked_row_is_locked(postgres_address: str) -> None:
    store = Store.open(new_database(postgres_address))
    new = parts.session(store)
    with store.database.write() as connection:
        connection.exec_driver_sql("SELECT * FROM sessions FOR UPDATE")
        with pytest.raises(StorageLocked), store.database.write() as second:
            second.exec_driver_sql("SET LOCAL lock_timeout = '100ms'")
            second.exec_driver_sql("SELECT * FROM sessions FOR UPDATE")
    assert store.sessions.load("local", new.id).id == new.id
    store.close()


def error(code: int) -> sqlite3.Error:
    made = sqlite3.OperationalError("said by the database")
    made.sqlite_errorcode = code
    return made


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        (error(sqlite3.SQLITE_BUSY_SNAPSHOT), StorageLocked),
        (error(sqlite3.SQLITE_IOERR_READ), StorageError),
        (error(sqlite3.SQLITE_CORRUPT), StorageMissing),
        (error(sqlite3.SQLITE_ERROR), None),
        (sqlite3.IntegrityError(), None),
        (psycopg.errors.DiskFull(), StorageFull),
        (psycopg.errors.ReadOnlySqlTransaction(), StorageReadOnly),
        (psycopg.errors.SyntaxError(), None),
        (OSError(28, "No space left"), StorageFull),
        (ValueError(), None),
    ],
)
def test_every_cause_has_its_kind(cause: BaseException, kind: type[StorageError] | None) -> None:
    assert kind_of(cause) is kind


def test_every_kind_says_what_happened_and_what_to_do() -> None:
    for kind in (StorageLocked, StorageFull, StorageReadOnly, StorageMissing, StorageError):
        said = worded(kind, error(1))
        assert said.message.endswith(".") and said.advice.endswith(".")


def test_a_mistake_of_ours_is_not_blamed_on_the_database(file: Path) -> None:
    store = opened(file)
    with pytest.raises(OperationalError, match="nonsense"), store.database.read() as connection:
        connection.exec_driver_sql("SELECT nonsense")
    store.close()
