"""Reads every hostile upload in a process that fails when anything is opened, sent, started or run meanwhile.

`python -m tests.importers.watched` prints how many there were, and how many megabytes the process grew by. With the
word `broken` it opens a file in between, which must be seen.
"""

import resource
import sys
from pathlib import Path

from builder.importers.intake import Upload, intake
from builder.importers.python_tree import NOWHERE
from tests.importers.hostile import all_cases, heavy

FORBIDDEN = ("open", "socket.", "subprocess.", "os.", "shutil.", "tempfile.", "urllib.", "import", "exec", "ctypes.")


def main() -> None:
    cases = [(name, content) for name, content, _ in all_cases().values()]
    cases += [(name, content) for name, content in heavy().values()]
    for name, content in [("", b"You are a kind helper of all people."), *cases[:1]]:
        intake([Upload(name, content)])  # everything is imported before the watch begins
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seen, is_watching = list[str](), [True]

    def watch(event: str, args: tuple[object, ...]) -> None:
        if is_watching and event.startswith(FORBIDDEN) and NOWHERE not in args:
            seen.append(f"{event} {args[:1]!r:.200}")

    sys.addaudithook(watch)
    for name, content in cases[:3] if "broken" in sys.argv else cases:
        intake([Upload(name, content)])
    if "broken" in sys.argv:
        Path(__file__).read_bytes()
    is_watching.clear()
    if seen:
        sys.exit("\n".join(seen[:20]))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(len(cases), round(grown))


if __name__ == "__main__":
    main()
