"""`python -m bench.interviews`: starts our own server, lets everybody talk to it and prints the table."""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from os.path import relpath
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import servers
from bench.interviews.driver import Result, run
from bench.interviews.report import goals_missed, print_report, write
from bench.ours import REPOSITORY, SERVE, environment
from bench.people import Person, all_people
from bench.report import RESULTS

BESIDE = REPOSITORY.parent / "shared" / "people" / "people"
OURS = "own people"


def main(arguments: Sequence[str] | None = None) -> int:
    """1 when a full run misses its goals."""
    options = _parser().parse_args(arguments)
    folders = options.people or ([BESIDE] if BESIDE.is_dir() else [])
    people = {OURS: list(all_people()), **{relpath(folder, REPOSITORY): read(folder) for folder in folders}}
    wanted = {
        name: [one for one in them if not options.ids or one["id"] in options.ids] for name, them in people.items()
    }
    if not any(wanted.values()):
        print("Nobody has such an id.", file=sys.stderr)
        return 2
    with _server(options.base_url) as api:
        results = asyncio.run(
            run([one for them in wanted.values() for one in them], api, options.mode, options.concurrency)
        )
    groups = _grouped(results, wanted)
    print_report(groups)
    write(options.out, options.mode, groups)
    print(f"\nAll talks and configurations: {options.out}")
    return _verdict(groups) if options.mode == "full" else 0


def read(folder: Path) -> list[Person]:
    """The people of a folder, by id."""
    return sorted(
        (json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")), key=lambda person: str(person["id"])
    )


def _grouped(results: list[Result], wanted: dict[str, list[Person]]) -> dict[str, list[Result]]:
    structured = [one for one in results if one.person["facts"]["outputs"]]
    groups = {
        "all": results,
        "structured": structured,
        "unstructured": [one for one in results if one not in structured],
    }
    left = iter(results)
    origins = {name: [next(left) for _ in them] for name, them in wanted.items() if them}
    return {**groups, **(origins if len(origins) > 1 else {})}


def _verdict(groups: dict[str, list[Result]]) -> int:
    missed = goals_missed({name: them for name, them in groups.items() if name not in ("structured", "unstructured")})
    print("\n" + ("Goal reached." if not missed else "Goal missed. " + "; ".join(missed) + "."))
    return int(bool(missed))


@contextmanager
def _server(base_url: str | None) -> Iterator[str]:
    """The API of a server that runs already, else of our own one with a database that goes away with it."""
    if base_url:
        yield base_url
        return
    with TemporaryDirectory() as folder, servers.running(SERVE, environment(Path(folder)), REPOSITORY) as server:
        yield f"{server.base_url}/api"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.interviews", description=__doc__)
    parser.add_argument(
        "--people", type=Path, action="append", help="one more folder of people; may be given several times"
    )
    parser.add_argument("--ids", nargs="+", help="only these people")
    parser.add_argument(
        "--mode",
        choices=("full", "quick", "spec"),
        default="full",
        help="full: /chat/, quick: /generate/, spec: one POST",
    )
    parser.add_argument("--base-url", help="an API that runs already, for example http://127.0.0.1:8501/api")
    parser.add_argument("--concurrency", type=int, default=4, help="people who talk at the same time")
    parser.add_argument(
        "--out", type=Path, default=RESULTS / "interviews.json", help="file for everything that was said and made"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
