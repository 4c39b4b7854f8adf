"""Makes each peer's own virtual environment from its pinned list, once, below a cache folder.

`BENCH_ENVS` names another folder than `.bench-envs/`; a changed list rebuilds its environment.
"""

import os
import shutil
import subprocess
import sys
import tarfile
from hashlib import sha256
from pathlib import Path

LISTS = Path(__file__).parent / "envs"
DEFAULT_FOLDER = Path(__file__).parent.parent / ".bench-envs"


def python_of(name: str) -> Path:
    """The interpreter of the environment described by `envs/<name>.txt`; builds it when needed."""
    folder = Path(os.environ.get("BENCH_ENVS", DEFAULT_FOLDER)).resolve() / name
    stamp = folder / "built-from"
    if not (stamp.exists() and stamp.read_text() == _fingerprint(name)):
        _build(name, folder)
        stamp.write_text(_fingerprint(name))
    return folder / "bin" / "python"


def _lists_of(name: str) -> tuple[Path, Path]:
    return LISTS / f"{name}.txt", LISTS / f"{name}.npm.txt"


def _fingerprint(name: str) -> str:
    lists = [path.read_bytes() for path in _lists_of(name) if path.exists()]
    return sha256(b"\0".join([sys.version.encode(), *lists])).hexdigest()


def _build(name: str, folder: Path) -> None:
    print(f"building the environment of {name} (once)", file=sys.stderr, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    python_list, npm_list = _lists_of(name)
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    # The lists are complete, so nothing is left for pip to resolve.
    pip = [str(folder / "bin" / "python"), "-m", "pip"]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "-r", str(python_list)], check=True)
    if npm_list.exists():
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
