"""Bringing a database to the tables this program knows, with a copy kept beside it; refusing what it does not know."""

import logging
from pathlib import Path

from sqlalchemy import Connection, inspect

from builder.core.errors import StorageError
from builder.store.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version"
log = logging.getLogger(__name__)


def migrate(database: Database, target: str | None = None) -> None:
    """To the newest revision, or to `target`. All or nothing: the steps are one transaction, and a second process waits
    for its end."""
    known = revisions()
    wanted = target or known[-1]
    with database.read() as connection:
        found = _revision(connection, known)
    if found == wanted:
        return
    if found is not None:
        kept = database.dialect.back_up(wanted)
        log.info(
            "Database at revision %s goes to %s; copy kept: %s", found, wanted, kept or "none (use the server's tools)"
        )
    with database.write() as connection:
        database.dialect.hold_migrations(connection)
        _upgrade(connection, wanted)


def revisions() -> list[str]:
    """All that this program knows, oldest first, by the names of their files."""
    return sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def _revision(connection: Connection, known: list[str]) -> str | None:
    """The database's revision; None for an empty database. Raises StorageError for one that is not ours or too new."""
    there = inspect(connection)
    found = None
    if there.has_table(VERSION_TABLE):
        found = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar()
    if found is None:
        if there.get_table_names():
            raise StorageError(
                "The database belongs to another program.",
                "Give Agent Builder a database of its own: set DATABASE_URL or DB_PATH.",
            )
        return None
    if found not in known:
        raise StorageError(
            f"The database was made by a newer version of Agent Builder (revision {found}).",
            "Install the newer version again, or set DATABASE_URL or DB_PATH to another database. Nothing was changed.",
        )
    return str(found)


def _upgrade(connection: Connection, wanted: str) -> None:
    from alembic import command  # takes a while to load, and at most starts no step is due
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, wanted)
