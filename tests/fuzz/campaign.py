"""One run of schemathesis over one server, and what it says of it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fuzz import told
from tests.fuzz.worlds import Place
from tests.servers import ROOT

CONFIG = Path(__file__).parent / "schemathesis.toml"
PHASES = ("examples", "coverage", "fuzzing", "stateful")


@dataclass(frozen=True)
class Amount:
    """`examples`: cases for each operation while fuzzing, and chains of calls. No `seed`: always the same cases."""

    examples: int
    seed: int | None = None
    phases: Sequence[str] = PHASES
    only: Sequence[str] = ()  # operations


@dataclass(frozen=True)
class Outcome:
    """`cases` as schemathesis reports them, `phases` and `statuses` as its events tell them, all of it in `text`."""

    passed: bool
    cases: int
    operations: int
    failures: Sequence[Mapping[str, Any]]
    phases: Mapping[str, int]
    statuses: Mapping[str, int]
    excused: Mapping[str, int]
    seconds: float
    text: str


def fuzzed(place: Place, folder: Path, amount: Amount) -> Outcome:
    """Raises what `place.afterwards` raises."""
    report, tally, foreign = (folder / name for name in ("report.json", "tally.json", "foreign.json"))
    place.foreign.write(foreign)
    named = {told.TALLY: str(tally), told.FOREIGN: str(foreign), told.TOKEN: place.token}
    if place.bad_model:
        named[told.BAD_MODEL] = "yes"
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", *_arguments(place, amount, report)],
        cwd=ROOT,
        env={**os.environ, **named, "NO_PROXY": "127.0.0.1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    text = done.stdout.decode("utf-8", "replace")
    if not report.exists() or not tally.exists():
        raise RuntimeError(f"schemathesis did not come to its end:\n{text[-8000:]}")
    said, counted = json.loads(report.read_text("utf-8")), json.loads(tally.read_text("utf-8"))
    place.afterwards()
    return Outcome(
        passed=done.returncode == 0 and said["complete"],
        cases=said["test_cases"]["generated"],
        operations=said["operations"]["tested"],
        failures=[*said["failures"], *said["errors"]],
        phases=counted["phases"],
        statuses=counted["statuses"],
        excused=counted["excused"],
        seconds=time.monotonic() - began,
        text=text,
    )


def _arguments(place: Place, amount: Amount, report: Path) -> list[str]:
    only = [part for name in amount.only for part in ("--include-operation-id", name)]
    return [
        *("--config-file", str(CONFIG), "run", f"{place.api}/openapi.json", "--url", place.api, "--no-color"),
        *("--phases", ",".join(amount.phases), "--max-examples", str(amount.examples)),
        *(("--generation-deterministic",) if amount.seed is None else ("--seed", str(amount.seed))),
        *("--request-timeout", "60"),
        *("--report", "json", "--report-json-path", str(report), *only),
    ]
