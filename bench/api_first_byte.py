"""From the model's first word to the client's first byte of the reply: `python -m bench.api_first_byte`.

The light model speaks at a model's pace and begins each reply with the time when it wrote it, so the client library,
the interviewer, the services and the stream are all in the figure: more than the goal asks for, which counts from the
interviewer's first event. Ends with an error over the goal.
"""

import argparse
import asyncio
import os
import re
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.api_load import Client, begun, turn
from bench.api_servers import model, ours
from bench.report import markdown_table, percentile, write_json

PIECES, PAUSE = 20, 0.025  # about as fast as models speak
ABREAST, TURNS, WARM_UP = (1, 16), 12, 3
GOAL_MS = 10.0
_WRITTEN = re.compile(rb'"content": "(\d{10}\.\d{6})')


async def lags(url: str, clients: int, turns: int) -> list[float]:
    """Milliseconds of each turn; the clients begin one after another, as people do."""

    async def talk(place: int) -> list[float]:
        client = await Client(url).open()
        session_id, _ = await begun(client)
        await asyncio.sleep(place * PIECES * PAUSE / clients)
        found = [await _lag(client, session_id) for _ in range(turns)]
        client.close()
        return found

    return [lag for each in await asyncio.gather(*map(talk, range(clients))) for lag in each]


async def _lag(client: Client, session_id: str) -> float:
    began = time.time()
    came = await turn(client, session_id)
    written = _WRITTEN.search(came.body)
    assert written, came.body[:400]
    return (began + came.first_text - float(written[1])) * 1000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=TURNS, help="of each client")
    turns = parser.parse_args().turns
    with (
        TemporaryDirectory() as folder,
        model(PIECES, PAUSE, clock=True) as speaks,
        ours(Path(folder), speaks) as (_, url),
    ):
        asyncio.run(lags(url, 4, WARM_UP))
        found = {clients: asyncio.run(lags(url, clients, turns)) for clients in ABREAST}
    rows = [(n, median(each), percentile(each, 0.95), max(each)) for n, each in found.items()]
    shown = [[clients, *(f"{one:.1f}" for one in times)] for clients, *times in rows]
    print(markdown_table(("clients", "median ms", "p95", "most"), shown))
    reached = max(median(each) for each in found.values()) <= GOAL_MS
    print(f"\nat most {GOAL_MS:g} ms: {'reached' if reached else 'missed'} (load {os.getloadavg()[0]:.1f})")
    print(f"every single figure: {write_json('api_first_byte', found)}")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
