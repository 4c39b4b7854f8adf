"""docs/exports.md: what of a configuration each platform keeps, and what its own library said of our files."""

from collections.abc import Mapping
from functools import cache

from builder.core.agent import AgentConfig
from builder.exporters.base import Exporter
from builder.exporters.notes import Note, fields
from builder.exporters.registry import all_exporters
from tests.exporters.configurations import EVERYTHING

HEAD = """# Exports

Made by `make test-exports`; do not edit. Each platform's own library, in an environment of its own with pinned versions
(`tests/exports/envs/`), loads the files that are made of every configuration of the tests, and refuses broken ones.

A field is *rewritten* when it stands in the files in another form or place, or in part; the page and the API say how.

| Target | For | Kept | Rewritten | Lost | Tried with | Result |
|---|---|---|---|---|---|---|
"""


def table(results: Mapping[str, str]) -> str:
    """`results`: what the proof of each exporter says, by its name."""
    rows = [_row(exporter, results.get(exporter.name, "not tried")) for exporter in all_exporters()]
    return HEAD + "\n".join(rows) + "\n"


def results_in(text: str) -> dict[str, str]:
    """What a table said of the proof of each exporter, by its name."""
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    said = {cells[0]: cells[-1] for cells in rows}
    return {exporter.name: said[exporter.title] for exporter in all_exporters() if exporter.title in said}


def _row(exporter: Exporter, result: str) -> str:
    kept, rewritten, lost = fates(exporter)
    cells = (exporter.title, exporter.purpose, _list(kept), _list(rewritten), _list(lost), exporter.version, result)
    return "| " + " | ".join(cells) + " |"


def _list(names: list[str]) -> str:
    return ", ".join(names) or "–"


def fates(exporter: Exporter) -> tuple[list[str], list[str], list[str]]:
    """The fields of a configuration that has them all: kept, rewritten, lost."""
    config = everything()
    notes = exporter.export(config).notes
    fate = {field: _fate(field, notes) for field in fields(config)}
    kept, rewritten, lost = ([field for field in fate if fate[field] == kind] for kind in ("kept", "rewritten", "lost"))
    return kept, rewritten, lost


@cache
def everything() -> AgentConfig:
    return AgentConfig.model_validate(EVERYTHING)


def _fate(field: str, notes: tuple[Note, ...]) -> str:
    own = [note for note in notes if note.field.split(".")[0] == field]
    if any(note.code == "no_slot" and note.field == field for note in own):
        return "lost"
    return "rewritten" if own else "kept"
