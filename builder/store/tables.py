"""The tables. Nobody outside this room sees them.

Times are microseconds since 1970 (UTC), so that both databases sort them alike; JSON is kept as text (`codec`).
"""

from typing import ClassVar

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel


def _long(default: str | None = None) -> Column[str]:
    return Column(Text, nullable=False, server_default=default)


def _owned_by(target: str) -> ForeignKey:
    return ForeignKey(target, ondelete="CASCADE")


class SessionRow(SQLModel, table=True):
    """`cursor` is the checkpoint in force, `checkpoints` the number of the last one made, `spoken` counts the person's
    messages; `title`, `progress` and `return_type` repeat what the draft says, for lists."""

    __tablename__: ClassVar[str] = "sessions"
    __table_args__ = (Index("sessions_recent", "owner", "archived", "updated"), Index("sessions_idle", "updated"))

    id: str = Field(primary_key=True)
    owner: str
    mode: str
    engine: str
    language: str
    draft: str = Field(sa_column=_long())
    proposals: str = Field(sa_column=_long())
    notes: str = Field(sa_column=_long())
    stage: str
    stages: str = Field(sa_column=_long())
    planned: bool
    agreed: bool
    agent_id: str | None = Field(default=None, index=True)
    saved_version: int | None = None
    archived: bool
    revision: int
    created: int = Field(sa_type=BigInteger)
    updated: int = Field(sa_type=BigInteger)
    title: str
    progress: int
    return_type: str | None = None
    cursor: int
    checkpoints: int
    spoken: int
    last_seq: int
    used: str = Field(sa_column=_long("{}"))


class MessageRow(SQLModel, table=True):
    """`checkpoint` is the one in force after the message; `writer` writes a streaming reply, last at `touched`;
    `step` marks what is said about going back: such a message gives way to the next of its kind."""

    __tablename__: ClassVar[str] = "messages"
    __table_args__ = (
        UniqueConstraint("session_id", "id"),
        Index(
            "messages_streaming",
            "state",
            sqlite_where=text("state = 'streaming'"),
            postgresql_where=text("state = 'streaming'"),
        ),
    )

    session_id: str = Field(sa_column=Column(_owned_by("sessions.id"), primary_key=True))
    seq: int = Field(primary_key=True)
    id: str
    role: str
    text: str = Field(sa_column=_long())
    created: int = Field(sa_type=BigInteger)
    touched: int = Field(sa_type=BigInteger)
    writer: str
    state: str
    changes: str = Field(sa_column=_long())
    proposals: str = Field(sa_column=_long())
    suggestions: str = Field(sa_column=_long())
    stage: str | None = None
    reason: str = Field(sa_column=_long())
    checkpoint: int
    step: bool
    dropped: str = Field(sa_column=_long("[]"))
    engine: str = Field(default="", sa_column_kwargs={"server_default": ""})
    usage: str = Field(sa_column=_long("{}"))


class CheckpointRow(SQLModel, table=True):
    """A state to return to. `parent` is the one it grew from, `undo_to` the one a step back leads to."""

    __tablename__: ClassVar[str] = "checkpoints"
    __table_args__ = (Index("checkpoints_children", "session_id", "parent"),)

    session_id: str = Field(sa_column=Column(_owned_by("sessions.id"), primary_key=True))
    number: int = Field(primary_key=True)
    parent: int | None = None
    undo_to: int | None = None
    draft: str = Field(sa_column=_long())
    proposals: str = Field(sa_column=_long())
    notes: str = Field(sa_column=_long())
    planned: bool
    agreed: bool
    created: int = Field(sa_type=BigInteger)


class AgentRow(SQLModel, table=True):
    """A saved agent; what lists show is repeated here from its last version. `deleted`: when, if it was."""

    __tablename__: ClassVar[str] = "agents"
    __table_args__ = (
        Index("agents_by_time", "owner", "updated", "number"),
        Index("agents_by_name", "owner", "name_key", "number"),
    )

    number: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    owner: str
    name: str
    name_key: str
    description: str = Field(sa_column=_long())
    return_type: str
    placeholders: str = Field(sa_column=_long())
    version: int
    created: int = Field(sa_type=BigInteger)
    updated: int = Field(sa_type=BigInteger)
    deleted: int | None = Field(default=None, sa_type=BigInteger)


