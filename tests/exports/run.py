"""`make test-exports`: every exporter's files, of all configurations of the tests, before the platforms' own libraries.

`--only NAME` takes one target, `--more 300` more configurations. A whole run writes docs/exports.md; targets with an
environment of `OPTIONAL` are tried by themselves only, and each such run writes its row. The exit code is 0 only if
nothing was refused that should be taken, and nothing taken that should be refused.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from builder.core.agent import AgentConfig
from builder.core.placeholders import fill
from builder.exporters.base import Exporter
from builder.exporters.cleaning import cleaned
from builder.exporters.instructions import instructions
from builder.exporters.registry import all_exporters
from tests.exporters.configurations import configurations, made
from tests.exports.environments import ENVIRONMENTS, OPTIONAL, ROOT
from tests.exports.table import results_in, table

CHECKS = Path(__file__).parent / "checks"
TABLE = ROOT / "docs" / "exports.md"
MUTATED = ("everything", "flat schema", "ticket_triage", "traps in prompts")
LONGEST = 900  # seconds for one target, on a slow machine


@dataclass(frozen=True)
class Proof:
    """What a target's library said. `taken`: configurations; `refused`: broken files."""

    exporter: str
    cases: int
    taken: int
    mutants: int
    refused: int
    complaints: tuple[str, ...]

    @property
    def words(self) -> str:
        return f"{self.taken} of {self.cases} taken, {self.refused} of {self.mutants} broken ones refused"


def check_of(exporter: Exporter) -> Path | None:
    """The module that checks it; None where there is none yet."""
    return next(CHECKS.glob(f"*/{exporter.name}.py"), None)


def is_optional(exporter: Exporter) -> bool:
    path = check_of(exporter)
    return path is not None and path.parent.name in OPTIONAL


def proof_of(exporter: Exporter, configs: Mapping[str, AgentConfig]) -> Proof:
    """All these configurations through one process of the target's environment."""
    path = check_of(exporter)
    if path is None:
        return Proof(exporter.name, 0, 0, 0, 0, ("has no check",))
    environment = path.parent.name
    with tempfile.TemporaryDirectory(prefix="exports-") as folder:
        source, target = Path(folder) / "cases.json", Path(folder) / "verdicts.jsonl"
        source.write_text(json.dumps([case(exporter, name, config) for name, config in configs.items()]))
        module = f"tests.exports.checks.{environment}.{exporter.name}"
        command = [str(ENVIRONMENTS.python_of(environment)), "-m", module, str(source), str(target)]
        surroundings = {"cwd": ROOT, "env": _bare_environment(folder), "timeout": LONGEST}
        done = subprocess.run(command, capture_output=True, text=True, check=False, **surroundings)
        verdicts = [json.loads(line) for line in target.read_text().splitlines()] if target.exists() else []
    return _judged(exporter.name, len(configs), verdicts, "" if done.returncode == 0 else done.stderr[-2_000:])


def case(exporter: Exporter, name: str, config: AgentConfig) -> dict[str, Any]:
    """One configuration as the checks get it: see `frame.Case`."""
    export = exporter.export(config)
    names = {name for prompt in config.prompts for name in prompt.placeholders}
    values = {name: f"value of {name}" for name in sorted(names)}
    return {
        "name": name,
        "files": {file.path: file.content for file in export.files},
        "config": cleaned(config)[0].to_json(),  # keys stay at home, whatever the target
        "values": values,
        "system": fill(instructions(config, exporter.title).content, values),
        "user": fill(config.prompt("user").content, values),
        "notes": [note.code for note in export.notes],
        "mutate": name in MUTATED,
    }


def _bare_environment(folder: str) -> dict[str, str]:
    """No keys, no proxies, no home of anybody's."""
    return {"PATH": os.environ.get("PATH", ""), "HOME": folder, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


def _judged(name: str, cases: int, verdicts: Iterable[Mapping[str, Any]], crash: str) -> Proof:
    whole = [verdict for verdict in verdicts if "mutant" not in verdict]
    broken = [verdict for verdict in verdicts if "mutant" in verdict]
    complaints = [f"{told['name']}: {told['error']}" for told in whole if told["error"]]
    complaints += [f"{told['name']}: takes a file with {told['mutant']}" for told in broken if not told["error"]]
    complaints += [crash] if crash else []
    complaints += ["fewer verdicts than cases"] if len(whole) < cases and not crash else []
    taken, refused = sum(not verdict["error"] for verdict in whole), sum(bool(verdict["error"]) for verdict in broken)
    return Proof(name, cases, taken, len(broken), refused, tuple(complaints))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="the name of one exporter")
    parser.add_argument("--details", action="store_true", help="show every complaint")
    parser.add_argument("--more", type=int, default=0, help="so many more configurations, made by chance")
    chosen = parser.parse_args(arguments)
    more = {f"more {number}": AgentConfig.model_validate(made(1_000 + number)) for number in range(chosen.more)}
    exporters = [one for one in all_exporters() if chosen.only == one.name or not (chosen.only or is_optional(one))]
    for environment in sorted({path.parent.name for path in map(check_of, exporters) if path}):
        ENVIRONMENTS.python_of(environment)  # made one after the other, before two targets want the same
    with ThreadPoolExecutor(2) as pool:
        proofs = list(pool.map(partial(proof_of, configs={**configurations(), **more}), exporters))
    for proof in proofs:
        print(f"{proof.exporter:24} {proof.words}", flush=True)
        shown = proof.complaints if chosen.details else proof.complaints[:8]
        print("".join(f"    {complaint}\n" for complaint in shown), end="")
    if not more and (chosen.only is None or any(map(is_optional, exporters))):
        _write(proofs)
    return 1 if any(proof.complaints for proof in proofs) or not proofs else 0


def _write(proofs: Iterable[Proof]) -> None:
    """What was not tried now keeps what was said of it before."""
    before = results_in(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}
    words = {proof.exporter: proof.words for proof in proofs}
    TABLE.write_text(table({**before, **words}), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
