"""A turn's way into the database: the question at once, the reply as it grows, everything else at the end."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from builder.core.errors import Busy, Conflict, Invalid, NotFound
from builder.core.problem import Problem
from builder.core.session import Message, Mode, Session
from builder.store import rows
from builder.store.database import Database
from builder.store.known import Key, Known, Place, stored
from builder.store.quotas import Toll, admit_message, charge
from builder.store.rows import fetch, session_of
from builder.store.sessions import write_session
from builder.store.tables import MESSAGES
from builder.store.together import Again

_M = MESSAGES.c
_BY_ID = _M.session_id == bindparam("session"), _M.id == bindparam("message")
_MESSAGE = select(MESSAGES).where(*_BY_ID)
_SEQ = select(_M.seq).where(*_BY_ID)
_AT = select(MESSAGES).where(_M.session_id == bindparam("session"), _M.seq == bindparam("place"))
_NEW = insert(MESSAGES)
_REPLY = update(MESSAGES).where(*_BY_ID)
_GROWING = _REPLY.where(_M.state == "streaming")
T = TypeVar("T")
Step = Callable[[Connection, Place], tuple[T, Place]]
First = Callable[[Connection], tuple[T, Place | None]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A stored question. `session` is as it was before the question; `finished`: its reply is there already."""

    session: Session
    question: Message
    reply: Message
    again: bool = False
    finished: bool = False
    toll: Toll | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a turn came to: the session after it and its reply."""

    session: Session
    reply: Message


class Turns:
    """`writer` names this store among all that write to the database; it runs at most one turn a session."""

    def __init__(self, database: Database, writer: str, known: Known) -> None:
        self._database = database
        self._writer = writer
        self._known = known

    def ask(
        self,
        owner: str,
        session_id: str,
        question: Message,
        reply_id: str,
        mode: Mode | None,
        most: int,
        toll: Toll | None = None,
    ) -> Asked:
        """Stores the question and an empty reply, or finds those of a question with the same id.

        Raises Busy while another reply is being written, Invalid when `most` (0: no limit) questions were asked, and
        the toll's refusal when none is left; a reply that is there already takes nothing.
        """
        return self.asking(owner, session_id, question, reply_id, mode, most, toll).result()

    def asking(
        self,
        owner: str,
        session_id: str,
        question: Message,
        reply_id: str,
        mode: Mode | None,
        most: int,
        toll: Toll | None = None,
    ) -> "Future[Asked]":
        """The same, in another thread."""

        def first(connection: Connection) -> tuple[Asked, Place | None]:
            row = fetch(connection, owner, session_id, lock=True)
            known = _message(connection, session_id, question.id)
            if known is not None:
                return _known(connection, row, known, self._writer, toll), None
            _refuse_second(connection, row, self._writer)
            if most and row.spoken >= most:
                raise _talk_full(most)
            if toll is not None:
                admit_message(connection, toll, row.id)
            return ask(connection, Place(row, session_of(connection, row).messages))

        def ask(connection: Connection, place: Place) -> tuple[Asked, Place]:
            asked, after = _ask(connection, place, question, reply_id, mode, self._writer)
            return replace(asked, toll=toll), after

        def lets_in(place: Place) -> bool:
            unlimited = toll is None or toll.most is None
            return unlimited and not place.answering and not (most and place.row.spoken >= most)

        return self._write((owner, session_id), lets_in, ask, first)

    def keep(self, session_id: str, reply_id: str, text: str) -> None:
        """The reply's text so far."""
        self.keeping(session_id, reply_id, text).result()

    def keeping(self, session_id: str, reply_id: str, text: str) -> "Future[None]":
        reply = {"session": session_id, "message": reply_id}

        def keep(connection: Connection) -> None:
            connection.execute(_GROWING, {**reply, "text": text, "touched": rows.now()})

        return self._database.together.do(keep, lambda _: None)

    def conclude(
        self,
        owner: str,
        session_id: str,
        revision: int,
        answer: Answer,
        again: Callable[[Session], Answer],
        toll: Toll | None = None,
    ) -> Answer:
        """Stores the turn's end as one, and takes the toll when something was said. `again` tells what the turn comes
        to when the session was changed meanwhile."""
        return self.concluding(owner, session_id, revision, answer, again, toll).result()

    def concluding(
        self,
        owner: str,
        session_id: str,
        revision: int,
        answer: Answer,
        again: Callable[[Session], Answer],
        toll: Toll | None = None,
    ) -> "Future[Answer]":
        """The same, in another thread; there `again` is called, perhaps twice."""

        def first(connection: Connection) -> tuple[Answer, Place | None]:
            row = fetch(connection, owner, session_id, lock=True)
            seq = connection.execute(_SEQ, {"session": session_id, "message": answer.reply.id}).scalar()
            if seq is None:
                raise NotFound("The talk was cleared while the answer was written.", "Say it again.")
            found = again(session_of(connection, row, before=seq - 1)) if row.revision != revision else answer
            _take(connection, toll, found.reply)
            return _conclude(connection, row, replace(found, reply=replace(found.reply, seq=seq)))[0], None

        def conclude(connection: Connection, place: Place) -> tuple[Answer, Place]:
            _take(connection, toll, answer.reply)
            concluded, written = _conclude(connection, place.row, answer)
            return concluded, _after(place, concluded.reply, written)

        def is_mine(place: Place) -> bool:
            return place.answering == answer.reply.id and place.row.revision == revision

        return self._write((owner, session_id), is_mine, conclude, first)

    def _write(self, key: Key, fits: Callable[[Place], bool], known: Step[T], first: First[T]) -> "Future[T]":
        """By what is known of the session where that fits it; else, or when it was not true any more, as for the first
        time."""

        def work(connection: Connection) -> tuple[T, Place | None]:
            place = self._known.of(key)
            if place is None or not fits(place):
                return first(connection)
            try:
                return known(connection, place)
            except (Conflict, IntegrityError) as error:
                self._known.forget(key)
                raise Again from error

        def then(written: tuple[T, Place | None]) -> T:
            came, place = written
            if place is None:
                self._known.forget(key)
            else:
                self._known.keep(key, place)
            return came

        return self._database.together.do(work, then)

    def interrupted(self, *, alone: bool) -> int:
        """Replies that a process which is gone was writing are stopped; how many. Unless we are `alone`, one that was
        written a moment ago may be another process's."""
        left = _M.state == "streaming" if alone else (_M.state == "streaming") & (_M.touched < rows.now() - rows.STALE)
        with self._database.write() as connection:
            return connection.execute(update(MESSAGES).where(left).values(state="stopped")).rowcount


