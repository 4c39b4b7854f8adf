"""What an owner entered about a provider of models: its fields readable, its key sealed. Both change as one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, delete, select, text

from builder.store import codec
from builder.store.database import Database
from builder.store.tables import PREFERENCES, SECRETS

PREFIX = "models."
_P, _S = PREFERENCES.c, SECRETS.c
# The row is written even when nothing of it changes: so it is ours until the transaction ends, on PostgreSQL too.
_HOLD = text(
    "INSERT INTO preferences (owner, name, value) VALUES (:owner, :name, '{}') "
    "ON CONFLICT (owner, name) DO UPDATE SET value = preferences.value RETURNING value"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """`sealed` is the key as it lies in the database; blank: none was entered."""

    fields: Mapping[str, str] = field(default_factory=dict)
    sealed: str = field(default="", repr=False)


Step = Callable[[Kept], Kept]
Everything = tuple[dict[str, Kept], dict[str, Any]]


class Secrets:
    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self, owner: str) -> dict[str, Kept]:
        """What is kept, by provider."""
        return self.everything(owner)[0]

    def everything(self, owner: str) -> Everything:
        """The same, and the owner's preferences, which lie beside it: each turn asks for both."""
        with self._database.read() as connection:
            kept = {row.name: codec.loads(row.value) for row in connection.execute(_PREFERRED, {"whose": owner})}
            sealed = {row.name: row.sealed for row in connection.execute(_SEALED, {"whose": owner})}
        fields = {name.removeprefix(PREFIX): value for name, value in kept.items() if name.startswith(PREFIX)}
        return {name: Kept(fields.get(name, {}), sealed.get(name, "")) for name in fields | sealed}, kept

    def change(self, owner: str, provider: str, step: Step) -> Kept:
        """What is kept after `step`, which sees it as it is now: two changes at once both count."""
        mine, secret = (_P.owner == owner) & (_P.name == PREFIX + provider), (_S.owner == owner) & (_S.name == provider)
        with self._database.write() as connection:
            held = connection.execute(_HOLD, {"owner": owner, "name": PREFIX + provider}).scalar_one()
            sealed = connection.execute(_sealed.where(secret)).first()
            kept = step(Kept(codec.loads(held), sealed.sealed if sealed else ""))
            if kept.fields:
                connection.execute(PREFERENCES.update().where(mine).values(value=codec.dumps(dict(kept.fields))))
            else:
                connection.execute(delete(PREFERENCES).where(mine))
            connection.execute(delete(SECRETS).where(secret))
            if kept.sealed:
                connection.execute(SECRETS.insert().values(owner=owner, name=provider, sealed=kept.sealed))
        return kept


_PREFERRED = select(_P.name, _P.value).where(_P.owner == bindparam("whose"))
_sealed = select(_S.name, _S.sealed)
_SEALED = _sealed.where(_S.owner == bindparam("whose"))
