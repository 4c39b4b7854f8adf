"""`python -m builder export`: files, what is told, and refusals that write nothing; as a program beside others, too."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from builder.exporters.registry import all_exporters
from tests.servers import ROOT
from tests.store.parts import config
from tests.terminal.inside import called


def exported(*arguments: str, given: bytes = b"") -> "subprocess.CompletedProcess[str]":
    """By a process of its own."""
    command = [sys.executable, "-m", "builder", "export", *arguments]
    done = subprocess.run(command, cwd=ROOT, input=given, capture_output=True, timeout=60, check=False)
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_without_a_target_all_of_them_are_listed() -> None:
    lines = exported().stdout.splitlines()
    assert [line.split()[0] for line in lines] == [one.name for one in all_exporters()]


@pytest.mark.parametrize("target", [one.name for one in all_exporters()])
def test_the_files_are_those_of_the_exporter_and_the_losses_are_told(target: str, tmp_path: Path) -> None:
    file, folder = tmp_path / "agent.json", tmp_path / "out"
    file.write_text(json.dumps({**config("Sorter"), "first_message": "Hello!"}), "utf-8")
    done = called("export", target, str(file), "--to", str(folder))
    assert (done.returncode, done.stderr) == (0, "")
    written = [path for path in folder.rglob("*") if path.is_file()]
    assert written
    for path in written:
        assert str(path) in done.stdout
    assert "first_message" in done.stdout or any("Hello!" in path.read_text("utf-8") for path in written)


def test_a_configuration_may_come_by_the_input(tmp_path: Path) -> None:
    done = exported("pydantic_ai", "--to", str(tmp_path / "x"), given=json.dumps(config("Sorter")).encode())
    assert done.returncode == 0
    assert list((tmp_path / "x").iterdir())


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    whole = json.dumps(config("Sorter")).encode()
    assert called("export", "pydantic_ai", "--to", str(tmp_path), given=whole).returncode == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = exported("pydantic_ai", "--to", str(tmp_path), given=json.dumps(config("Other")).encode())
    assert (done.returncode, done.stdout) == (1, "")
    assert "is there already" in done.stderr and "--to" in done.stderr
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("target", "given", "words"),
    [
        ("nonsense", b"{}", "There is no export “nonsense”."),
        ("pydantic_ai", b"{", "This is no JSON: line 1"),
        ("pydantic_ai", b'{"name": 1}', "This configuration is not valid"),
        ("pydantic_ai", b"\xff\xfe", "no text in UTF-8"),
        ("pydantic_ai", b"[" * 100_000, "This is no JSON"),
    ],
)
def test_what_cannot_be_exported_says_why_and_writes_nothing(
    target: str, given: bytes, words: str, tmp_path: Path
) -> None:
    done = called("export", target, "--to", str(tmp_path / "out"), given=given)
    assert done.returncode == 1
    assert words in done.stderr
    assert not (tmp_path / "out").exists()
