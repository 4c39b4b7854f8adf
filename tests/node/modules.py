"""The Node packages that tests need: installed once from the lock file, anew when the package files have changed.

Run as a program it installs those of every package of ours, so that tests themselves never leave loopback.
"""

import fcntl
import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FOR_TESTS = ROOT / "tests" / "node"
CLIENT = ROOT / "clients" / "typescript"
OLDEST_NODE = (20, 19)
INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


class NodeMissing(RuntimeError):
    """Node or npm is not there, or too old; the message says what to do."""


def node_modules(package: Path = FOR_TESTS) -> Path:
    """The folder of the installed packages that `package`/package-lock.json names."""
    installed = package / "node_modules"
    with _alone(package):
        if not _is_current(package):
            _install(package)
    return installed


def node() -> str:
    """The path of a Node that is new enough."""
    found = shutil.which("node")
    wanted = f"Tests of JavaScript need Node {'.'.join(map(str, OLDEST_NODE))} or newer with npm"
    if found is None or shutil.which("npm") is None:
        raise NodeMissing(f"{wanted}, and it was not found. Install it.")
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if version_of(said) < OLDEST_NODE:
        raise NodeMissing(f"{wanted}; this one is {said}. Install a newer one.")
    return found


def version_of(said: str) -> tuple[int, ...]:
    """What `node --version` says, as numbers: "v20.19.3" is (20, 19, 3)."""
    return tuple(int(number) for number in re.findall(r"\d+", said))


@contextmanager
def _alone(package: Path) -> Iterator[None]:
    """Two test processes may start at once: the second waits until the first has installed."""
    with (package / "package.json").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _stamp(package: Path) -> str:
    files = (package / "package.json", package / "package-lock.json")
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _is_current(package: Path) -> bool:
    stamp = package / "node_modules" / ".stamp"
    return stamp.exists() and stamp.read_text("utf-8") == _stamp(package)


def _install(package: Path) -> None:
    node()
    done = subprocess.run(INSTALL, cwd=package, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NodeMissing(f"npm could not install the packages of {package.name}:\n{done.stderr or done.stdout}")
    (package / "node_modules" / ".stamp").write_text(_stamp(package), "utf-8")


if __name__ == "__main__":
    try:
        print(f"Node: {node()}")
        for each in (FOR_TESTS, CLIENT):
            node_modules(each)
    except NodeMissing as missing:
        sys.exit(str(missing))
