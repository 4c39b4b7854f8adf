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
_ONCE = text(
    "INSERT INTO preferences (owner, name, value) VALUES (:owner, :name, :value) ON CONFLICT (owner, name) DO NOTHING"
)


class Preferences:
    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self, owner: str) -> dict[str, Any]:
        with self._database.read() as connection:
            kept = connection.execute(select(_P.name, _P.value).where(_P.owner == owner))
            return {name: codec.loads(value) for name, value in kept}

    def once(self, owner: str, name: str, value: Any) -> Any:
        """What is kept under the name; `value` from now on when nothing was."""
        this = (_P.owner == owner) & (_P.name == name)
        with self._database.write() as connection:
            connection.execute(_ONCE, {"owner": owner, "name": name, "value": codec.dumps(value)})
            return codec.loads(connection.execute(select(_P.value).where(this)).scalar_one())

    def put(self, owner: str, name: str, value: Any) -> None:
        """None forgets the name."""
        with self._database.write() as connection:
            if value is None:
                connection.execute(delete(PREFERENCES).where(_P.owner == owner, _P.name == name))
            else:
                connection.execute(_PUT, {"owner": owner, "name": name, "value": codec.dumps(value)})
