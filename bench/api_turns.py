"""Turns by the plain endpoints, ours beside chat_app's code with the same model: `python -m bench.api_turns`.

Each client talks in a session of its own on one open connection. The light model answers at once, in a process of its
own; what it and the clients can do at the most is measured, too. Blocks of both servers take turns, so that all share
the machine's mood. Ends with an error over a goal.
"""

import argparse
import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.api_load import Came, Client, begun, turn
from bench.api_servers import chat_app, model, ours
from bench.ours import REPOSITORY, environment
from bench.report import markdown_table, write_json
from bench.servers import Server, cpu_seconds

PIECES = 10
BLOCKS, TURNS, ABREAST, LONG = 4, 20, 16, 1_000
SESSIONS = 100  # that are begun in a block
GOAL_TIMES, GOAL_GROWTH, GOAL_SESSION_MS = 4.0, 1.3, 5.0
OURS, PEER = "Agent Builder", "chat_app"


@dataclass
class Figures:
    """Milliseconds; a figure a turn or a session, and one a block in `per_second` and the two `cpu_ms`."""

    alone_ms: list[float] = field(default_factory=list)
    first_text_ms: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    empty_ms: list[float] = field(default_factory=list)
    long_ms: list[float] = field(default_factory=list)
    session_ms: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Side:
    """A server under measurement. `fill(session, messages)` puts messages into a session."""

    name: str
    server: Server
    url: str
    fill: Callable[[str, int], None]
    figures: Figures = field(default_factory=Figures)


async def talked(url: str, clients: int, turns: int) -> tuple[float, list[Came]]:
    """Seconds for all of it, and every turn."""

    async def talk(client: Client) -> list[Came]:
        session_id, _ = await begun(client)
        return [await turn(client, session_id) for _ in range(turns)]

    opened = [await Client(url).open() for _ in range(clients)]
    began = perf_counter()
    came = await asyncio.gather(*map(talk, opened))
    seconds = perf_counter() - began
    for client in opened:
        client.close()
    return seconds, [one for each in came for one in each]


async def lengths(url: str, long_session: str) -> tuple[list[float], list[float]]:
    """Turns in an empty session and in a long one, in turns."""
    client, empty, long = await Client(url).open(), [], []
    for _ in range(TURNS):
        fresh, _ = await begun(client)
        empty.append((await turn(client, fresh)).whole * 1000)
        long.append((await turn(client, long_session)).whole * 1000)
    client.close()
    return empty, long


async def sessions(url: str) -> list[float]:
    client = await Client(url).open()
    took = [(await begun(client))[1] * 1000 for _ in range(SESSIONS)]
    client.close()
    return took


def measure(side: Side, turns: int) -> None:
    found = side.figures
    _, alone = asyncio.run(talked(side.url, 1, turns))
    found.alone_ms += [one.whole * 1000 for one in alone]
    found.first_text_ms += [one.first_text * 1000 for one in alone]
    before = cpu_seconds(side.server.pid)
    seconds, many = asyncio.run(talked(side.url, ABREAST, turns))
    found.cpu_ms.append((cpu_seconds(side.server.pid) - before) * 1000 / len(many))
    found.per_second.append(len(many) / seconds)
    found.session_ms += asyncio.run(sessions(side.url))


def measure_length(side: Side) -> None:
    session_id = asyncio.run(_new(side.url))
    side.fill(session_id, LONG)
    empty, long = asyncio.run(lengths(side.url, session_id))
    side.figures.empty_ms += empty
    side.figures.long_ms += long


async def _new(url: str) -> str:
    client = await Client(url).open()
    session_id, _ = await begun(client)
    client.close()
    return session_id


async def _filled(url: str, session_id: str, messages: int) -> None:
    client = await Client(url).open()
    await client.post("/fill/", session_id=session_id, messages=messages)
    client.close()


