"""The reply that another process is writing now: what has to wait for its end asks here."""

from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from builder.core.errors import Busy
from builder.store.rows import abandoned
from builder.store.tables import MESSAGES

_AT = select(MESSAGES).where(
    MESSAGES.c.session_id == bindparam("session"), MESSAGES.c.seq == bindparam("place")
)


def refuse_while_answered(connection: Connection, row: Row[Any], here: str) -> None:
    """Busy while another process than `here` answers in this session."""
    if answered_elsewhere(connection, row, here) is not None:
        raise Busy("The last message is still being answered.")


def answered_elsewhere(connection: Connection, row: Row[Any], here: str) -> str | None:
    """The id of the question that another process than `here` answers now."""
    last = connection.execute(_AT, {"session": row.id, "place": row.last_seq}).first()
    if last is None or last.state != "streaming" or abandoned(last, here):
        return None
    question = connection.execute(_AT, {"session": row.id, "place": row.last_seq - 1}).first()
    return question.id if question is not None else ""
