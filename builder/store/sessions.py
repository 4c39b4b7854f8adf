"""Sessions: begin, read, change by one step, step back and forth, put away. Plain functions of one transaction each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import Connection, Row, Select, delete, func, insert, or_, select, update

from builder.core.errors import BuilderError, NotFound, NothingToRedo, NothingToUndo
from builder.core.saved import SessionCard, SessionPage
from builder.core.session import CONTEXT, Message, Session
from builder.core.stages import Stage
from builder.store import artifacts, checkpoints, codec, rows
from builder.store.database import Database
from builder.store.known import Known
from builder.store.rows import fetch, session_of
from builder.store.speaking import answered_elsewhere, refuse_while_answered
from builder.store.tables import CHECKPOINTS, MESSAGES, SESSIONS

Step = Callable[[Session], Session]
Way = Literal["undo", "redo"]
_S = SESSIONS.c
NO_CHANGES = codec.changes_to(())


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some messages of a talk, oldest first, and how the session stands. `running` is the reply being written,
    `undoes` the message whose changes a step back takes away (None: it takes back an edit by hand)."""

    session: Session
    messages: tuple[Message, ...]
    earlier: bool
    running: Message | None
    can_undo: bool
    can_redo: bool
    undoes: str | None = None


class Sessions:
    """`writer` names this store among all that write to the database; what is deleted is no longer `known`."""

    def __init__(self, database: Database, writer: str, known: Known) -> None:
        self._database = database
        self._writer = writer
        self._known = known

    def add(self, session: Session) -> Session:
        with self._database.write() as connection:
            insert_session(connection, session)
        return session

    def load(self, owner: str, session_id: str) -> Session:
        with self._database.read() as connection:
            return session_of(connection, fetch(connection, owner, session_id))

    def elsewhere(self, owner: str, session_id: str) -> str | None:
        """The question that another process answers in this session now."""
        with self._database.read() as connection:
            return answered_elsewhere(connection, fetch(connection, owner, session_id), self._writer)

    def change(self, owner: str, session_id: str, step: Step) -> Session:
        """The session after `step`, which sees it as it is now. A step that changes nothing writes nothing."""
        with self._database.write() as connection:
            row = fetch(connection, owner, session_id, lock=True)
            before = session_of(connection, row)
            after = step(before)
            if after == before:
                return before
            return write_session(connection, row, before, after).on(after)

    def move(self, owner: str, session_id: str, way: Way, say: Callable[[Session], str]) -> Session:
        """One step back or forth. `say` gives the words for the talk when the interview, too, stands elsewhere now.
        NothingToUndo, NothingToRedo when none is left; Busy while another process answers."""
        with self._database.write() as connection:
            row = fetch(connection, owner, session_id, lock=True)
            refuse_while_answered(connection, row, self._writer)
            number = checkpoints.back(connection, row) if way == "undo" else checkpoints.forth(connection, row)
            if number is None:
                raise _nothing_left(way)
            return _stand(connection, row, session_of(connection, row), number, say, always=False)

    def go_back(self, owner: str, session_id: str, message_id: str, say: Callable[[Session, str], str]) -> Session:
        """To the state that was in force after the message; `say` gets the message's text, too. Busy as `move`."""
        with self._database.write() as connection:
            row = fetch(connection, owner, session_id, lock=True)
            refuse_while_answered(connection, row, self._writer)
            this = (MESSAGES.c.session_id == session_id) & (MESSAGES.c.id == rows.known_form(message_id))
            message = connection.execute(select(MESSAGES.c.checkpoint, MESSAGES.c.text).where(this)).first()
            if message is None:
                raise NotFound("This message is not in the talk.", "Reload the page.", what="message")
            before = session_of(connection, row)
            return _stand(connection, row, before, message.checkpoint, lambda now: say(now, message.text), always=True)

    def reset(self, owner: str, session_id: str) -> Session:
        """The same session, with nothing said and nothing known."""
        with self._database.write() as connection:
            row = fetch(connection, owner, session_id, lock=True)
            for table in (MESSAGES, CHECKPOINTS):
                connection.execute(delete(table).where(table.c.session_id == session_id))
            old = session_of(connection, row)
            new = Session(old.id, old.owner, old.mode, old.engine, old.language, used=old.used, created=old.created)
            new = replace(new, notes={name: note for name, note in old.notes.items() if name == CONTEXT})
            checkpoints.plant(connection, session_id, new)
            counters = {"cursor": 0, "checkpoints": 0, "spoken": 0, "last_seq": 0, "title": ""}
            return rows.write(connection, row, **rows.columns_of(new), **counters).on(new)

    def stretch(self, owner: str, session_id: str, before: int | None, limit: int, *, speaking: bool) -> Stretch:
        """`speaking`: this process runs a turn of the session."""
        with self._database.read() as connection:
            row = fetch(connection, owner, session_id)
            found = rows.tail(connection, session_id, limit + 1, before)[::-1]
            told = [rows.message_of(each) for each in found[-limit:]]
            last = told[-1] if told else None
            if last and last.state == "streaming" and not speaking and rows.abandoned(found[-1], self._writer):
                last = told[-1] = replace(last, state="stopped")
            return Stretch(
                session=session_of(connection, row),
                messages=tuple(message for message in told if message.state != "streaming"),
                earlier=len(found) > limit,
                running=last if last and last.state == "streaming" else None,
                can_undo=checkpoints.back(connection, row) is not None,
                can_redo=checkpoints.forth(connection, row) is not None,
                undoes=_undoes(found, checkpoints.last_step(connection, row)),
            )

    def recent(self, owner: str, limit: int, archived: bool) -> list[SessionCard]:
        held = select(SESSIONS).where(_S.owner == owner, _S.archived == archived, _holding())
        with self._database.read() as connection:
            newest = connection.execute(held.order_by(_S.updated.desc()).limit(limit)).all()
            return [rows.card_of(row) for row in newest]

    def page(self, owner: str, archived: bool, after: str | None, limit: int) -> SessionPage:
        """By the key of the last one, so that what is begun meanwhile shifts nothing."""
        wanted = select(SESSIONS).where(_S.owner == owner, _S.archived == archived)
        if after is not None:
            updated, session_id = rows.read_key(after)
            older = or_(_S.updated < updated, (_S.updated == updated) & (_S.id < session_id))
            wanted = wanted.where(older)
        with self._database.read() as connection:
            found = connection.execute(wanted.order_by(_S.updated.desc(), _S.id.desc()).limit(limit + 1)).all()
        following = rows.key_of(found[limit - 1]) if len(found) > limit else None
        return SessionPage(tuple(rows.card_of(row) for row in found[:limit]), following)

    def archive(self, owner: str, session_id: str) -> None:
        with self._database.write() as connection:
            rows.write(connection, fetch(connection, owner, session_id, lock=True), archived=True)

    def resume(self, owner: str, session_id: str) -> Session:
        """Undo of `archive`; nothing is written when it was not archived."""
        with self._database.write() as connection:
            row = fetch(connection, owner, session_id, lock=True)
            session = session_of(connection, row)
            if not row.archived:
                return session
            return rows.write(connection, row, archived=False).on(replace(session, archived=False))

    def delete(self, owner: str, session_id: str) -> None:
        with self._database.write() as connection:
            fetch(connection, owner, session_id, lock=True)
            connection.execute(delete(SESSIONS).where(_S.id == session_id))
        self._known.forget((owner, session_id))

    def active(self, since: datetime) -> int:
        """How many of everybody's sessions were in use since then."""
        used = select(func.count()).select_from(SESSIONS).where(_S.updated >= codec.micros(since), ~_S.archived)
        with self._database.read() as connection:
            return int(connection.execute(used).scalar_one())

    def expire(self, before: datetime) -> int:
        """Archives what was left unfinished before then (how many?); sessions that never held anything go."""
        idle = _S.updated < codec.micros(before)
        with self._database.write() as connection:
            connection.execute(delete(SESSIONS).where(idle, ~_holding(), ~artifacts.holds_artifacts()))
            unfinished = idle & ~_S.archived & (_S.stage != Stage.COMPLETED.value) & ~_speaking()
            done = connection.execute(
                update(SESSIONS).where(unfinished).values(archived=True, revision=_S.revision + 1)
            )
            return done.rowcount


