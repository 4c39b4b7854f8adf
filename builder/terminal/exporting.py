"""`python -m builder export`: a configuration as the files of another platform, and what that platform leaves out."""

import sys
from pathlib import Path
from typing import Any

from builder.core.check import check
from builder.core.convert import to_agent
from builder.core.errors import Conflict, Invalid
from builder.core.json_text import parse
from builder.exporters.base import Export, Exporter
from builder.exporters.registry import all_exporters, find


def listed() -> str:
    """The targets, one a line: name, what it is for."""
    widest = max(len(one.name) for one in all_exporters())
    return "\n".join(f"{one.name:{widest}}  {one.title}: {one.purpose}" for one in all_exporters())


def run(target: str, source: str, folder: str | None) -> str:
    """Writes the files; returns what to tell. `source`: a path, or - for the input. `folder`: default NAME-TARGET here.

    NotFound for an unknown target, Invalid for what is no valid configuration, Conflict where a file is there already.
    """
    exporter = find(target)
    config = to_agent(_checked(_text(source)))
    made = exporter.export(config)
    into = Path(folder) if folder else Path(f"{config.name}-{exporter.name}")
    _write(made, into)
    return _told(exporter, made, into)


def _text(source: str) -> str:
    raw = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("This is no text in UTF-8.", next_step="Save the file as UTF-8 and try again.") from None


def _checked(text: str) -> dict[str, Any]:
    reading = parse(text)
    if reading.flaws:
        flaw = reading.flaws[0]
        raise Invalid(f"This is no JSON: line {flaw.line}, column {flaw.column}.", next_step="Mend that place.")
    problems = check(reading.value)
    if problems:
        raise Invalid(f"This configuration is not valid: {problems[0].reason}", problems, problems[0].next_step)
    config: dict[str, Any] = reading.value
    return config


def _write(made: Export, into: Path) -> None:
    """All files or none."""
    there = [file.path for file in made.files if (into / file.path).exists()]
    if there:
        raise Conflict(f"{into / there[0]} is there already.", next_step="Name another folder with --to.")
    for file in made.files:
        path = into / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.content, "utf-8", newline="\n")


def _told(exporter: Exporter, made: Export, into: Path) -> str:
    files = "\n".join(f"  {into / file.path}" for file in made.files)
    notes = "\n".join(f"  {note.kind:9} {note.field}: {note.text}" for note in made.notes)
    left = f"\nNot as in the configuration:\n{notes}" if notes else "\nNothing is lost."
    return f"{exporter.title} ({exporter.version}):\n{files}\n{exporter.place}{left}"
