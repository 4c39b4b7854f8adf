"""One configuration for several platforms: a folder for each, and a text that says where its files belong."""

from collections.abc import Iterable, Sequence

from builder.core.agent import AgentConfig
from builder.exporters.base import Export, Exporter, File
from builder.exporters.cleaning import cleaned
from builder.exporters.notes import Kind, Note
from builder.exporters.plain_names import told

_HEADS: dict[Kind, str] = {
    "lost": "Left out",
    "rewritten": "Written in another form, or in another place",
    "renamed": "Renamed",
    "added": "Added, because the platform needs it",
}
_README, _NOTES = "README.md", "NOTES.md"


def bundle(config: AgentConfig, exporters: Sequence[Exporter]) -> tuple[File, ...]:
    """The README first, then the folders, called as the targets. A single target with a README of its own keeps the
    only one: what would stand in ours are the notes beside it."""
    clean, notes = cleaned(config)
    made = [(exporter, exporter.export_of(clean, notes)) for exporter in exporters]
    files = [File(f"{exporter.name}/{file.path}", file.content) for exporter, export in made for file in export.files]
    has_its_own = len(made) == 1 and any(file.path == _README for file in made[0][1].files)
    if has_its_own:
        return *files, File(f"{made[0][0].name}/{_NOTES}", _readme(config, made))
    return File(_README, _readme(config, made)), *files


def _readme(config: AgentConfig, made: Sequence[tuple[Exporter, Export]]) -> str:
    parts = [f"# {config.name}", "One configuration, as files for other platforms. No keys are in them."]
    for exporter, export in made:
        parts += [f"## {exporter.title}", f"{exporter.purpose} Made for {exporter.version}."]
        parts += [f"Where the files go: {exporter.place}"]
        parts += [_listed(f"`{exporter.name}/{file.path}`" for file in export.files)]
        parts += list(_told(export.notes)) or ["Nothing is lost."]
    return "\n\n".join(parts) + "\n"


def _told(notes: Sequence[Note]) -> Iterable[str]:
    for kind, head in _HEADS.items():
        if found := [note for note in notes if note.kind == kind]:
            yield f"{head}:"
            yield _listed(_line(told(note)) for note in found)


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in dict.fromkeys(lines))


def _line(text: str) -> str:
    """Names out of a configuration may hold anything; here it is one line."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
