"""Many model-led interviews in one process: all at once, thousands of turns in a row, and with a model that fails.

`python -m bench.many_interviews [--rounds at_once faults alone sixteen] [--at-once 200] [--turns 2000]`. The services
run on a real SQLite file with the real Google client, each round in a fresh process; the fake Gemini runs in another
one. Ends with an error when an interview does not reach its end, the log says anything, half an answer is kept, or
memory goes on growing.
"""

import argparse
import asyncio
import gc
import logging
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass, field
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench.model_elsewhere import KEY, serving
from bench.report import markdown_table, write_json
from bench.talks import Came, interview
from builder.settings import Settings
from builder.wiring import App, build
from tests.models.brain import Faulty, Paced, lead

AT_ONCE, TURNS, WARM_UP, ABREAST = 200, 2_000, 300, 16
SAMPLE_EVERY = 20  # turns
FLAT_MB = 4.0
PAGE = os.sysconf("SC_PAGE_SIZE")
HEALTHY = Paced(lead, pieces=40, pause=0.002)
ROUNDS = ("at_once", "faults", "alone", "sixteen")


@dataclass
class Round:
    """What one round came to: turns that were answered, the times the person sent them, the calls of the model (with
    those of the warm-up). Memory in MB; `kinds` are the objects that became many more after the warm-up."""

    name: str
    interviews: int = 0
    turns: int = 0
    tries: int = 0
    calls: int = 0
    seconds: float = 0.0
    before_mb: float = 0.0
    peak_mb: float = 0.0
    load: float = 0.0
    samples: list[float] = field(default_factory=list)
    tasks: tuple[int, int] = (0, 0)
    files: tuple[int, int] = (0, 0)
    kinds: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    @property
    def growth_mb(self) -> float:
        """How much more memory the last quarter took than the second one, by their medians."""
        size = len(self.samples) // 4
        return median(self.samples[-size:]) - median(self.samples[size : 2 * size]) if size else 0.0


def memory_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 2**20


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def kinds() -> Counter[str]:
    gc.collect()
    return Counter(type(one).__qualname__ for one in gc.get_objects())


class Noticed(logging.Handler):
    """Everything that reaches the log as a warning or worse; a lost exception of a task is among it."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {record.getMessage()} {record.exc_info or ''}".strip())


@contextmanager
def noticing() -> Iterator[list[str]]:
    """What the log and the garbage collector complain about in here."""
    handler, before = Noticed(), sys.unraisablehook
    logging.getLogger().addHandler(handler)
    sys.unraisablehook = lambda found: handler.lines.append(f"unraisable: {found.exc_value!r} in {found.object!r}")
    try:
        yield handler.lines
    finally:
        sys.unraisablehook = before
        logging.getLogger().removeHandler(handler)


@asynccontextmanager
async def application(folder: Path, url: str) -> AsyncIterator[App]:
    place = {"google_api_key": KEY, "google_gemini_base_url": url}
    app = build(Settings.model_validate({"database_url": f"sqlite:///{folder}/bench.db", **place}))
    await app.models.warm()
    try:
        yield app
    finally:
        await app.rest()
        app.close()


async def at_once(app: App, number: int) -> Came:
    came = Came()
    await asyncio.gather(*(interview(app, one, came) for one in range(number)))
    return came


async def in_a_row(app: App, turns: int, abreast: int, found: Round) -> Came:
    """Interview after interview, so many abreast, until there were that many turns after the warm-up."""
    numbers = count()

    async def until(came: Came, enough: int) -> None:
        async def go_on() -> None:
            while came.turns < enough and not came.broken:
                await interview(app, next(numbers), came)

        await asyncio.gather(*(go_on() for _ in range(abreast)))

    warm = Came()
    await until(warm, WARM_UP)
    before, tasks, files = kinds(), len(asyncio.all_tasks()), open_files()

    def sample(turn: int) -> None:
        if turn % SAMPLE_EVERY == 0:
            found.samples.append(memory_mb())

    came = Came(after_turn=sample)
    await until(came, turns)
    after = kinds()
    found.tasks, found.files = (tasks, len(asyncio.all_tasks())), (files, open_files())
    found.kinds = {name: more for name, more in (after - before).most_common(12) if more > turns // 20}
    came.broken += warm.broken
    return came


async def play(name: str, number: int, turns: int) -> Round:
    found = Round(name, load=os.getloadavg()[0])
    with serving() as fake, TemporaryDirectory() as folder:
        fake.play(Faulty(HEALTHY) if name == "faults" else HEALTHY)
        async with application(Path(folder), fake.url) as app:
            found.before_mb, began = memory_mb(), time.perf_counter()
            if name in ("at_once", "faults"):
                came = await at_once(app, number)
            else:
                came = await in_a_row(app, turns, 1 if name == "alone" else ABREAST, found)
            found.seconds = time.perf_counter() - began
        calls = fake.heard()
    whole, found.calls = {one.reply for one in calls if one.whole}, len(calls)
    found.peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found.interviews, found.turns, found.tries = came.interviews, came.turns, came.tries
    found.broken = came.broken + [f"half an answer was kept: {text!r}" for text in came.replies if text not in whole]
    if name in ("at_once", "faults") and came.interviews != number:
        found.broken.append(f"only {came.interviews} of {number} interviews came to their end")
    return found


def played(name: str, number: int, turns: int) -> Round:
    with noticing() as lines:
        found = asyncio.run(play(name, number, turns), debug=False)
        gc.collect()
    found.broken += lines
    if found.growth_mb > FLAT_MB:
        found.broken.append(f"memory grew by {found.growth_mb:.1f} MB; more objects than before: {found.kinds}")
    return found


COUNTED = ("round", "interviews", "turns", "tries", "calls", "seconds", "turns/s")
HEAD = (*COUNTED, "MB at first", "MB at most", "growth MB", "tasks", "files", "load")


def table(rounds: Sequence[Round]) -> str:
    return markdown_table(HEAD, map(_row, rounds))


def _row(one: Round) -> Sequence[object]:
    counts = (one.name, one.interviews, one.turns, one.tries, one.calls)
    speed = (f"{one.seconds:.1f}", f"{one.turns / one.seconds:.1f}")
    memory = (f"{one.before_mb:.0f}", f"{one.peak_mb:.0f}", f"{one.growth_mb:+.1f}" if one.samples else "")
    return (*counts, *speed, *memory, _pair(one.tasks), _pair(one.files), f"{one.load:.1f}")


def _pair(counts: tuple[int, int]) -> str:
    return "" if counts == (0, 0) else f"{counts[0]} -> {counts[1]}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", nargs="+", choices=ROUNDS, default=ROUNDS)
    parser.add_argument("--at-once", type=int, default=AT_ONCE)
    parser.add_argument("--turns", type=int, default=TURNS)
    options = parser.parse_args()
    rounds: list[Round] = []
    for name in options.rounds:
        with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
            rounds.append(fresh.submit(played, name, options.at_once, options.turns).result())
        print(f"{name}: done", flush=True)
    print(f"\n{table(rounds)}\n")
    broken = [f"{one.name}: {line}" for one in rounds for line in one.broken]
    print("\n".join(broken[:40]) or "Every interview came to its end, the log is empty, no half answer was kept.")
    print(f"Every single figure: {write_json('many_interviews', figures(rounds))}")
    return 1 if broken else 0


def figures(rounds: Sequence[Round]) -> list[dict[str, Any]]:
    return [{**asdict(one), "growth_mb": one.growth_mb} for one in rounds]


if __name__ == "__main__":
    sys.exit(main())