def insert_session(connection: Connection, session: Session) -> None:
    own = {
        "id": session.id,
        "owner": session.owner,
        "revision": session.revision,
        "created": codec.micros(session.created),
        "updated": codec.micros(session.updated),
    }
    counters = {"cursor": 0, "checkpoints": 0, "spoken": 0, "last_seq": 0, "title": rows.title_of(session, "")}
    connection.execute(insert(SESSIONS), own | counters | rows.columns_of(session))
    checkpoints.plant(connection, session.id, session)
    artifacts.deposit(connection, session)


def write_session(connection: Connection, row: Any, before: Session, after: Session, **more: Any) -> rows.Written:
    """Writes the session and, where its state moved on, a checkpoint; one that is completed leaves an artifact."""
    if (before.stage, before.draft) != (after.stage, after.draft):
        artifacts.deposit(connection, after)
    columns = rows.columns_of(after) | checkpoints.grow(connection, row, before, after) | more
    return rows.write(connection, row, title=rows.title_of(after, row.title), **columns)


def _stand(
    connection: Connection, row: Row[Any], before: Session, number: int, say: Callable[[Session], str], *, always: bool
) -> Session:
    """The session at another checkpoint; words about it take the place of the last such words."""
    after = checkpoints.restored(connection, before, number).staged(spoken=row.spoken > 0)
    columns = rows.columns_of(after) | {"cursor": number, "archived": False}
    if always or _elsewhere(before, after):
        message = _words(connection, row, say(after), after.stage)
        connection.execute(insert(MESSAGES), rows.new_messages(row.id, number, [message], step=True))
        columns["last_seq"] = message.seq
    rows.write(connection, row, title=rows.title_of(after, row.title), **columns)
    artifacts.deposit(connection, after)
    return session_of(connection, fetch(connection, row.owner, row.id))


