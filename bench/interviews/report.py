"""The figures of a run as Markdown tables, and everything (transcripts too) as a JSON file."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import fmean, median

from bench.interviews.driver import Result
from bench.interviews.fields import mean
from bench.report import markdown_table, percentile

Results = Sequence[Result]
Figure = float | None
SHARES = {
    "description words": "description", "tone": "tone", "must-mention recall": "must_mention",
    "prompt form": "prompt_form", "output recall": "output_recall", "output precision": "output_precision",
    "output types": "types", "output enums": "enums", "required + ranges": "constraints",
    "input recall": "input_recall", "input precision": "input_precision", "correction obeyed": "correction",
    "own language": "language",
}  # fmt: skip
GOAL_SCORE = 90.0
WORST_SHOWN = 8


def print_report(groups: Mapping[str, Results]) -> None:
    """`groups` has one column each; the first is everybody."""
    tables = {name: summary(results) for name, results in groups.items() if results}
    everybody = next(iter(groups.values()))
    rows = [[row, *(_shown(table[row]) for table in tables.values())] for row in next(iter(tables.values()))]
    print(markdown_table(["", *tables], rows))
    print("\n" + markdown_table(["style", "people", "score", "turns"], by_style(everybody)))
    worst = sorted(everybody, key=lambda result: result.score)[:WORST_SHOWN]
    print(
        "\n"
        + markdown_table(
            ["lowest", "score", "why"], ([str(one.person["id"]), one.score, reasons(one)] for one in worst)
        )
    )
    for error, times in Counter(
        error for one in everybody for error in (*one.record.errors, *one.record.malformed)
    ).most_common(5):
        print(f"\n{times} x {error}")


def summary(results: Results) -> dict[str, Figure]:
    """Content as the mean over everybody concerned; an unfinished interview counts as an empty configuration."""
    turns = [one.tally.turns for one in results if one.verdict.finished]
    seconds = [second for one in results for second in one.record.seconds] or [0.0]
    return {
        "finished %": _percent(mean(one.verdict.finished for one in results)),
        "valid config %": _percent(mean(one.valid for one in results)),
        "return_type right %": _measured(results, "return_type"),
        "name right %": _percent(mean(one.verdict.measures["name"] == 1 for one in results)),
        "name acceptable %": _percent(mean((one.verdict.measures["name"] or 0) > 0 for one in results)),
        **{f"{row} %": _measured(results, key) for row, key in SHARES.items()},
        "no invented fact %": _percent(mean(one.verdict.finished and not one.verdict.invented for one in results)),
        "invented facts per person": round(fmean(len(one.verdict.invented) for one in results), 2),
        "turns to finish (median)": median(turns) if turns else None,
        "facts elicited %": _percent(mean(one.elicited for one in results)),
        "redundant questions %": _of(results, lambda one: one.tally.redundant, lambda one: one.tally.questions),
        "turns with > 1 question %": _of(results, lambda one: one.tally.several, lambda one: one.tally.turns),
        "turns with jargon %": _of(results, lambda one: one.tally.jargon, lambda one: one.tally.turns),
        "server errors": sum(len(one.record.errors) for one in results),
        "stream format faults": sum(len(one.record.malformed) for one in results),
        "ends COMPLETED %": _percent(
            mean(one.record.stages[-1] == "COMPLETED" for one in results if one.record.stages)
        ),
        "latency p50 s": round(percentile(seconds, 0.5), 3),
        "latency p95 s": round(percentile(seconds, 0.95), 3),
        "SCORE 0-100": round(fmean(one.score for one in results), 1),
    }


def by_style(results: Results) -> list[list[object]]:
    styles = {
        style: [one for one in results if one.person["style"] == style]
        for style in sorted({str(one.person["style"]) for one in results})
    }
    return [
        [style, len(them), f"{fmean(one.score for one in them):.1f}", median(one.tally.turns for one in them)]
        for style, them in styles.items()
    ]


def reasons(result: Result) -> str:
    """What was not all right, the worst first."""
    verdict = result.verdict
    if not verdict.finished:
        return "not finished"
    missing = sorted((share, key) for key, share in verdict.measures.items() if share is not None and share < 1)
    said = [*verdict.problems, *verdict.invented, *(f"{key} {share:.2f}" for share, key in missing)]
    asked_again = [f"{result.tally.redundant} asked again"] if result.tally.redundant else []
    return "; ".join([*said, *asked_again]).replace("|", "/")[:160]


def goals_missed(groups: Mapping[str, Results]) -> list[str]:
    """One sentence for each goal of a full run that a group does not reach."""
    missed = []
    for name, results in groups.items():
        figures = summary(results)
        if (figures["SCORE 0-100"] or 0) < GOAL_SCORE:
            missed.append(f"{name}: score {figures['SCORE 0-100']}, at least {GOAL_SCORE:g} is wanted")
        missed += [
            f"{name}: {row} {figures[row]:g}, 100 is wanted"
            for row in ("finished %", "valid config %")
            if figures[row] != 100
        ]
    return missed


def write(path: Path, mode: str, groups: Mapping[str, Results]) -> None:
    everybody = next(iter(groups.values()))
    interviews = [
        {"id": one.person["id"], "style": one.person["style"], **asdict(one), "person": None} for one in everybody
    ]
    figures = {
        "mode": mode,
        "tables": {name: summary(results) for name, results in groups.items() if results},
        "interviews": interviews,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, ensure_ascii=False, indent=1, default=str) + "\n", "utf-8")


def _measured(results: Results, key: str) -> Figure:
    return _percent(mean(one.verdict.measures.get(key) for one in results))


def _percent(share: Figure) -> Figure:
    return None if share is None else round(100 * share, 1)


def _of(results: Results, part: Callable[[Result], int], whole: Callable[[Result], int]) -> Figure:
    return _percent(sum(map(part, results)) / max(1, sum(map(whole, results))))


def _shown(figure: Figure) -> str:
    return "-" if figure is None else f"{figure:g}"
