"""Tokens of programs. Of their secrets only a hash lies here."""

from typing import Any

from sqlalchemy import Row, insert, select, update

from builder.core.token import Token
from builder.store import codec, rows
from builder.store.database import Database
from builder.store.tables import TOKENS

_T = TOKENS.c


class Tokens:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, token_id: str, owner: str, name: str, scope: str, mark: str) -> Token:
        """`mark` is the hash of the secret."""
        row = {"id": token_id, "owner": owner, "name": name, "scope": scope, "hash": mark, "created": rows.now()}
        with self._database.write() as connection:
            connection.execute(insert(TOKENS).values(row))
            return _token(connection.execute(select(TOKENS).where(_T.id == token_id)).one())

    def find(self, token_id: str) -> tuple[Token, str] | None:
        """The token of anybody with this id and the hash of its secret, also when it is revoked."""
        with self._database.read() as connection:
            row = connection.execute(select(TOKENS).where(_T.id == token_id)).first()
        return (_token(row), row.hash) if row is not None else None

    def all(self, owner: str) -> list[Token]:
        """Latest first."""
        mine = select(TOKENS).where(_T.owner == owner).order_by(_T.created.desc(), _T.id)
        with self._database.read() as connection:
            return [_token(row) for row in connection.execute(mine)]

    def revoke(self, owner: str, token_id: str) -> bool:
        """False when the owner has none of this id. A token that is revoked stays so since the first time."""
        mine = (_T.owner == owner) & (_T.id == token_id)
        with self._database.write() as connection:
            connection.execute(update(TOKENS).where(mine, _T.revoked.is_(None)).values(revoked=rows.now()))
            return connection.execute(select(_T.id).where(mine)).first() is not None


def _token(row: Row[Any]) -> Token:
    revoked = codec.moment(row.revoked) if row.revoked is not None else None
    return Token(row.id, row.name, row.scope, codec.moment(row.created), row.owner, revoked)
