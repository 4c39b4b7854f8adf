"""What owners used: one counter for each kind and month, raised once for each event.

Looking and raising happen in the transaction of the thing itself, so that what is refused leaves nothing behind, and
what is done is counted, whatever becomes of the process. The counter's row is what writers of one owner wait for.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, func, literal_column, select, text

from builder.core.errors import QuotaReached
from builder.store import rows
from builder.store.database import Database
from builder.store.tables import AGENTS, COUNTED, COUNTERS, MESSAGES, SESSIONS

_C = COUNTERS.c
_E = COUNTED.c
_M = MESSAGES.c
NO_MONTH = ""  # of what is not counted in months
_ROW = text(
    "INSERT INTO counters (owner, kind, month, used) VALUES (:owner, :kind, :month, 0) "
    "ON CONFLICT (owner, kind, month) DO NOTHING"
)
_ONCE = text(
    "INSERT INTO counted (owner, kind, event, month) VALUES (:owner, :kind, :event, :month) "
    "ON CONFLICT (owner, kind, event) DO NOTHING"
)
_RAISE = text(
    "INSERT INTO counters (owner, kind, month, used) VALUES (:owner, :kind, :month, 1) "
    "ON CONFLICT (owner, kind, month) DO UPDATE SET used = counters.used + 1"
)
_WAS_COUNTED = select(_E.month).where(
    _E.owner == bindparam("owner"), _E.kind == bindparam("kind"), _E.event == bindparam("event")
)
_MINE = _C.owner == bindparam("owner"), _C.kind == bindparam("kind"), _C.month == bindparam("month")
_USED = select(_C.used).where(*_MINE)
_HELD = _USED.with_for_update()
_AGENTS = (
    select(func.count()).select_from(AGENTS).where(AGENTS.c.owner == bindparam("owner"), AGENTS.c.deleted.is_(None))
)
# The state stands in the statement itself, for the sake of its index.
_BEING_ANSWERED = (
    select(func.count())
    .select_from(MESSAGES.join(SESSIONS, _M.session_id == SESSIONS.c.id))
    .where(
        literal_column("messages.state") == literal_column("'streaming'"),
        _M.touched >= bindparam("since"),
        _M.session_id != bindparam("session"),
        SESSIONS.c.owner == bindparam("owner"),
    )
)


@dataclass(frozen=True, slots=True)
class Toll:
    """What one thing takes of its owner's quota; `most` None: as much as wanted. `refusal` makes the error."""

    owner: str
    kind: str
    month: str
    most: int | None
    refusal: Callable[[], QuotaReached]
    event: str = ""


class Quotas:
    def __init__(self, database: Database) -> None:
        self._database = database

    def used(self, owner: str, kind: str, month: str) -> int:
        with self._database.read() as connection:
            return _used(connection, owner, kind, month)

    def agents(self, owner: str) -> int:
        with self._database.read() as connection:
            return _agents(connection, owner)

    def check(self, toll: Toll, beside: int = 0) -> None:
        """Raises the refusal when nothing is left and the event was not counted before; `beside` is what is under way
        and not counted yet."""
        with self._database.read() as connection:
            if toll.event and connection.execute(_WAS_COUNTED, _event_of(toll)).first():
                return
            used = _used(connection, toll.owner, toll.kind, toll.month)
            said = _being_answered(connection, toll.owner) if toll.kind == "messages" else 0
            _refuse(toll, used + said + beside)

    def count(self, toll: Toll) -> bool:
        """False: the event was counted before."""
        with self._database.write() as connection:
            return charge(connection, toll)

    def forget(self, month: str) -> int:
        """Drops the events of the months before this one; how many. The counters stay."""
        with self._database.write() as connection:
            return connection.execute(delete(COUNTED).where(_E.month < month)).rowcount


def admit_message(connection: Connection, toll: Toll, session_id: str) -> None:
    """Raises the refusal when no message is left. Those that are being answered in other sessions count as used."""
    if toll.most is None:
        return
    used = _held(connection, toll)
    _refuse(toll, used + _being_answered(connection, toll.owner, session_id))


def admit_agent(connection: Connection, toll: Toll | None) -> None:
    """Raises the refusal when there are as many agents as may be."""
    if toll is None or toll.most is None:
        return
    _held(connection, toll)
    _refuse(toll, _agents(connection, toll.owner))


def hold_agents(connection: Connection, toll: Toll | None) -> None:
    """Until the transaction ends nobody else brings in agents of the toll's owner."""
    if toll is not None:
        _held(connection, toll)


def charge(connection: Connection, toll: Toll) -> bool:
    """Counts the event; False when it was counted before."""
    values = {"owner": toll.owner, "kind": toll.kind, "month": toll.month}
    if connection.execute(_ONCE, values | _event_of(toll)).rowcount != 1:
        return False
    connection.execute(_RAISE, values)
    return True


def _held(connection: Connection, toll: Toll) -> int:
    """How much is used; until the transaction ends nobody else takes of the same quota."""
    mine = {"owner": toll.owner, "kind": toll.kind, "month": toll.month}
    connection.execute(_ROW, mine)
    used: int = connection.execute(_HELD, mine).scalar_one()
    return used


def _event_of(toll: Toll) -> dict[str, str]:
    return {"owner": toll.owner, "kind": toll.kind, "event": toll.event}


def _refuse(toll: Toll, used: int) -> None:
    if toll.most is not None and used >= toll.most:
        raise toll.refusal()


def _used(connection: Connection, owner: str, kind: str, month: str) -> int:
    return connection.execute(_USED, {"owner": owner, "kind": kind, "month": month}).scalar() or 0


def _agents(connection: Connection, owner: str) -> int:
    return connection.execute(_AGENTS, {"owner": owner}).scalar_one()


def _being_answered(connection: Connection, owner: str, session_id: str = "") -> int:
    """Replies that somebody writes now in other sessions than this one."""
    others = {"owner": owner, "session": session_id, "since": rows.now() - rows.STALE}
    return connection.execute(_BEING_ANSWERED, others).scalar_one()