def ceiling(speaks: Server) -> float:
    """Answers a second that the model gives these very clients: more than that no server can show."""

    async def ask(client: Client) -> None:
        for _ in range(100):
            await client.post("/v1/chat/completions", stream=True)

    async def all_of_them() -> float:
        opened = [await Client(speaks.base_url).open() for _ in range(ABREAST)]
        began = perf_counter()
        await asyncio.gather(*map(ask, opened))
        return 100 * ABREAST / (perf_counter() - began)

    return asyncio.run(all_of_them())


AT_16 = (f"{ABREAST} clients turns/s", "CPU ms a turn")
HEAD = ("server", "1 client ms", "first text ms", *AT_16, "empty ms", f"{LONG:,} messages ms", "POST /session/ ms")


def row(side: Side) -> list[str]:
    found = side.figures
    turns = (found.alone_ms, found.first_text_ms, found.per_second, found.cpu_ms)
    shown = (*turns, found.empty_ms, found.long_ms, found.session_ms)
    return [side.name, *(f"{median(values):.1f}" for values in shown)]


def verdicts(own: Figures, peer: Figures) -> list[tuple[str, bool]]:
    """Each goal with what came of it."""
    times = median(own.per_second) / median(peer.per_second)
    first, theirs = median(own.first_text_ms), median(peer.first_text_ms)
    growth, began = median(own.long_ms) / median(own.empty_ms), median(own.session_ms)
    return [
        (f"at least {GOAL_TIMES:g} times the turns/s at {ABREAST} clients: {times:.2f}", times >= GOAL_TIMES),
        (f"first text at 1 client not later: {first:.1f} ms against {theirs:.1f} ms", first <= theirs),
        (f"{LONG:,} messages at most {GOAL_GROWTH} times an empty session: {growth:.2f}", growth <= GOAL_GROWTH),
        (f"POST /session/ under {GOAL_SESSION_MS:g} ms: {began:.1f} ms", began < GOAL_SESSION_MS),
    ]


def run(blocks: int, turns: int, pieces: int) -> tuple[list[Side], float]:
    with (
        TemporaryDirectory() as folder,
        model(pieces) as speaks,
        ours(Path(folder), speaks) as (server, url),
        chat_app(speaks) as (peer, peer_url),
    ):

        def fill(session_id: str, messages: int) -> None:
            command = [sys.executable, "-m", "builder", "fill-session", session_id, str(messages)]
            env = {**os.environ, **environment(Path(folder))}
            subprocess.run(command, cwd=REPOSITORY, env=env, check=True, stdout=subprocess.DEVNULL)

        def fill_peer(session_id: str, messages: int) -> None:
            asyncio.run(_filled(peer_url, session_id, messages))

        sides = [Side(OURS, server, url, fill), Side(PEER, peer, peer_url, fill_peer)]
        for side in sides:
            asyncio.run(talked(side.url, ABREAST, 4))  # warm
        for _ in range(blocks):
            for side in sides:
                measure(side, turns)
        for side in sides:
            measure_length(side)
        return sides, ceiling(speaks)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--blocks", type=int, default=BLOCKS)
    parser.add_argument("--turns", type=int, default=TURNS, help="of each client in its session")
    parser.add_argument("--pieces", type=int, default=PIECES, help="of a reply")
    options = parser.parse_args()
    sides, most = run(options.blocks, options.turns, options.pieces)
    print(markdown_table(HEAD, map(row, sides)))
    print(f"\nThe model alone answers these clients {most:,.0f} times a second. Load {os.getloadavg()[0]:.1f}.\n")
    reached = verdicts(*(side.figures for side in sides))
    print("\n".join(f"{'reached' if well else 'missed'}: {goal}" for goal, well in reached))
    figures = {side.name: asdict(side.figures) for side in sides} | {"ceiling": most}
    print(f"every single figure: {write_json('api_turns', figures)}")
    return 0 if all(well for _, well in reached) else 1


if __name__ == "__main__":
    sys.exit(main())
