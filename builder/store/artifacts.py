"""What sessions produced. A completed configuration comes in with the write that completes it (`deposit`)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import Connection, Row, Select, case, func, insert, or_, select, tuple_, update

from builder.core.artifact import Artifact, ArtifactPage, Kind, Product, configuration, packed, unpacked
from builder.core.errors import Invalid, NotFound
from builder.core.session import Session
from builder.core.stages import Stage
from builder.store import codec, rows
from builder.store.database import Database, note
from builder.store.tables import ARTIFACTS, SESSIONS

MOST_A_SESSION = 1000  # that are there at one time, of each type
_A = ARTIFACTS.c
_RECORD = [column for column in _A if column.name != "packed"]


class Artifacts:
    """Whoever asks for another owner's gets NotFound. What is over its time at `now` is not there any more."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, owner: str, session_id: str, product: Product, keep: timedelta | None) -> tuple[Artifact, bool]:
        """A new version (True), or the last one when it is the same, its time begun anew (False)."""
        with self._database.write() as connection:
            session = rows.fetch(connection, owner, session_id, lock=True)
            at = rows.now()
            expires = None if keep is None else at + keep // timedelta(microseconds=1)
            # A session in which something is stored is in use: it must not be cleared away as an empty one.
            connection.execute(update(SESSIONS).where(SESSIONS.c.id == session.id).values(updated=at))
            last = _last(connection, session.id, product.type)
            if last is not None and _there(last, at) and (last.hash, last.name) == (product.hash, product.name):
                connection.execute(update(ARTIFACTS).where(_A.id == last.id).values(expires=expires))
                return _read(connection, session, last.id, at), False
            _refuse_too_many(connection, session.id, product.type, at)
            made = _insert(connection, session.id, product, last.version + 1 if last else 1, at, expires)
            return replace(made, agent_id=session.agent_id), True

    def settle(self, owner: str, session_id: str) -> None:
        """Makes good what is missing: a configuration that was completed before artifacts were kept."""
        with self._database.write() as connection:
            row = rows.fetch(connection, owner, session_id, lock=True)
            deposit(connection, rows.silent(row))

    def is_unsettled(self, owner: str, session_id: str) -> bool:
        """Is it completed, and no configuration of it was ever kept?"""
        with self._database.read() as connection:
            row = rows.fetch(connection, owner, session_id)
            return row.stage == Stage.COMPLETED.value and _last(connection, row.id, "agent_config") is None

    def latest(self, owner: str, session_id: str, now: datetime) -> list[Artifact]:
        """The latest version of each type with its content, the newest first; of code and bundles, that of each file.

        Where the latest was removed nothing takes its place: an earlier one is not what it was then.
        """
        at = codec.micros(now)
        with self._database.read() as connection:
            session = rows.fetch(connection, owner, session_id)
            mine = _A.session_id == session.id
            file = case((_A.type != "agent_config", _A.name), else_="")
            heads = select(_A.type, func.max(_A.version)).where(mine).group_by(_A.type, file)
            wanted = select(ARTIFACTS).where(mine, _alive(at), tuple_(_A.type, _A.version).in_(heads))
            found = connection.execute(_newest_first(wanted))
            return [_artifact(row, session.agent_id, row.packed) for row in found]

    def page(self, owner: str, session_id: str, after: str | None, limit: int, now: datetime) -> ArtifactPage:
        """All versions of all types, the newest first, without their contents."""
        with self._database.read() as connection:
            session = rows.fetch(connection, owner, session_id)
            wanted = select(*_RECORD).where(_A.session_id == session.id, _alive(codec.micros(now)))
            if after is not None:
                created, artifact_id = rows.read_key(after)
                wanted = wanted.where(or_(_A.created < created, (_A.created == created) & (_A.id < artifact_id)))
            found: Sequence[Row[Any]] = connection.execute(_newest_first(wanted).limit(limit + 1)).all()
        more = len(found) > limit
        shown = tuple(_artifact(row, session.agent_id) for row in found[:limit])
        return ArtifactPage(shown, f"{found[limit - 1].created}.{found[limit - 1].id}" if more else None)

    def get(self, owner: str, session_id: str, artifact_id: str, now: datetime) -> Artifact:
        """One with its content."""
        with self._database.read() as connection:
            session = rows.fetch(connection, owner, session_id)
            return _read(connection, session, artifact_id, codec.micros(now))

    def remove(self, owner: str, session_id: str, artifact_id: str, now: datetime) -> None:
        """For good: a configuration that was removed comes back only when another one is completed."""
        at = codec.micros(now)
        with self._database.write() as connection:
            session = rows.fetch(connection, owner, session_id, lock=True)
            this = (_A.session_id == session.id) & (_A.id == rows.known_form(artifact_id)) & _alive(at)
            if connection.execute(update(ARTIFACTS).where(this).values(_emptied(at))).rowcount != 1:
                raise _not_there()

    def expire(self, now: datetime) -> int:
        """Removes what is over its time, of everybody; how many."""
        at = codec.micros(now)
        over = _A.removed.is_(None) & (_A.expires <= at)
        with self._database.write() as connection:
            return connection.execute(update(ARTIFACTS).where(over).values(_emptied(at))).rowcount


