"""What each owner prefers: small JSON values under a name."""

from typing import Any

from sqlalchemy import delete, insert, select

from builder.store import codec
from builder.store.database import Database
from builder.store.tables import PREFERENCES

_P = PREFERENCES.c


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
            connection.execute(delete(PREFERENCES).where(_P.owner == owner, _P.name == name))
            if value is not None:
                connection.execute(insert(PREFERENCES).values(owner=owner, name=name, value=codec.dumps(value)))
