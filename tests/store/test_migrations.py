"""Databases of other ages: older ones are brought up to date, with a copy; newer and foreign ones are left alone."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from builder.core.errors import StorageError
from builder.store import Store, tables
from builder.store.codec import dumps
from builder.store.database import Database
from builder.store.dialect import dialect_of
from builder.store.migrate import migrate
from tests.store import parts


def old(url: str, revision: str) -> Database:
    """A database as an older program left it."""
    dialect = dialect_of(url)
    if hasattr(dialect, "create"):
        dialect.create()
    database = Database(dialect)
    migrate(database, revision)
    return database


def test_tables_and_steps_say_the_same(url: str) -> None:
    Store.open(url).close()
    database = Database(dialect_of(url))
    with database.read() as connection:
        assert tables.SESSIONS.name in SQLModel.metadata.tables
        found = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    shadows = ("data", "idx", "content", "docsize", "config", "index")
    words = {"agent_words"} | {f"agent_words_{part}" for part in shadows}
    ours = [step for step in found if not any(getattr(thing, "name", None) in words for thing in step)]
    assert ours == []
    database.close()


def test_an_older_database_is_migrated_and_its_agents_are_found(url: str) -> None:
    before = old(url, "0001")
    with before.write() as connection:
        rows = {
            tables.AGENTS: {
                "number": 1, "id": "a1", "owner": "local", "name": "Greeter", "name_key": "greeter", "version": 1,
                "description": "Greets.", "return_type": "unstructured", "placeholders": "[]",
                "created": 1, "updated": 1,
            },
            tables.VERSIONS: {
                "agent": 1, "number": 1, "note": "", "author": "local", "hash": "", "created": 1,
                "config": dumps(parts.config()),
            },
        }
        for table, values in rows.items():
            connection.execute(table.insert().values(values))
    before.close()
    store = Store.open(url)
    found = store.agents.search("local", "warmly", None, "newest", None, 5)
    assert [agent.name for agent in found.agents] == ["Greeter"]
    store.close()


def test_a_copy_of_the_older_database_is_kept_beside_it(file: Path) -> None:
    old(f"sqlite:///{file}", "0001").close()
    Store.open(f"sqlite:///{file}").close()
    [kept] = file.parent.glob("agents.db.before-*")
    with sqlite3.connect(kept) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()
    assert not list(file.parent.glob("*.part"))


def test_a_new_or_present_database_needs_no_copy(file: Path) -> None:
    Store.open(f"sqlite:///{file}").close()
    Store.open(f"sqlite:///{file}").close()
    assert not list(file.parent.glob("*.before-*"))


def test_a_newer_database_is_refused_and_not_changed(url: str) -> None:
    Store.open(url).close()
    database = Database(dialect_of(url))
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageError) as refused:
        Store.open(url)
    assert "newer version" in refused.value.message and "Nothing was changed" in refused.value.advice
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "9999"
    database.close()


def test_the_database_of_another_program_is_refused_and_not_changed(url: str) -> None:
    database = Database(dialect_of(url))
    if hasattr(database.dialect, "create"):
        database.dialect.create()
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE bookmarks (id INTEGER)")
    with pytest.raises(StorageError) as refused:
        Store.open(url)
    assert "another program" in refused.value.message
    database.close()


def test_a_step_that_fails_leaves_the_older_database_as_it_was(file: Path) -> None:
    before = old(f"sqlite:///{file}", "0001")
    with before.write() as connection:
        connection.exec_driver_sql("CREATE TABLE agent_words (in_the_way INTEGER)")
    before.close()
    with pytest.raises(Exception, match="agent_words already exists"):
        Store.open(f"sqlite:///{file}")
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        connection.execute("DROP TABLE agent_words")
    connection.close()
    Store.open(f"sqlite:///{file}").close()


def test_processes_that_start_together_migrate_once(url: str) -> None:
    code = "import sys; from builder.store import Store; Store.open(sys.argv[1]).close()"
    starts = [subprocess.Popen([sys.executable, "-c", code, url], stderr=subprocess.PIPE) for _ in range(3)]
    for start in starts:
        _, said = start.communicate()
        assert start.returncode == 0, said
    store = Store.open(url)
    assert parts.session(store)
    store.close()


def test_the_folder_of_a_new_database_is_made(tmp_path: Path) -> None:
    Store.open(f"sqlite:///{tmp_path}/a/b/agents.db").close()
    assert (tmp_path / "a/b/agents.db").is_file()


def test_every_write_reaches_the_disk_before_it_is_acknowledged(file: Path) -> None:
    store = Store.open(f"sqlite:///{file}")
    with store.database.read() as connection:
        names = ("journal_mode", "synchronous", "foreign_keys")
        settings = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
    assert settings == ["wal", 2, 1]
    store.close()
