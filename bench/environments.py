"""Virtual environments of programs that cannot share ours: each made from its pinned list, once, below a cache folder.

`BENCH_ENVS` and `EXPORT_ENVS` name other folders than `.bench-envs/` and `.export-envs/`; a changed list rebuilds its
environment.
"""

import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Environments:
    """`lists` holds `<name>.txt`; `folder` keeps what is built, the variable `setting` names another one."""

    lists: Path
    folder: Path
    setting: str

    def python_of(self, name: str) -> Path:
        """The interpreter of the environment described by `<name>.txt`; builds it when needed."""
        folder = Path(os.environ.get(self.setting, self.folder)).resolve() / name
        lists = [path for path in (self.lists / f"{name}.txt", self.lists / f"{name}.npm.txt") if path.exists()]
        stamp = folder / "built-from"
        if not (stamp.exists() and stamp.read_text() == _fingerprint(lists)):
            _build(lists, folder)
            stamp.write_text(_fingerprint(lists))
        return folder / "bin" / "python"


PEERS = Environments(Path(__file__).parent / "envs", ROOT / ".bench-envs", "BENCH_ENVS")
python_of = PEERS.python_of


def _fingerprint(lists: list[Path]) -> str:
    return sha256(b"\0".join([sys.version.encode(), *(path.read_bytes() for path in lists)])).hexdigest()


def _build(lists: list[Path], folder: Path) -> None:
    print(f"building the environment {folder.name} (once)", file=sys.stderr, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    python_list, *npm_lists = lists
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    # The lists are complete, so nothing is left for pip to resolve; what is for a newer Python is loaded in a way of
    # its own (tests/exports/checks/dify/older_python.py).
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--ignore-requires-python", "-r", str(python_list)], check=True)
    for npm_list in npm_lists:
        _fetch_npm_packages(npm_list.read_text().split(), folder / "npm")


def _fetch_npm_packages(packages: list[str], folder: Path) -> None:
    """Each package's files come to lie in `folder/<package name>`; their scripts never run."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is needed once, for the three files that chat_app's page takes from CDNs.")
    folder.mkdir()
    for package in packages:
        told = subprocess.check_output([npm, "pack", "--silent", package], cwd=folder, text=True)
        archive = folder / told.split()[-1]
        with tarfile.open(archive) as files:
            files.extractall(folder, filter="data")
        (folder / "package").rename(folder / package.split("@")[0])
        archive.unlink()
