"""`python -m bench.small_model`: a real small model leads interviews; prints the table, fails when anything broke.

Its own server is started in each of its manners; `--address` and `--model` take another OpenAI-compatible one instead.
"""

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.environments import python_of
from bench.report import markdown_table, write_json
from bench.servers import running
from bench.small_model import server
from bench.small_model.interview import GUIDE, Talked, meet
from bench.small_model.wishes import WISHES
from builder.settings import load
from builder.wiring import build

ENGINE = "compatible"
# Small models lose themselves: what is longer than that is no answer, and would only make the run long.
BOUNDS = {"TURN_TOKEN_LIMIT": "6000", "SESSION_TOKEN_LIMIT": "0", "MODEL_DEADLINE": "45"}
MANNERS: Mapping[str, Sequence[str]] = {
    "as it is": (),
    "talking nonsense": ("--heat", "3"),
    "without a grammar": ("--without-grammar",),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """1 when something broke or an interview was not finished."""
    options = _parser().parse_args(arguments)
    results: dict[str, list[Talked]] = {}
    for manner, address, model in _servers(options):
        results[manner] = asyncio.run(trial(address, model, options.engine, options.interviews))
        _print_table({manner: results[manner]})
        _print_faults(manner, results[manner])
    if len(results) > 1:
        _print_table(results)
    everything = {manner: [vars(talk) for talk in talks] for manner, talks in results.items()}
    print(f"\nAll talks: {write_json('small_model', everything)}")
    return int(any(talk.wrong or not talk.finished_by for talks in results.values() for talk in talks))


async def trial(address: str, model: str, engine: str, interviews: int) -> list[Talked]:
    """So many interviews one after the other, on a database that goes away afterwards."""
    with TemporaryDirectory() as folder:
        given = {"DB_PATH": "talks.db", "OPENAI_BASE_URL": address, "OPENAI_MODEL": model, **BOUNDS}
        app = build(load(given, Path(folder)))
        try:
            return [await meet(app, engine, wish) for wish in islice(cycle(WISHES), interviews)]
        finally:
            await app.rest()
            app.close()


def _servers(options: argparse.Namespace) -> Iterator[tuple[str, str, str]]:
    """Manner, address and model's name of each server in turn; it runs until the next one is asked for."""
    if options.address:
        yield options.model, options.address, options.model
        return
    for manner in options.manners:
        command = [str(python_of("small_model")), server.__file__, "--port", "{port}", *MANNERS[manner]]
        with running(command, {}) as started:
            yield manner, f"{started.base_url}/v1", server.NAME


def _figures(talks: Sequence[Talked]) -> dict[str, object]:
    """Counts of the turns that the model led; times are in seconds."""
    seconds = [second for talk in talks for second in talk.seconds]
    first = [second for talk in talks for second in talk.first_text]
    ended = Counter(talk.finished_by for talk in talks)
    return {
        "interviews": len(talks),
        "finished, led by the model": len(talks) - ended[GUIDE] - ended[""],
        "finished with the guide": ended[GUIDE],
        "turns of the model": len(seconds),
        "failed visibly, answered by the guide": sum(talk.failed.total() for talk in talks),
        "tried again by the product": sum(talk.tried_again for talk in talks),
        "operations applied": sum(talk.applied for talk in talks),
        "operations dropped": sum(talk.dropped for talk in talks),
        "turns after which the draft was broken": sum(talk.broken_drafts for talk in talks),
        "crashes and broken promises": sum(len(talk.wrong) for talk in talks),
        "tokens": sum(talk.tokens for talk in talks),
        "first text, median s": round(median(first), 2) if first else "",
        "turn, median s": round(median(seconds), 1) if seconds else "",
        "turn, longest s": round(max(seconds), 1) if seconds else "",
    }


def _print_table(results: Mapping[str, Sequence[Talked]]) -> None:
    columns = [_figures(talks) for talks in results.values()]
    print(markdown_table(["", *results], ([row, *(column[row] for column in columns)] for row in columns[0])))


def _print_faults(manner: str, talks: Sequence[Talked]) -> None:
    """How turns failed, in the product's words, and everything that must not happen."""
    for reason, times in sum((talk.failed for talk in talks), Counter[str]()).most_common():
        print(f"{manner}: {times} x {reason}")
    for number, talk in enumerate(talks, 1):
        for wrong in talk.wrong:
            print(f"{manner}, interview {number}: {wrong}")
    print(flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.small_model", description=__doc__)
    parser.add_argument("--address", help="a server that runs already, for example http://127.0.0.1:8080/v1")
    parser.add_argument("--model", default=server.NAME, help="the model's name there")
    parser.add_argument("--engine", default=ENGINE, help="the interviewer that leads")
    parser.add_argument("--interviews", type=int, default=len(WISHES), help="of each manner")
    parser.add_argument("--manners", nargs="+", choices=MANNERS, default=list(MANNERS), help="only these")
    return parser


if __name__ == "__main__":
    sys.exit(main())
