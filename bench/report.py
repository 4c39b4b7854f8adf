"""Figures as a Markdown table and as a JSON file below `bench/results/`."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    rule = ["---", *("---:" for _ in head[1:])]
    lines = [head, rule, *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def write_json(name: str, figures: Any) -> Path:
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "load": os.getloadavg()[0]}
    taken = datetime.now(tz=UTC).isoformat(timespec="seconds")
    path.write_text(json.dumps({"taken": taken, "machine": machine, "figures": figures}, indent=2) + "\n")
    return path
