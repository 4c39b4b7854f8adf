"""Rows of sessions and messages as values, and back. Every query names the owner."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Row, bindparam, select, update

from builder.core.errors import Conflict, Invalid, NotFound
from builder.core.saved import SessionCard
from builder.core.session import Message, Mode, Session
from builder.core.stages import Stage
from builder.store import codec
from builder.store.tables import MESSAGES, SESSIONS

REMEMBERED = 40  # messages that a session holds: enough for an interviewer, and the same work in any talk
STALE = 30_000_000  # microseconds; a streaming reply that nobody touched for so long was left behind
_TITLE = 80
# Statements are put together once: doing it for each call takes longer than the database does.
_SESSION = select(SESSIONS).where(SESSIONS.c.id == bindparam("id"), SESSIONS.c.owner == bindparam("owner"))
_HELD = _SESSION.with_for_update()
_WRITE = update(SESSIONS).where(
    SESSIONS.c.id == bindparam("this"),
    SESSIONS.c.revision == bindparam("still", type_=SESSIONS.c.revision.type),
    SESSIONS.c.created == bindparam("begun", type_=SESSIONS.c.created.type),
)
_TALK = select(MESSAGES).where(MESSAGES.c.session_id == bindparam("session"))
_NEWEST = _TALK.order_by(MESSAGES.c.seq.desc()).limit(bindparam("most"))
_BEFORE = _TALK.where(MESSAGES.c.seq < bindparam("before")).order_by(MESSAGES.c.seq.desc()).limit(bindparam("most"))


def now() -> int:
    return codec.micros(datetime.now(UTC))


def fetch(connection: Connection, owner: str, session_id: str, *, lock: bool = False) -> Row[Any]:
    """The session's row; with `lock` nobody else changes it until the transaction ends."""
    wanted = {"id": known_form(session_id), "owner": owner}
    row = connection.execute(_HELD if lock else _SESSION, wanted).first()
    if row is None:
        raise NotFound("This session is not there.", what="session")
    return row


def known_form(given_id: str) -> str:
    """An id that came from outside; "", which nothing has, when no database could hold it."""
    return given_id if given_id.isascii() and given_id.isprintable() else ""


def session_of(connection: Connection, row: Row[Any], *, before: int | None = None) -> Session:
    """The row as a session with its last finished messages (those before `before`)."""
    newest = tail(connection, row.id, REMEMBERED, before)
    told = tuple(message_of(each) for each in reversed(newest) if each.state != "streaming")
    return replace(silent(row), messages=told)


def silent(row: Row[Any]) -> Session:
    """The row as a session without its messages."""
    return Session(
        id=row.id,
        owner=row.owner,
        mode=cast(Mode, row.mode),
        engine=row.engine,
        language=row.language,
        draft=codec.draft_from(row.draft),
        proposals={proposal.field: proposal for proposal in codec.proposals_from(row.proposals)},
        notes=codec.loads(row.notes),
        stage=codec.stage_from(row.stage) or Stage.INITIAL,
        stages=tuple(stage for name in codec.loads(row.stages) if (stage := codec.stage_from(name))),
        planned=row.planned,
        agreed=row.agreed,
        agent_id=row.agent_id,
        saved_version=row.saved_version,
        archived=row.archived,
        used=codec.usage_from(row.used),
        revision=row.revision,
        created=codec.moment(row.created),
        updated=codec.moment(row.updated),
    )


def columns_of(session: Session) -> dict[str, Any]:
    """What a session says, as columns; the row keeps id, owner, created and its counters itself."""
    return {
        "mode": session.mode,
        "engine": session.engine,
        "language": session.language,
        "draft": codec.draft_to(session.draft),
        "proposals": codec.proposals_to(session.proposals.values()),
        "notes": codec.dumps(session.notes),
        "stage": session.stage.value,
        "stages": codec.dumps([stage.value for stage in session.stages]),
        "planned": session.planned,
        "agreed": session.agreed,
        "agent_id": session.agent_id,
        "saved_version": session.saved_version,
        "archived": session.archived,
        "used": codec.usage_to(session.used),
        "progress": session.progress,
        "return_type": session.draft.value("return_type"),
    }