def _message(connection: Connection, session_id: str, message_id: str) -> Row[Any] | None:
    return connection.execute(_MESSAGE, {"session": session_id, "message": message_id}).first()


def _take(connection: Connection, toll: Toll | None, reply: Message) -> None:
    if toll is not None and _was_answered(reply):
        charge(connection, replace(toll, event=reply.id))


def _was_answered(reply: Message) -> bool:
    return reply.state == "done" or (reply.state == "stopped" and bool(reply.text))


def _known(connection: Connection, row: Row[Any], known: Row[Any], writer: str, toll: Toll | None) -> Asked:
    """The question was stored before: its reply as it is, or begun anew when nothing came of it."""
    reply = connection.execute(_AT, {"session": row.id, "place": known.seq + 1}).first()
    if known.role != "user" or reply is None:
        raise Invalid("This message id belongs to another message.", next_step="Send the message under a new id.")
    if reply.state == "streaming" and not rows.abandoned(reply, writer):
        raise Busy("This message is being answered.")
    session = session_of(connection, row, before=known.seq)
    cut_off = reply.state == "failed" or (reply.state != "done" and not reply.text)
    if not cut_off or reply.seq != row.last_seq:
        return Asked(session, rows.message_of(known), rows.message_of(reply), again=True, finished=True)
    if toll is not None:
        admit_message(connection, toll, row.id)
    fresh = replace(rows.message_of(reply), text="", state="streaming", reason="", engine=session.engine)
    mine = (_M.session_id == row.id) & (_M.seq == reply.seq)
    connection.execute(update(MESSAGES).where(mine).values(rows.message_columns(fresh) | {"writer": writer}))
    session = rows.write(connection, row, archived=False).on(session)
    return Asked(session, rows.message_of(known), fresh, again=True, toll=toll)


def _refuse_second(connection: Connection, row: Row[Any], writer: str) -> None:
    last = connection.execute(_AT, {"session": row.id, "place": row.last_seq}).first()
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
    connection: Connection, place: Place, question: Message, reply_id: str, mode: Mode | None, writer: str
) -> tuple[Asked, Place]:
    row = place.row
    session = replace(rows.silent(row), messages=place.talk)
    session = replace(session, mode=mode or session.mode, archived=False)
    question = replace(question, seq=row.last_seq + 1)
    reply = Message(reply_id, "model", "", question.created, "streaming", question.seq + 1, engine=session.engine)
    made = rows.new_messages(row.id, row.cursor, [question, reply], writer=writer)
    connection.execute(_NEW, made)
    written = rows.write(
        connection,
        row,
        mode=session.mode,
        archived=False,
        title=row.title or rows.first_line(question.text),
        last_seq=reply.seq,
        spoken=row.spoken + 1,
    )
    place = replace(place.moved(written), asked=stored(made[0]), answering=reply_id)
    return Asked(written.on(session), question, reply), place


def _conclude(connection: Connection, row: Any, answer: Answer) -> tuple[Answer, rows.Written]:
    written = write_session(connection, row, rows.silent(row), answer.session)
    reply = {"session": row.id, "message": answer.reply.id}
    columns = rows.message_columns(answer.reply) | {"checkpoint": written.cursor}
    connection.execute(_REPLY, {**reply, **columns})
    return replace(answer, session=written.on(answer.session)), written


def _after(place: Place, reply: Message, written: rows.Written) -> Place:
    """The session with one more question and its reply."""
    made = rows.new_messages(place.row.id, 0, [reply])[0]
    said = [place.asked] if place.asked is not None else []
    talk = (*place.talk, *said, stored(made))[-rows.REMEMBERED :]
    return replace(place.moved(written), talk=talk, asked=None, answering="")