def deposit(connection: Connection, session: Session) -> None:
    """Keeps the configuration of a completed session, unless it is the last one that was kept.

    It is a part of the transaction that writes the session: either both are there or none.
    """
    product = configuration(session)
    if product is None:
        return
    last = _last(connection, session.id, product.type)
    if last is None or last.hash != product.hash:
        _insert(connection, session.id, product, last.version + 1 if last else 1, rows.now(), None)


def holds_artifacts() -> Any:
    """A condition on sessions: something that it produced is there."""
    there = select(_A.id).where(_A.session_id == SESSIONS.c.id, _A.removed.is_(None))
    return there.correlate(SESSIONS).exists()


def _insert(
    connection: Connection, session_id: str, product: Product, version: int, at: int, expires: int | None
) -> Artifact:
    row = {
        "id": str(uuid4()),
        "session_id": session_id,
        "type": product.type,
        "version": version,
        "name": product.name,
        "media_type": product.media_type,
        "packed": packed(product.content),
        "size": len(product.content),
        "hash": product.hash,
        "created": at,
        "expires": expires,
    }
    made = connection.execute(insert(ARTIFACTS).values(row).returning(*_RECORD)).one()
    artifact = _artifact(made, None)
    note(connection, artifact)
    return artifact


def _last(connection: Connection, session_id: str, kind: Kind) -> Row[Any] | None:
    """The record with the highest number, also when it was removed."""
    of_kind = select(*_RECORD).where(_A.session_id == session_id, _A.type == kind)
    return connection.execute(of_kind.order_by(_A.version.desc()).limit(1)).first()


def _read(connection: Connection, session: Row[Any], artifact_id: str, at: int) -> Artifact:
    this = (_A.session_id == session.id) & (_A.id == rows.known_form(artifact_id)) & _alive(at)
    row = connection.execute(select(ARTIFACTS).where(this)).first()
    if row is None:
        raise _not_there()
    return _artifact(row, session.agent_id, row.packed)


def _refuse_too_many(connection: Connection, session_id: str, kind: Kind, at: int) -> None:
    there = select(func.count()).where(_A.session_id == session_id, _A.type == kind, _alive(at))
    if connection.execute(there).scalar_one() >= MOST_A_SESSION:
        step = "Delete some that are not needed any more, or use another session."
        raise Invalid(f"This session has {MOST_A_SESSION:,} artifacts of this type already.", next_step=step)


def _alive(at: int) -> Any:
    return _A.removed.is_(None) & or_(_A.expires.is_(None), _A.expires > at)


def _there(row: Row[Any], at: int) -> bool:
    return row.removed is None and (row.expires is None or row.expires > at)


def _emptied(at: int) -> dict[str, Any]:
    return {"removed": at, "packed": b"", "expires": None}


def _newest_first(wanted: Select[Any]) -> Select[Any]:
    return wanted.order_by(_A.created.desc(), _A.id.desc())


def _artifact(row: Row[Any], agent_id: str | None, kept: bytes | None = None) -> Artifact:
    return Artifact(
        row.id,
        row.session_id,
        cast(Kind, row.type),
        row.version,
        row.name,
        row.media_type,
        row.size,
        row.hash,
        codec.moment(row.created),
        None if row.expires is None else codec.moment(row.expires),
        agent_id,
        None if kept is None else unpacked(bytes(kept), row.size),
    )


def _not_there() -> NotFound:
    return NotFound("This artifact is not there.", "List the artifacts of the session to see which are.")
