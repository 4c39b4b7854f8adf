"""Sessions with their messages and checkpoints, agents with their versions, preferences."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _sessions()
    _messages()
    _checkpoints()
    _agents()
    _versions()
    _preferences()


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("mode", sa.String, nullable=False),
        sa.Column("engine", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("draft", sa.Text, nullable=False),
        sa.Column("proposals", sa.Text, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("stage", sa.String, nullable=False),
        sa.Column("stages", sa.Text, nullable=False),
        sa.Column("planned", sa.Boolean, nullable=False),
        sa.Column("agreed", sa.Boolean, nullable=False),
        sa.Column("agent_id", sa.String),
        sa.Column("saved_version", sa.Integer),
        sa.Column("archived", sa.Boolean, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("updated", sa.BigInteger, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("progress", sa.Integer, nullable=False),
        sa.Column("return_type", sa.String),
        sa.Column("cursor", sa.Integer, nullable=False),
        sa.Column("checkpoints", sa.Integer, nullable=False),
        sa.Column("spoken", sa.Integer, nullable=False),
        sa.Column("last_seq", sa.Integer, nullable=False),
    )
    op.create_index("sessions_recent", "sessions", ["owner", "archived", "updated"])
    op.create_index("sessions_idle", "sessions", ["updated"])
    op.create_index("ix_sessions_agent_id", "sessions", ["agent_id"])


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("session_id", sa.String, sa.ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("id", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("touched", sa.BigInteger, nullable=False),
        sa.Column("writer", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("proposals", sa.Text, nullable=False),
        sa.Column("suggestions", sa.Text, nullable=False),
        sa.Column("stage", sa.String),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("checkpoint", sa.Integer, nullable=False),
        sa.Column("step", sa.Boolean, nullable=False),
        sa.UniqueConstraint("session_id", "id"),
    )
    streaming = sa.text("state = 'streaming'")
    op.create_index("messages_streaming", "messages", ["state"], sqlite_where=streaming, postgresql_where=streaming)


def _checkpoints() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("session_id", sa.String, sa.ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("parent", sa.Integer),
        sa.Column("undo_to", sa.Integer),
        sa.Column("draft", sa.Text, nullable=False),
        sa.Column("proposals", sa.Text, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("planned", sa.Boolean, nullable=False),
        sa.Column("agreed", sa.Boolean, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
    )
    op.create_index("checkpoints_children", "checkpoints", ["session_id", "parent"])


def _agents() -> None:
    op.create_table(
        "agents",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("name_key", sa.String, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("return_type", sa.String, nullable=False),
        sa.Column("placeholders", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("updated", sa.BigInteger, nullable=False),
        sa.Column("deleted", sa.BigInteger),
    )
    op.create_index("agents_by_time", "agents", ["owner", "updated", "number"])
    op.create_index("agents_by_name", "agents", ["owner", "name_key", "number"])


def _versions() -> None:
    op.create_table(
        "versions",
        sa.Column("agent", sa.Integer, sa.ForeignKey("agents.number", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("config", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("author", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
    )


def _preferences() -> None:
    op.create_table(
        "preferences",
        sa.Column("owner", sa.String, primary_key=True),
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
