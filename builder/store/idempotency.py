"""Answers that were given under a key: the same request again gets the first answer again, also after a restart."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import Connection, Row, delete, select, text, update

from builder.store import codec
from builder.store.database import Database
from builder.store.rows import now
from builder.store.tables import ANSWERS

KEPT_FOR = timedelta(hours=24)
STALE = 30_000_000  # microseconds; a request that nobody touched for so long died with its process
_A = ANSWERS.c
_TAKE = text(
    "INSERT INTO answers (owner, key, request, state, token, created, touched) "
    "VALUES (:owner, :key, :request, 'running', :token, :at, :at) ON CONFLICT (owner, key) DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it left: what of its headers belongs to it, and its body."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a key stands for now.

    mine      nobody used it, or who did died: the request is to be done, and `token` proves whose it is
    running   the same request is being done
    streamed  it was answered by a stream, which is not kept here: its message id gives it again
    given     it was answered by `answer`
    other     it belongs to another request

    `begun`: when the request was done for the first time, in microseconds; the same when it is done again.
    """

    state: Literal["mine", "running", "streamed", "given", "other"]
    token: str = ""
    answer: Given | None = None
    begun: int = 0


class Answers:
    """One row for each owner and key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, owner: str, key: str, request: str, since: datetime) -> Claim:
        """`request` is the same for the same request only. What was claimed before `since` does not count."""
        token, at = uuid4().hex, now()
        values = {"owner": owner, "key": key, "request": request, "token": token, "at": at}
        this = (_A.owner == owner) & (_A.key == key)
        with self._database.write() as connection:
            if connection.execute(_TAKE, values).rowcount == 1:
                return Claim("mine", token, begun=at)
            row = connection.execute(select(ANSWERS).where(this)).first()
            if row is None or not (row.created < codec.micros(since) or _is_dead(row)):
                return _known(row, request)
            # It is the same request, done again, only when it came to nothing within the time that keys are kept.
            begun = int(row.created) if row.request == request and row.created >= codec.micros(since) else at
            taken = {"request": request, "state": "running", "token": token, "created": begun, "touched": at}
            mine = update(ANSWERS).where(this, _A.token == row.token).values(**taken)
            return Claim("mine", token, begun=begun) if connection.execute(mine).rowcount == 1 else Claim("running")

    def touch(self, token: str) -> None:
        """The request is still being done."""
        self._write(token, touched=now())

    def give(self, token: str, answer: Given) -> None:
        """The request's answer, from now on."""
        headers = codec.dumps(answer.headers)
        self._write(token, state="given", status=answer.status, headers=headers, body=answer.body)

    def stream(self, token: str) -> None:
        """The request is answered by a stream."""
        self._write(token, state="streamed")

    def release(self, token: str) -> None:
        """The request came to nothing: the key is free again."""
        with self._database.write() as connection:
            connection.execute(delete(ANSWERS).where(_A.token == token))

    def abandoned(self) -> None:
        """Nobody is at work on any request now: whoever sends one again need not wait until it looks dead."""
        with self._database.write() as connection:
            connection.execute(update(ANSWERS).where(_A.state == "running").values(touched=0))

    def forget(self, before: datetime) -> int:
        """Drops what was claimed before then; how many."""
        with self._database.write() as connection:
            return connection.execute(delete(ANSWERS).where(_A.created < codec.micros(before))).rowcount

    def _write(self, token: str, **columns: object) -> None:
        with self._database.write() as connection:
            _update(connection, token, **columns)


def _is_dead(row: Row[Any]) -> bool:
    return bool(row.state == "running" and row.touched < now() - STALE)


def _update(connection: Connection, token: str, **columns: object) -> None:
    connection.execute(update(ANSWERS).where(_A.token == token).values(**columns))


def _known(row: Row[tuple[object, ...]] | None, request: str) -> Claim:
    if row is None:  # released in this very moment
        return Claim("running")
    if row.request != request:
        return Claim("other")
    if row.state != "given":
        return Claim("streamed" if row.state == "streamed" else "running")
    headers = tuple((str(name), str(value)) for name, value in codec.loads(row.headers))
    return Claim("given", answer=Given(row.status, headers, bytes(row.body)))
