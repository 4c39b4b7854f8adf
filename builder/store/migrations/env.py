"""Alembic's way in: it works on the connection, and inside the transaction, that the store gives it."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
