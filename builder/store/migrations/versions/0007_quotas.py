"""What owners used, in months; and which events were counted, so that each counts once."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "counters",
        sa.Column("owner", sa.String, primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("month", sa.String, primary_key=True),
        sa.Column("used", sa.Integer, nullable=False),
    )
    op.create_table(
        "counted",
        sa.Column("owner", sa.String, primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("event", sa.String, primary_key=True),
        sa.Column("month", sa.String, nullable=False),
    )
    op.create_index("counted_by_month", "counted", ["month"])
