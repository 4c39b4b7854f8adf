"""1,000 clients streaming at once from one server process: `python -m bench.api_streams [--clients 1000]`.

Every client has a session and a connection of its own, all send in the same moment, and the light model answers each
in 200 pieces at 10 ms, through the real client library. Ends with an error when one fails, a first byte is late, or
memory is over the goal.
"""

import argparse
import asyncio
import resource
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.api_load import Came, Client, begun, turn
from bench.api_servers import model, ours
from bench.report import markdown_table, percentile, write_json
from bench.servers import Server, cpu_seconds, peak_megabytes

CLIENTS, PIECES, PAUSE = 1_000, 200, 0.01
GOAL_FIRST_BYTE, GOAL_MB = 2.0, 1_000
AT_A_TIME = 50  # sessions that are begun at once, before it starts


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds; megabytes; `failed` says why, and how often."""

    clients: int
    failed: Mapping[str, int]
    first_byte: float
    slowest_first_byte: float
    first_text: float
    slowest_first_text: float
    whole: float
    slowest: float
    cpu: float
    peak_mb: float


def more_files() -> None:
    """Each client is a connection here, one in the server and one to the model; servers inherit it."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def opened(url: str, clients: int) -> list[tuple[Client, str]]:
    found: list[tuple[Client, str]] = []
    for _ in range(0, clients, AT_A_TIME):
        made = await asyncio.gather(*(Client(url).open() for _ in range(AT_A_TIME)))
        sessions = await asyncio.gather(*map(begun, made))
        found += [(client, session_id) for client, (session_id, _) in zip(made, sessions, strict=True)]
    return found[:clients]


async def streams(url: str, clients: int) -> list[Came | BaseException]:
    talking = await opened(url, clients)
    try:
        return await asyncio.gather(*(turn(*one) for one in talking), return_exceptions=True)
    finally:
        for client, _ in talking:
            client.close()


def measured(server: Server, url: str, clients: int) -> Figures:
    before = cpu_seconds(server.pid)
    came = asyncio.run(streams(url, clients))
    good = [one for one in came if isinstance(one, Came)]
    failed = Counter(repr(one)[:200] for one in came if isinstance(one, BaseException))
    named = ("first_byte", "first_text", "whole")
    firsts, texts, wholes = ([getattr(one, name) for one in good] or [0.0] for name in named)
    return Figures(
        clients,
        failed,
        percentile(firsts, 0.5),
        max(firsts),
        percentile(texts, 0.5),
        max(texts),
        percentile(wholes, 0.5),
        max(wholes),
        cpu_seconds(server.pid) - before,
        peak_megabytes(server.pid),
    )


HEAD = ("led by", "failed", "first byte s", "slowest", "first text s", "slowest", "whole s", "slowest", "CPU s", "MB")


def row(name: str, found: Figures) -> list[object]:
    first = (found.first_byte, found.slowest_first_byte, found.first_text, found.slowest_first_text)
    times = (f"{one:.2f}" for one in (*first, found.whole, found.slowest))
    return [name, sum(found.failed.values()), *times, f"{found.cpu:.1f}", f"{found.peak_mb:.0f}"]


def missed(name: str, found: Figures) -> list[str]:
    """What is not as it shall be."""
    lines = [f"{name}: {times} failed: {reason}" for reason, times in found.failed.items()]
    if found.slowest_first_byte > GOAL_FIRST_BYTE:
        lines.append(f"{name}: the slowest first byte came after {found.slowest_first_byte:.2f} s")
    if found.peak_mb > GOAL_MB:
        lines.append(f"{name}: {found.peak_mb:.0f} MB")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    clients = parser.parse_args().clients
    more_files()
    found = {}
    with TemporaryDirectory() as folder, model(PIECES, PAUSE) as speaks, ours(Path(folder), speaks) as (server, url):
        found["the model, by its client library"] = measured(server, url, clients)
    print(markdown_table(HEAD, (row(name, one) for name, one in found.items())))
    lines = [line for name, one in found.items() for line in missed(name, one)]
    print("\n".join(lines) or "None failed, and every goal is reached.")
    print(f"every single figure: {write_json('api_streams', {name: asdict(one) for name, one in found.items()})}")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
