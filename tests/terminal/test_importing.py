"""`python -m builder import`: what comes in, what is told, and what is refused; as a program beside others, too."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from builder.core.convert import to_agent
from builder.core.zipped import zipped
from builder.exporters.bundle import bundle
from builder.exporters.registry import find
from builder.settings import Settings
from builder.wiring import build
from tests.servers import ROOT
from tests.store.parts import config
from tests.terminal.inside import called


class Terminal:
    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self.folder, self.env = folder, env

    def file(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def agent(self, **changes: object) -> str:
        return self.file("agent.json", json.dumps({**config("Sorter"), **changes}))

    def run(self, *arguments: str, given: bytes = b"") -> "subprocess.CompletedProcess[str]":
        return called("import", *arguments, given=given, environment=self.env)

    def run_apart(self, *arguments: str, given: bytes = b"") -> "subprocess.CompletedProcess[str]":
        """By a process of its own."""
        command = [sys.executable, "-m", "builder", "import", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.env, input=given, capture_output=True, timeout=60, check=False
        )
        return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())

    def agents(self) -> dict[str, int]:
        app = build(Settings(database_url=self.env["DATABASE_URL"]))
        found = {agent.name: agent.version for agent in asyncio.run(app.gallery.search()).agents}
        app.close()
        return found


@pytest.fixture
def terminal(tmp_path: Path, alone: dict[str, str]) -> Terminal:
    return Terminal(tmp_path, alone)


def test_files_of_several_kinds_come_in_at_once(terminal: Terminal) -> None:
    files = bundle(to_agent(config("Zipped")), [find("pydantic_ai")])
    archive = terminal.file("all.zip", zipped((file.path, file.content) for file in files))
    done = terminal.run_apart(terminal.agent(), archive)
    assert done.returncode == 0, done.stderr
    assert "agent.json" in done.stdout and "created Sorter, version 1" in done.stdout
    assert "Pydantic AI): created Zipped" in done.stdout
    assert terminal.agents() == {"Sorter": 1, "Zipped": 1}
    again = terminal.run(terminal.agent())
    assert again.returncode == 0 and "same Sorter, version 1" in again.stdout


def test_the_input_is_read_and_a_conflict_is_decided_by_a_flag(terminal: Terminal) -> None:
    terminal.run(terminal.agent())
    warm = json.dumps({**config("Sorter"), "tone": "warm"}).encode()
    refused = terminal.run("-", given=warm)
    assert refused.returncode == 1 and "--on-conflict version, copy or skip" in refused.stdout
    assert terminal.run("-", "--on-conflict", "skip", given=warm).returncode == 0
    assert terminal.agents() == {"Sorter": 1}
    assert "copied Sorter2" in terminal.run("-", "--on-conflict", "copy", given=warm).stdout
    assert "version Sorter, version 2" in terminal.run("-", "--on-conflict", "version", given=warm).stdout
    assert terminal.agents() == {"Sorter": 2, "Sorter2": 1}


def test_what_cannot_come_in_is_named_and_the_rest_comes(terminal: Terminal) -> None:
    done = terminal.run_apart(terminal.agent(), terminal.file("noise.bin", b"\xff\x00\x1b[2J"))
    assert done.returncode == 1
    assert "noise.bin" in done.stderr and "\x1b" not in done.stderr
    assert terminal.agents() == {"Sorter": 1}


def test_an_archive_without_an_agent_is_refused(terminal: Terminal) -> None:
    done = terminal.run(terminal.file("all.zip", zipped([("notes.py", "x = 1")])))
    assert done.returncode == 1 and "notes.py" in done.stderr


def test_what_is_not_there_or_private_is_a_sentence(terminal: Terminal) -> None:
    missing = terminal.run("nowhere.json")
    assert missing.returncode == 1 and "nowhere.json" in missing.stderr and "Traceback" not in missing.stderr
    private = terminal.run("http://127.0.0.1/agent.json")
    assert private.returncode == 1 and "IMPORT_PRIVATE_ADDRESSES" in private.stderr
    assert terminal.run("agent.json", "--on-conflict", "overwrite").returncode == 2