def _nothing_left(way: Way) -> BuilderError:
    if way == "undo":
        return NothingToUndo("There is nothing to take back.")
    return NothingToRedo("There is nothing to do again.")


def _undoes(found: Sequence[Row[Any]], number: int | None) -> str | None:
    """The message whose changes made that checkpoint, if it is among those found."""
    made = (row.id for row in reversed(found) if row.checkpoint == number and row.changes != NO_CHANGES)
    return next(made, None)


def _elsewhere(before: Session, after: Session) -> bool:
    """A step over an edit by hand leaves the interview where it is."""
    return (before.notes, before.planned, before.agreed) != (after.notes, after.planned, after.agreed)


def _words(connection: Connection, row: Row[Any], text: str, stage: Stage) -> Message:
    last = (MESSAGES.c.session_id == row.id) & (MESSAGES.c.seq == row.last_seq) & MESSAGES.c.step
    connection.execute(delete(MESSAGES).where(last))
    seq = row.last_seq + 1
    return Message(uuid4().hex, "model", text, codec.moment(rows.now()), seq=seq, stage=stage)


def _holding() -> Any:
    return or_(_S.spoken > 0, _S.checkpoints > 0, _S.title != "", _S.agent_id.is_not(None))


def _speaking() -> Any:
    """A reply is being written right now."""
    running = (MESSAGES.c.state == "streaming") & (MESSAGES.c.touched > rows.now() - rows.STALE)
    return select(MESSAGES.c.id).where(MESSAGES.c.session_id == _S.id, running).correlate(SESSIONS).exists()


def of_agent(owner: str, agent_id: str) -> Select[Any]:
    """The session in which the agent was last worked on."""
    return select(SESSIONS).where(_S.owner == owner, _S.agent_id == agent_id).order_by(_S.updated.desc()).limit(1)
