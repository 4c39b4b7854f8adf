"""Everything that must hold: lint, types, floors, tests and their coverage. `--check` leaves the tests out."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEAST_COVERAGE = 90
ABREAST = ["-n", "3", "--dist", "loadfile"]  # most tests wait for servers and pages; those of a file share theirs
PYTHON = [sys.executable, "-W", "error::SyntaxWarning", "-m"]

CHECKS = [
    [*PYTHON, "ruff", "check", "."],
    [*PYTHON, "mypy"],
    [str(Path(sys.executable).parent / "lint-imports")],
]
TESTS = [
    [*PYTHON, "coverage", "erase"],
    [*PYTHON, "coverage", "run", "-m", "pytest", "-q", *ABREAST, *sys.argv[1:]],
    [*PYTHON, "coverage", "combine", "-q"],
    [*PYTHON, "coverage", "report", f"--fail-under={LEAST_COVERAGE}"],
    [*PYTHON, "tests.exports.run"],
]


def main(commands: list[list[str]]) -> int:
    """The exit code of the first command that fails, or 0."""
    for command in commands:
        print("$", " ".join(Path(part).name if part == sys.executable else part for part in command), flush=True)
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(CHECKS if sys.argv[1:] == ["--check"] else [*CHECKS, *TESTS]))
