"""Steps from one form of the database to the next, run by Alembic. A step that shipped is never changed."""
