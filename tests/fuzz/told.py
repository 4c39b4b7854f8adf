"""What schemathesis is told by environment variables, and what it writes down: it runs in a process of its own."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

FOREIGN, TALLY, TOKEN, BAD_MODEL = "FUZZ_FOREIGN", "FUZZ_TALLY", "FUZZ_TOKEN", "FUZZ_BAD_MODEL"


@dataclass(frozen=True)
class Foreign:
    """What belongs to somebody else: ids by the name of their parameter, and words that stand in that one's data."""

    ids: Mapping[str, Sequence[str]] = field(default_factory=dict)
    marks: Sequence[str] = ()

    def write(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self)), "utf-8")


def foreign() -> Foreign:
    """Nothing, where nobody else is."""
    given = os.environ.get(FOREIGN)
    return Foreign(**json.loads(Path(given).read_text("utf-8"))) if given else Foreign()


def tally() -> Path | None:
    given = os.environ.get(TALLY)
    return Path(given) if given else None