class Written(NamedTuple):
    """What writing does to a session beside what was to be written."""

    revision: int
    updated: datetime
    cursor: int
    columns: dict[str, Any]  # all that is different in the row now

    def on(self, session: Session) -> Session:
        return replace(session, revision=self.revision, updated=self.updated)


def write(connection: Connection, row: Row[Any], **columns: Any) -> Written:
    """Writes columns of a session that is still as `row` says; Conflict when it is not."""
    revision, updated = cast(int, row.revision) + 1, now()
    still = {"this": row.id, "still": row.revision, "begun": row.created}
    changed = {**columns, "revision": revision, "updated": updated}
    if connection.execute(_WRITE, still | changed).rowcount != 1:
        raise Conflict("The session was changed elsewhere.")
    return Written(revision, codec.moment(updated), columns.get("cursor", row.cursor), changed)


def title_of(session: Session, row_title: str) -> str:
    """The agent's name, else what the row says (the start of the first message)."""
    return session.draft.text("name")[:_TITLE] or row_title


def abandoned(reply: Row[Any], here: str) -> bool:
    """Is nobody writing this streaming reply any more? `here` is the writer that asks and knows it is not itself."""
    return bool(reply.writer == here or now() - reply.touched > STALE)


def first_line(text: str) -> str:
    return " ".join(text.split())[:_TITLE]


def card_of(row: Row[Any]) -> SessionCard:
    stage = codec.stage_from(row.stage) or Stage.INITIAL
    return SessionCard(row.id, row.title, stage, row.progress, row.return_type, codec.moment(row.updated), row.agent_id)


def key_of(row: Row[Any]) -> str:
    """The place of a session in a list, for who goes on after it; opaque to everybody else."""
    return f"{row.updated}.{row.id}"


def read_key(key: str) -> tuple[int, str]:
    updated, _, session_id = key.partition(".")
    if not (updated.isascii() and updated.isdigit() and len(updated) < 19 and known_form(session_id)):
        raise Invalid("The place to go on from is not known.", next_step="Begin again with the first page.")
    return int(updated), session_id


def tail(connection: Connection, session_id: str, limit: int, before: int | None) -> Sequence[Row[Any]]:
    """The last messages, newest first."""
    wanted = {"session": session_id, "most": limit}
    if before is None:
        return connection.execute(_NEWEST, wanted).all()
    return connection.execute(_BEFORE, {**wanted, "before": before}).all()


def message_of(row: Any) -> Message:
    return Message(
        id=row.id,
        role=codec.role_from(row.role),
        text=row.text,
        created=codec.moment(row.created),
        state=codec.state_from(row.state),
        seq=row.seq,
        changes=codec.changes_from(row.changes),
        proposals=codec.proposals_from(row.proposals),
        suggestions=tuple(codec.loads(row.suggestions)),
        stage=codec.stage_from(row.stage),
        reason=row.reason,
        dropped=codec.dropped_from(row.dropped),
        engine=row.engine,
        usage=codec.usage_from(row.usage),
    )


def message_columns(message: Message) -> dict[str, Any]:
    """What a message says, as columns; id, seq and created stay."""
    return {
        "role": message.role,
        "text": message.text,
        "state": message.state,
        "changes": codec.changes_to(message.changes),
        "proposals": codec.proposals_to(message.proposals),
        "suggestions": codec.dumps(message.suggestions),
        "stage": message.stage.value if message.stage else None,
        "reason": message.reason,
        "dropped": codec.dropped_to(message.dropped),
        "engine": message.engine,
        "usage": codec.usage_to(message.usage),
        "touched": now(),
    }


def new_messages(
    session_id: str, checkpoint: int, messages: Iterable[Message], *, writer: str = "", step: bool = False
) -> list[dict[str, Any]]:
    return [
        {
            "session_id": session_id,
            "seq": message.seq,
            "id": message.id,
            "created": codec.micros(message.created),
            "checkpoint": checkpoint,
            "writer": writer,
            "step": step,
            **message_columns(message),
        }
        for message in messages
    ]
