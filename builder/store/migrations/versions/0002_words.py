"""Full text over the agents: FTS5 on SQLite, a GIN index on PostgreSQL. Agents that are there already go in."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

from builder.store.search import words_in

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE agent_words USING fts5 (words, prefix = '2 3')")
        add = "INSERT INTO agent_words (rowid, words) VALUES (:number, :words)"
    else:
        op.create_table(
            "agent_words",
            sa.Column("agent", sa.Integer, sa.ForeignKey("agents.number", ondelete="CASCADE"), primary_key=True),
            sa.Column("words", TSVECTOR, nullable=False),
        )
        op.create_index("agent_words_index", "agent_words", ["words"], postgresql_using="gin")
        add = "INSERT INTO agent_words (agent, words) VALUES (:number, to_tsvector('simple', :words))"
    for number, config in connection.execute(sa.text(_LATEST)).all():
        connection.execute(sa.text(add), {"number": number, "words": words_in(json.loads(config))})


_LATEST = """
    SELECT agents.number, versions.config FROM agents
    JOIN versions ON versions.agent = agents.number AND versions.number = agents.version
"""
