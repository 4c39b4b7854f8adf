"""What each owner prefers: small JSON values under a name."""

from typing import Any

from sqlalchemy import delete, select, text

from builder.store import codec
from builder.store.database import Database
from builder.store.tables import PREFERENCES

_P = PREFERENCES.c
_PUT = text(
    "INSERT INTO preferences (owner, name, value) VALUES (:owner, :name, :value) "
    "ON CONFLICT (owner, name) DO UPDATE SET value = excluded.value"
)


class Preferences:
    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self, owner: str) -> dict[str, Any]:
        with self._database.read() as connection:
            kept = connection.execute(select(_P.name, _P.value).where(_P.owner == owner))
            return {name: codec.loads(value) for name, value in kept}

    def put(self, owner: str, name: str, value: Any) -> None:
        """None forgets the name."""
        with self._database.write() as connection:
            if value is None:
                connection.execute(delete(PREFERENCES).where(_P.owner == owner, _P.name == name))
            else:
                connection.execute(_PUT, {"owner": owner, "name": name, "value": codec.dumps(value)})
