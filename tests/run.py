"""Everything that must hold: lint, types, floors, tests, exports before the platforms' libraries.

`--check` leaves out what runs the product. `--coverage` runs the tests alone, watched line by line: that takes three to
four times as long, so it is no part of the gate. Everything else goes to pytest.
"""

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


def tests(*chosen: str) -> list[str]:
    return ["pytest", "-q", *ABREAST, *chosen]


def commands(arguments: list[str]) -> list[list[str]]:
    if arguments[:1] == ["--check"]:
        return CHECKS
    if arguments[:1] == ["--coverage"]:
        return [
            [*PYTHON, "coverage", "erase"],
            [*PYTHON, "coverage", "run", "-m", *tests(*arguments[1:])],
            [*PYTHON, "coverage", "combine", "-q"],
            [*PYTHON, "coverage", "report", f"--fail-under={LEAST_COVERAGE}"],
        ]
    return [*CHECKS, [*PYTHON, *tests(*arguments)], [*PYTHON, "tests.exports.run"]]


def main(arguments: list[str]) -> int:
    """The exit code of the first command that fails, or 0."""
    for command in commands(arguments):
        print("$", " ".join(Path(part).name if part == sys.executable else part for part in command), flush=True)
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
