"""`make fuzz-api`: every world at full length; exit code 0 only if nothing was found. `--seed` draws other cases."""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tests.fuzz.campaign import PHASES, Amount, Outcome, fuzzed
from tests.fuzz.worlds import WORLDS

LEAST = 10_000
EXAMPLES: Mapping[str, int] = {
    "guided": 50,
    "healthy model": 10,
    "faulty model": 4,
    "nonsense model": 6,
    "another's ids": 10,
    "quota used up": 8,
}


def row(name: str, outcome: Outcome) -> str:
    by_phase = " ".join(f"{outcome.phases.get(phase, 0):>9,}" for phase in PHASES)
    verdict = "nothing found" if outcome.passed else f"{len(outcome.failures)} KINDS OF FAILURE"
    return (
        f"{name:16} {outcome.operations:>6} {by_phase} {outcome.cases:>9,} {sum(outcome.excused.values()):>8} "
        f"{outcome.seconds:>7.0f} s   {verdict}"
    )


def main() -> int:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--seed", type=int, default=1)
    wanted.add_argument("--world", choices=tuple(WORLDS), action="append")
    wanted.add_argument("--examples", type=int)
    chosen = wanted.parse_args()
    phases = " ".join(f"{phase:>9}" for phase in PHASES)
    print(f"{'world':16} {'calls':>6} {phases} {'cases':>9} {'excused':>8} {'time':>9}")
    found: dict[str, Outcome] = {}
    for name in chosen.world or WORLDS:
        amount = Amount(chosen.examples or EXAMPLES[name], chosen.seed)
        with tempfile.TemporaryDirectory() as folder, WORLDS[name](Path(folder)) as place:
            found[name] = fuzzed(place, Path(folder), amount)
        print(row(name, found[name]), flush=True)
        if not found[name].passed:
            print(found[name].text)
    cases = sum(outcome.cases for outcome in found.values())
    print(f"{cases:,} cases, seed {chosen.seed}. Excused:")
    for why, times in sum((Counter(outcome.excused) for outcome in found.values()), Counter()).most_common():
        print(f"{times:>6}  {why}")
    if chosen.world is None and cases < LEAST:
        print(f"Fewer than {LEAST:,}: that is no whole run.")
        return 1
    return 0 if all(outcome.passed for outcome in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
