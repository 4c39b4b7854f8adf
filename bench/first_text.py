"""Enter to first text in a real browser, our Build page beside its peers, turn by turn in one run.

`python -m bench.first_text [--only NAME ...] [--without-ours]`
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser

from bench.browser import Chat, chromium
from bench.ours import OUR_NAME, ours
from bench.peer import PEERS, Peer
from bench.report import markdown_table, write_json
from bench.servers import running

HISTORIES = (0, 50, 200)
# Each block is a fresh page with the same history, so that a page's own turns hardly lengthen it.
BLOCKS, WARM_UPS, TURNS = 3, 3, 6
MEASURE_OF_ALL = "chat_app"
GOAL_SHARE, GOAL_GROWTH = 0.8, 1.5


@dataclass
class Figures:
    """Milliseconds of one peer with one length of history."""

    load_ms: list[float] = field(default_factory=list)
    text_ms: list[float] = field(default_factory=list)
    frame_ms: list[float] = field(default_factory=list)


Results = dict[str, dict[int, Figures]]


def measure(browser: Browser, peers: Sequence[Peer], histories: Sequence[int]) -> Results:
    results: Results = defaultdict(lambda: defaultdict(Figures))
    for messages in histories:
        with servers_of(peers, messages) as base_urls:
            for _ in range(BLOCKS):
                _measure_block(browser, base_urls, messages, results)
        print(f"{messages} messages: done", flush=True)
    return results


@contextmanager
def servers_of(peers: Sequence[Peer], messages: int) -> Iterator[list[tuple[Peer, str]]]:
    with ExitStack() as stack:
        started = []
        for peer in peers:
            env = {**peer.env, "BENCH_MESSAGES": str(messages)}
            server = stack.enter_context(running(peer.command(), env, peer.cwd))
            started.append((peer, server.base_url))
        yield started


def _measure_block(browser: Browser, base_urls: list[tuple[Peer, str]], messages: int, results: Results) -> None:
    with ExitStack() as stack:
        chats = []
        for peer, base_url in base_urls:
            chat = Chat(browser, peer)
            stack.callback(chat.close)
            results[peer.name][messages].load_ms.append(chat.load(peer.page_url(base_url, messages), messages))
            chats.append(chat)
        turns = count(1)
        for _ in range(WARM_UPS):
            _round(chats, next(turns))
        for _ in range(TURNS):
            for name, text_ms, frame_ms in _round(chats, next(turns)):
                results[name][messages].text_ms.append(text_ms)
                results[name][messages].frame_ms.append(frame_ms)


def _round(chats: list[Chat], turn: int) -> list[tuple[str, float, float]]:
    """One turn of every peer, one after the other, so that all share the machine's mood."""
    timings = [(chat.peer.name, chat.turn(turn)) for chat in chats]
    return [(name, timing.text_ms, timing.frame_ms) for name, timing in timings]


def first_text_table(results: Results, histories: Sequence[int], kind: str = "text_ms") -> str:
    """Medians, and each as a multiple of chat_app's in the same column."""

    def cell(name: str, messages: int) -> str:
        own = median(getattr(results[name][messages], kind))
        if MEASURE_OF_ALL not in results:
            return f"{own:.0f}"
        return f"{own:.0f} ({own / median(getattr(results[MEASURE_OF_ALL][messages], kind)):.2f}x)"

    def growth(name: str) -> str:
        least, most = (median(getattr(results[name][messages], kind)) for messages in (histories[0], histories[-1]))
        return f"{most / least:.2f}x"

    head = ["chat", *(f"{messages} messages" for messages in histories), "last / first"]
    return markdown_table(head, [[name, *(cell(name, n) for n in histories), growth(name)] for name in results])


def verdicts(results: Results, histories: Sequence[int]) -> list[str]:
    """The goals for our own page, each with what came out."""
    if not {OUR_NAME, MEASURE_OF_ALL} <= results.keys():
        return []

    def ours_at(messages: int) -> float:
        return median(results[OUR_NAME][messages].text_ms)

    shares = [ours_at(n) / median(results[MEASURE_OF_ALL][n].text_ms) for n in histories]
    growth = ours_at(histories[-1]) / ours_at(histories[0])
    return [
        _verdict(f"at most {GOAL_SHARE} times {MEASURE_OF_ALL}'s time", max(shares), GOAL_SHARE),
        _verdict(f"at {histories[-1]} messages at most {GOAL_GROWTH} times the own value", growth, GOAL_GROWTH),
    ]


def _verdict(goal: str, value: float, limit: float) -> str:
    return f"{goal}: {'reached' if value <= limit else 'missed'} ({value:.2f})"


def load_table(results: Results, histories: Sequence[int]) -> str:
    head = ["chat", *(f"{messages} messages" for messages in histories)]
    return markdown_table(
        head, [[name, *(f"{median(results[name][n].load_ms):.0f}" for n in histories)] for name in results]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="peers by name")
    parser.add_argument("--without-ours", action="store_true")
    parser.add_argument("--messages", nargs="+", type=int, default=list(HISTORIES))
    options = parser.parse_args()
    with TemporaryDirectory() as folder, chromium() as browser:
        everyone = PEERS if options.without_ours else (*ours(Path(folder)), *PEERS)
        peers = [peer for peer in everyone if not options.only or peer.name in options.only]
        results = measure(browser, peers, options.messages)
    print("\nEnter to first text, ms (and as a multiple of chat_app's)\n")
    print(first_text_table(results, options.messages))
    print("\nEnter to the frame that shows it, ms\n")
    print(first_text_table(results, options.messages, "frame_ms"))
    print("\nPage load until a message can be typed, ms\n")
    print(load_table(results, options.messages))
    for verdict in verdicts(results, options.messages):
        print(f"\n{verdict}")
    figures = {name: {n: vars(one) for n, one in by_length.items()} for name, by_length in results.items()}
    print(f"\nevery single figure: {write_json('first_text', figures)}")


if __name__ == "__main__":
    main()
