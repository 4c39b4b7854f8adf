"""Many open Streamlit sessions that each rerun the Build page once in ten seconds, from one client process.

`python -m bench.open_sessions`; with `--command` any other Streamlit server, with `--invented-ids` one without an API.
"""

import argparse
import asyncio
import gc
import resource
import shlex
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import uuid4

import httpx
from websockets.exceptions import ConnectionClosed

from bench.ours import REPOSITORY, SERVE, environment
from bench.report import markdown_table, percentile, write_json
from bench.servers import Server, resident_megabytes, running
from bench.streamlit_client import Rerun, Session

ACT_EVERY_SECONDS = 10.0
OPENED_AT_ONCE = 4
RERUN_SECONDS = 60.0
GOAL_P95_MS = 300


@dataclass(frozen=True)
class Stage:
    """Figures with so many sessions open; times in milliseconds, from the moment a rerun was due."""

    sessions: int
    reruns: int
    p50_ms: float
    p95_ms: float
    server_mb: float
    messages_a_rerun: float
    kb_a_rerun: float
    faults: list[str]


async def session_ids(base_url: str, number: int, invented: bool) -> list[str]:
    """Sessions in which one thing has been said, so that the page has something to show."""
    if invented:
        return [str(uuid4()) for _ in range(number)]
    async with httpx.AsyncClient(base_url=f"{base_url}/api", timeout=60, trust_env=False) as api:
        ids = []
        for _ in range(number):
            ids.append(str((await api.post("/session/")).raise_for_status().json()["session_id"]))
            said = {"session_id": ids[-1], "prompt": "I need an agent that answers questions about late invoices."}
            (await api.post("/chat/", json=said)).raise_for_status()
    return ids


async def open_all(sessions: Sequence[Session]) -> None:
    door = asyncio.Semaphore(OPENED_AT_ONCE)

    async def open_one(session: Session) -> None:
        async with door:
            await asyncio.wait_for(session.open(), RERUN_SECONDS)

    await asyncio.gather(*(open_one(session) for session in sessions))


async def act(sessions: Sequence[Session], seconds: float) -> tuple[list[float], list[Rerun]]:
    """Each session reruns every ten seconds, all spread evenly over these ten seconds."""
    milliseconds: list[float] = []
    reruns: list[Rerun] = []
    began = time.perf_counter() + 1

    async def live(session: Session, offset: float) -> None:
        due = began + offset
        while due < began + seconds:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            told = await _rerun_or_fault(session)
            reruns.append(told)
            # From when it was due: a server that holds up the next rerun does not hide it.
            milliseconds.append((time.perf_counter() - due) * 1000)
            if told.lost:
                return
            due += ACT_EVERY_SECONDS

    step = ACT_EVERY_SECONDS / len(sessions)
    await asyncio.gather(*(live(session, index * step) for index, session in enumerate(sessions)))
    return milliseconds, reruns


async def _rerun_or_fault(session: Session) -> Rerun:
    try:
        return await asyncio.wait_for(session.rerun(), RERUN_SECONDS)
    except (TimeoutError, ConnectionClosed) as error:
        return Rerun(fault=f"{type(error).__name__} {error}".strip(), lost=True)


async def measure(server: Server, counts: Sequence[int], options: argparse.Namespace) -> list[Stage]:
    """The sessions of one stage stay open in the next."""
    sessions: list[Session] = []
    stages = []
    for count in sorted(counts):
        ids = await session_ids(server.base_url, count - len(sessions), options.invented_ids)
        added = [Session(server.base_url, options.page, f"session={session_id}") for session_id in ids]
        await open_all(added)
        sessions += added
        # The client's own collections would be counted as the server's time.
        gc.collect()
        gc.freeze()
        milliseconds, reruns = await act(sessions, options.seconds)
        stages.append(_stage(count, milliseconds, reruns, resident_megabytes(server.pid)))
        print(f"{count} sessions: done", flush=True)
    await asyncio.gather(*(session.close() for session in sessions))
    return stages


def _stage(count: int, milliseconds: list[float], reruns: list[Rerun], server_mb: float) -> Stage:
    return Stage(
        sessions=count,
        reruns=len(reruns),
        p50_ms=percentile(milliseconds, 0.5),
        p95_ms=percentile(milliseconds, 0.95),
        server_mb=server_mb,
        messages_a_rerun=median(rerun.messages for rerun in reruns),
        kb_a_rerun=median(rerun.size for rerun in reruns) / 1024,
        faults=[rerun.fault for rerun in reruns if rerun.fault],
    )


def table(stages: Sequence[Stage]) -> str:
    head = ["open sessions", "reruns", "p50 ms", "p95 ms", "server MB", "messages a rerun", "KB a rerun", "faults"]
    rows = [
        [
            stage.sessions,
            stage.reruns,
            f"{stage.p50_ms:.0f}",
            f"{stage.p95_ms:.0f}",
            f"{stage.server_mb:.0f}",
            f"{stage.messages_a_rerun:.0f}",
            f"{stage.kb_a_rerun:.1f}",
            len(stage.faults),
        ]
        for stage in stages
    ]
    return markdown_table(head, rows)


def _allow_many_sockets() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", nargs="+", type=int, default=[100, 300, 600])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--page", default="Build", help="the page's name in its address, empty for the first page")
    parser.add_argument("--command", type=shlex.split, default=SERVE, help="{port} stands for the port")
    parser.add_argument("--cwd", type=Path, default=REPOSITORY)
    parser.add_argument("--invented-ids", action="store_true")
    return parser.parse_args()


def main() -> None:
    options = _options()
    _allow_many_sockets()
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        server = stack.enter_context(running(options.command, environment(Path(folder)), options.cwd))
        stages = asyncio.run(measure(server, options.sessions, options))
    print("\nA rerun of the Build page, each session once in ten seconds\n")
    print(table(stages))
    for fault in sorted({fault for stage in stages for fault in stage.faults}):
        print(f"fault: {fault}")
    goal = "reached" if stages[-1].p95_ms < GOAL_P95_MS and not stages[-1].faults else "missed"
    print(f"\np95 under {GOAL_P95_MS} ms at {stages[-1].sessions} sessions: {goal}")
    print(f"every figure: {write_json('open_sessions', [asdict(stage) for stage in stages])}")


if __name__ == "__main__":
    main()
