"""What becomes of each field of a configuration at a target, read off the export's notes."""

from collections.abc import Iterable
from dataclasses import dataclass

from builder.core.agent import AgentConfig
from builder.core.convert import fields_of
from builder.core.draft import FIELDS
from builder.exporters.notes import Note


@dataclass(frozen=True, slots=True)
class Standing:
    """Each field that is set stands in one of the three."""

    kept: tuple[str, ...]
    other: tuple[str, ...]
    lost: tuple[str, ...]


def standing(config: AgentConfig, notes: Iterable[Note]) -> Standing:
    """A field is lost when a note says so of all of it; one of which a part or a rule is lost has another form."""
    told = list(notes)
    touched = {_field(note.field) for note in told}
    gone = {note.field for note in told if note.kind == "lost" and not _is_rule(note)}
    held = fields_of(config.to_json())
    names = [name for name in FIELDS if name in held and name != "return_type"]
    return Standing(
        tuple(name for name in names if name not in touched),
        tuple(name for name in names if name in touched and name not in gone),
        tuple(name for name in names if name in gone),
    )


def is_whole(note: Note) -> bool:
    """Is all of a field lost, and so its name enough?"""
    return note.kind == "lost" and note.code == "no_slot" and note.field in FIELDS


def of_app(config: AgentConfig, note: Note) -> bool:
    """Does a note say that the app's own notes are left out, and none of a person's?"""
    return is_whole(note) and note.field == "metadata" and note.field not in fields_of(config.to_json())


def _is_rule(note: Note) -> bool:
    """A rule of the output schema is no field, even where it is one for all outputs."""
    return note.code.startswith("schema_")


def _field(path: str) -> str:
    first, *below = path.split(".")
    if first == "prompts" and below[:1] in (["0"], ["1"]):
        return "system_prompt" if below[0] == "0" else "user_prompt"
    return first