class VersionRow(SQLModel, table=True):
    """One save. Rows are added, never changed."""

    __tablename__: ClassVar[str] = "versions"

    agent: int = Field(sa_column=Column(_owned_by("agents.number"), primary_key=True))
    number: int = Field(primary_key=True)
    config: str = Field(sa_column=_long())
    note: str = Field(sa_column=_long())
    author: str
    hash: str
    created: int = Field(sa_type=BigInteger)


class PreferenceRow(SQLModel, table=True):
    __tablename__: ClassVar[str] = "preferences"

    owner: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    value: str = Field(sa_column=_long())


class SecretRow(SQLModel, table=True):
    """A key of a provider, readable only with the seal."""

    __tablename__: ClassVar[str] = "secrets"

    owner: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    sealed: str = Field(sa_column=_long())


class AnswerRow(SQLModel, table=True):
    """What a request with a key came to; `token` is the try that does it, last at `touched`."""

    __tablename__: ClassVar[str] = "answers"
    __table_args__ = (Index("answers_by_age", "created"),)

    owner: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    request: str
    state: str
    token: str = Field(sa_column_kwargs={"unique": True})
    created: int = Field(sa_type=BigInteger)
    touched: int = Field(sa_type=BigInteger)
    status: int | None = None
    headers: str = Field(sa_column=_long("[]"))
    body: bytes | None = None


class TokenRow(SQLModel, table=True):
    """A program's token; `hash` is that of its secret."""

    __tablename__: ClassVar[str] = "tokens"
    __table_args__ = (Index("tokens_by_time", "owner", "created"),)

    id: str = Field(primary_key=True)
    owner: str
    name: str
    scope: str
    hash: str
    created: int = Field(sa_type=BigInteger)
    revoked: int | None = Field(default=None, sa_type=BigInteger)


class CounterRow(SQLModel, table=True):
    """How much of a kind an owner used in a month, such as "2026-11"; "" for what is not counted in months."""

    __tablename__: ClassVar[str] = "counters"

    owner: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    used: int


class CountedRow(SQLModel, table=True):
    """An event that a counter was raised for."""

    __tablename__: ClassVar[str] = "counted"
    __table_args__ = (Index("counted_by_month", "month"),)

    owner: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    event: str = Field(primary_key=True)
    month: str


class ArtifactRow(SQLModel, table=True):
    """What a session produced. `packed` is its content, compressed; `size` and `hash` are those of the content.

    One that was `removed` (by a person, or when its time was over) leaves its number: no other ever gets that.
    """

    __tablename__: ClassVar[str] = "artifacts"
    __table_args__ = (UniqueConstraint("session_id", "type", "version"), Index("artifacts_by_end", "expires"))

    id: str = Field(primary_key=True)
    session_id: str = Field(sa_column=Column(_owned_by("sessions.id"), nullable=False))
    type: str
    version: int
    name: str
    media_type: str
    packed: bytes
    size: int
    hash: str
    created: int = Field(sa_type=BigInteger)
    expires: int | None = Field(default=None, sa_type=BigInteger)
    removed: int | None = Field(default=None, sa_type=BigInteger)


def _table(row: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(row.__tablename__)]


SESSIONS = _table(SessionRow)
MESSAGES = _table(MessageRow)
CHECKPOINTS = _table(CheckpointRow)
AGENTS = _table(AgentRow)
VERSIONS = _table(VersionRow)
PREFERENCES = _table(PreferenceRow)
SECRETS = _table(SecretRow)
ANSWERS = _table(AnswerRow)
TOKENS = _table(TokenRow)
COUNTERS = _table(CounterRow)
COUNTED = _table(CountedRow)
ARTIFACTS = _table(ArtifactRow)
