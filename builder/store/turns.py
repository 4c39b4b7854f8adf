"""A turn's way into the database: the question at once, the reply as it grows, everything else at the end."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from builder.core.errors import Busy, Invalid, NotFound
from builder.core.problem import Problem
from builder.core.session import Message, Mode, Session
from builder.store import rows
from builder.store.database import Database
from builder.store.rows import fetch, session_of
from builder.store.sessions import write_session
from builder.store.tables import MESSAGES

_M = MESSAGES.c


@dataclass(frozen=True, slots=True)
class Asked:
    """A stored question. `session` is as it was before the question; `finished`: its reply is there already."""

    session: Session
    question: Message
    reply: Message
    again: bool = False
    finished: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a turn came to: the session after it and its reply."""

    session: Session
    reply: Message


class Turns:
    """`writer` names this store among all that write to the database; it runs at most one turn a session."""

    def __init__(self, database: Database, writer: str) -> None:
        self._database = database
        self._writer = writer

    def ask(self, owner: str, session_id: str, question: Message, reply_id: str, mode: Mode | None, most: int) -> Asked:
        """Stores the question and an empty reply, or finds those of a question with the same id.

        Raises Busy while another reply is being written, Invalid when `most` (0: no limit) questions were asked.
        """
        with self._database.write() as connection:
            row = fetch(connection, owner, session_id, lock=True)
            known = _message(connection, session_id, question.id)
            if known is not None:
                return _known(connection, row, known, self._writer)
            _refuse_second(connection, row, self._writer)
            if most and row.spoken >= most:
                raise _talk_full(most)
            return _ask(connection, row, replace(question, seq=row.last_seq + 1), reply_id, mode, self._writer)

    def keep(self, session_id: str, reply_id: str, text: str) -> None:
        """The reply's text so far."""
        mine = (_M.session_id == session_id) & (_M.id == reply_id) & (_M.state == "streaming")
        with self._database.write() as connection:
            connection.execute(update(MESSAGES).where(mine).values(text=text, touched=rows.now()))

    def conclude(
        self, owner: str, session_id: str, revision: int, answer: Answer, again: Callable[[Session], Answer]
    ) -> Answer:
        """Stores the turn's end as one. `again` tells what the turn comes to when the session was changed meanwhile."""
        with self._database.write() as connection:
            row = fetch(connection, owner, session_id, lock=True)
            question = select(_M.seq).where(_M.session_id == session_id, _M.id == answer.reply.id)
            seq = connection.execute(question).scalar()
            if seq is None:
                raise NotFound("The talk was cleared while the answer was written.", "Say it again.")
            if row.revision != revision:
                answer = again(session_of(connection, row, before=seq - 1))
            return _conclude(connection, row, replace(answer, reply=replace(answer.reply, seq=seq)))

    def interrupted(self) -> int:
        """Replies that a process which is gone was writing are stopped; how many."""
        with self._database.write() as connection:
            done = connection.execute(update(MESSAGES).where(_M.state == "streaming").values(state="stopped"))
            return done.rowcount


def _message(connection: Connection, session_id: str, message_id: str) -> Row[Any] | None:
    return connection.execute(select(MESSAGES).where(_M.session_id == session_id, _M.id == message_id)).first()


def _known(connection: Connection, row: Row[Any], known: Row[Any], writer: str) -> Asked:
    """The question was stored before: its reply as it is, or begun anew when nothing came of it."""
    reply = connection.execute(select(MESSAGES).where(_M.session_id == row.id, _M.seq == known.seq + 1)).first()
    if known.role != "user" or reply is None:
        raise Invalid("This message id belongs to another message.", next_step="Send the message under a new id.")
    if reply.state == "streaming" and not rows.abandoned(reply, writer):
        raise Busy("This message is being answered.")
    session = session_of(connection, row, before=known.seq)
    cut_off = reply.state == "failed" or (reply.state != "done" and not reply.text)
    if not cut_off or reply.seq != row.last_seq:
        return Asked(session, rows.message_of(known), rows.message_of(reply), again=True, finished=True)
    fresh = replace(rows.message_of(reply), text="", state="streaming", reason="", engine=session.engine)
    mine = (_M.session_id == row.id) & (_M.seq == reply.seq)
    connection.execute(update(MESSAGES).where(mine).values(rows.message_columns(fresh) | {"writer": writer}))
    session = rows.write(connection, row, archived=False).on(session)
    return Asked(session, rows.message_of(known), fresh, again=True)


def _refuse_second(connection: Connection, row: Row[Any], writer: str) -> None:
    last = connection.execute(select(MESSAGES).where(_M.session_id == row.id, _M.seq == row.last_seq)).first()
    if last is None or last.state != "streaming":
        return
    if not rows.abandoned(last, writer):
        raise Busy("The last message is still being answered.")
    mine = (_M.session_id == row.id) & (_M.seq == last.seq)
    connection.execute(update(MESSAGES).where(mine).values(state="stopped"))


def _talk_full(most: int) -> Invalid:
    reason = f"This talk has reached its {most} messages."
    step = "Go on by hand in the fields, or save the agent, duplicate it in the gallery and talk about the copy."
    return Invalid(reason, [Problem("talk_full", "", reason, step, {"most": most})], step)


def _ask(
    connection: Connection, row: Row[Any], question: Message, reply_id: str, mode: Mode | None, writer: str
) -> Asked:
    session = session_of(connection, row)
    session = replace(session, mode=mode or session.mode, archived=False)
    reply = Message(reply_id, "model", "", question.created, "streaming", question.seq + 1, engine=session.engine)
    connection.execute(insert(MESSAGES), rows.new_messages(row.id, row.cursor, [question, reply], writer=writer))
    written = rows.write(
        connection,
        row,
        mode=session.mode,
        archived=False,
        title=row.title or rows.first_line(question.text),
        last_seq=reply.seq,
        spoken=row.spoken + 1,
    )
    return Asked(written.on(session), question, reply)


def _conclude(connection: Connection, row: Row[Any], answer: Answer) -> Answer:
    written = write_session(connection, row, rows.silent(row), answer.session)
    in_force = fetch(connection, row.owner, row.id).cursor
    mine = (_M.session_id == row.id) & (_M.id == answer.reply.id)
    columns = rows.message_columns(answer.reply)
    connection.execute(update(MESSAGES).where(mine).values(checkpoint=in_force, **columns))
    return replace(answer, session=written.on(answer.session))
