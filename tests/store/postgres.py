"""A PostgreSQL server of our own on a free port, where its programs are installed."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

OTHER_USER = "nobody"  # the server refuses to run as root


def installed() -> bool:
    return bool(shutil.which("initdb") and shutil.which("postgres"))


@contextmanager
def server() -> Iterator[str]:
    """The address of the running server, without a database name."""
    folder = Path(tempfile.mkdtemp(prefix="agent-builder-postgres-"))
    as_other = {"user": OTHER_USER, "cwd": "/"} if os.geteuid() == 0 else {}
    if as_other:
        shutil.chown(folder, OTHER_USER)
    data, port = folder / "data", _free_port()
    made = ["initdb", "-D", str(data), "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(made, check=True, stdout=subprocess.DEVNULL, **as_other)
    run = ["postgres", "-D", str(data), "-p", str(port), "-k", str(folder), "-h", "127.0.0.1", "-F"]
    process = subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_other)
    try:
        address = f"postgresql://tester@127.0.0.1:{port}"
        _wait_for(address)
        yield address
    finally:
        process.send_signal(signal.SIGINT)  # ends open connections, too
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def new_database(address: str) -> str:
    name = f"test_{uuid4().hex}"
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{address}/{name}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            psycopg.connect(f"{address}/postgres", connect_timeout=1).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise TimeoutError("PostgreSQL did not start")
