"""How the Node packages for tests are installed: once, by one process, anew when their list changes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.node.modules import NodeMissing, node, node_modules, version_of

ROOT = Path(__file__).resolve().parent.parent.parent
# Takes a while, as npm does, and leaves a line for each run.
NPM = '#!/bin/sh\necho "$@" >> "$NPM_RUNS"\nsleep 0.3\nmkdir -p node_modules\n'


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "package.json").write_text('{"name": "small"}', "utf-8")
    (folder / "package-lock.json").write_text(json.dumps({"lockfileVersion": 3, "packages": {}}), "utf-8")
    return folder


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs in which this machine finds its npm and its node."""
    folder = tmp_path / "programs"
    folder.mkdir()
    program(folder, "npm", NPM)
    program(folder, "node", "#!/bin/sh\necho v20.19.3\n")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setenv("NPM_RUNS", str(tmp_path / "runs"))
    return folder


def program(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, "utf-8")
    (folder / name).chmod(0o755)


def runs(package: Path) -> list[str]:
    return (package.parent / "runs").read_text("utf-8").splitlines()


def test_packages_are_installed_once_from_the_lock_file(package: Path, programs: Path) -> None:
    assert node_modules(package) == node_modules(package) == package / "node_modules"
    assert runs(package) == ["ci --ignore-scripts --no-audit --no-fund --loglevel=error"]


@pytest.mark.parametrize("file", ["package.json", "package-lock.json"])
def test_a_changed_list_is_installed_anew(file: str, package: Path, programs: Path) -> None:
    node_modules(package)
    (package / file).write_text('{"name": "other"}', "utf-8")
    node_modules(package)
    assert len(runs(package)) == 2


def test_two_processes_at_once_install_once(package: Path, programs: Path) -> None:
    code = "import pathlib, sys; from tests.node.modules import node_modules; node_modules(pathlib.Path(sys.argv[1]))"
    started = [subprocess.Popen([sys.executable, "-c", code, str(package)], cwd=ROOT) for _ in range(3)]
    assert [one.wait(60) for one in started] == [0, 0, 0]
    assert len(runs(package)) == 1


def test_an_install_that_failed_says_why_and_is_tried_again(package: Path, programs: Path) -> None:
    program(programs, "npm", "#!/bin/sh\necho the disk is full >&2\nexit 1\n")
    with pytest.raises(NodeMissing, match="the disk is full"):
        node_modules(package)
    program(programs, "npm", NPM)
    assert node_modules(package).is_dir()


def test_an_old_node_is_refused_with_what_is_needed(package: Path, programs: Path) -> None:
    program(programs, "node", "#!/bin/sh\necho v18.20.1\n")
    with pytest.raises(NodeMissing, match=r"need Node 20\.19 or newer with npm; this one is v18\.20\.1"):
        node_modules(package)


def test_a_machine_without_node_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NodeMissing, match=r"not found\. Install it"):
        node()


def test_versions_are_compared_as_numbers() -> None:
    assert version_of("v20.19.3") < version_of("v20.100.0") < version_of("v100.0.0")
