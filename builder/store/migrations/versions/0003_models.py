"""What a language model brings: who spoke, what it took, what could not be done; and sealed keys."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("messages", sa.Column("dropped", sa.Text, nullable=False, server_default="[]"))
    op.add_column("messages", sa.Column("engine", sa.String, nullable=False, server_default=""))
    op.add_column("messages", sa.Column("usage", sa.Text, nullable=False, server_default="{}"))
    op.add_column("sessions", sa.Column("used", sa.Text, nullable=False, server_default="{}"))
    op.create_table(
        "secrets",
        sa.Column("owner", sa.String, primary_key=True),
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("sealed", sa.Text, nullable=False),
    )
