"""A token by which a program shows who it is. The secret itself is in no value: only its owner has it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Scope = Literal["read", "write", "admin"]  # each may do what those before it may
SCOPES: tuple[Scope, ...] = get_args(Scope)


@dataclass(frozen=True, slots=True)
class Token:
    """`revoked`: when it was taken back; it opens nothing since then."""

    id: str
    name: str
    scope: Scope
    created: datetime
    owner: str = "local"
    revoked: datetime | None = None

    def covers(self, wanted: Scope) -> bool:
        return SCOPES.index(self.scope) >= SCOPES.index(wanted)
