"""Each command loads its own part of the product: what people wait for before the first word is on the screen."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import ROOT, environment
from tests.terminal.inside import called

SERVER = {"streamlit", "fastapi", "uvicorn", "builder.server", "builder.api.app"}
DATABASE = {"sqlalchemy", "builder.wiring"}
DUE = {"alembic", "psycopg"}  # for a step of the database that is due, for PostgreSQL
LOADED = re.compile(r"^import time: .*\| +(\S+)$", re.MULTILINE)


def loaded(*arguments: str, env: dict[str, str]) -> set[str]:
    command = [sys.executable, "-X", "importtime", "-m", "builder", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, input="", capture_output=True, text=True, timeout=60, check=True)
    found = set(LOADED.findall(done.stderr))
    assert "argparse" in found, "nothing was measured"
    return found


@pytest.mark.parametrize(
    ("arguments", "needed", "unneeded"),
    [
        (("--help",), set(), SERVER | DATABASE | {"pydantic", "structlog", "builder.api.logs"}),
        (("export",), {"builder.exporters.registry"}, SERVER | DATABASE | {"structlog", "builder.importers.intake"}),
        (("token", "list"), DATABASE, SERVER | DUE | {"structlog"}),
        (("openapi",), {"builder.api.app"}, DUE | {"streamlit", "builder.server"}),
    ],
)
def test_a_command_loads_what_it_needs(
    arguments: tuple[str, ...], needed: set[str], unneeded: set[str], tmp_path: Path
) -> None:
    there = environment(tmp_path / "test.db")
    assert called("migrate", environment=there).returncode == 0
    found = loaded(*arguments, env=there)
    assert needed <= found
    assert not unneeded & found


def test_a_talk_beside_a_server_loads_neither_the_api_nor_the_database(server: str, alone: dict[str, str]) -> None:
    lax = {name: value for name, value in alone.items() if name != "PYTHONWARNINGS"}
    found = loaded("chat", "--server", server, env=lax)
    assert "builder_client" in found
    assert not (SERVER | DATABASE) & found


def test_garbage_is_collected_again_after_the_loading() -> None:
    code = "import gc, sys; from builder.__main__ import main; main(['export']); sys.exit(not gc.isenabled())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={**os.environ}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
