"""Bringing a database to the tables this program knows, with a copy kept beside it; refusing what it does not know."""

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from builder.core.errors import StorageError
from builder.store.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"
log = logging.getLogger(__name__)


def migrate(database: Database, target: str = "head") -> None:
    """All or nothing: the steps are one transaction, and a second process waits for its end."""
    config = _config()
    wanted = _resolved(config, target)
    with database.read() as connection:
        found = _revision(connection, config)
    if found == wanted:
        return
    if found is not None:
        kept = database.dialect.back_up(wanted)
        log.info(
            "Database at revision %s goes to %s; copy kept: %s", found, wanted, kept or "none (use the server's tools)"
        )
    with database.write() as connection:
        database.dialect.hold_migrations(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, wanted)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _resolved(config: Config, target: str) -> str:
    script = ScriptDirectory.from_config(config).get_revision(target)
    return script.revision


def _revision(connection: Connection, config: Config) -> str | None:
    """The database's revision; None for an empty database. Raises StorageError for one that is not ours or too new."""
    found = MigrationContext.configure(connection).get_current_revision()
    if found is None:
        if inspect(connection).get_table_names():
            raise StorageError(
                "The database belongs to another program.",
                "Give Agent Builder a database of its own: set DATABASE_URL or DB_PATH.",
            )
        return None
    if found not in {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}:
        raise StorageError(
            f"The database was made by a newer version of Agent Builder (revision {found}).",
            "Install the newer version again, or set DATABASE_URL or DB_PATH to another database. Nothing was changed.",
        )
    return found
