"""Targets and notes in the person's language: no name of a field or of a rule shows as the files write it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from builder.core.difference.facts import WORDS as FACTS
from builder.exporters import notes
from builder.exporters.base import Exporter
from builder.exporters.notes import Note
from builder.ui.plain import plain
from builder.ui.words import Words

LONGEST = 400
# What stands below a field has a word of its own; a number counts from one, anything else is a name of the person's.
_BELOW = ("parameters", "settings", "headers", "content", "blocks", "steps", "name", "mcp", "inputs", "expect", "[]")


@dataclass(frozen=True, slots=True)
class Told:
    """One line about one or several places, as Markdown."""

    kind: str
    line: str


def purpose(target: Exporter, say: Words) -> str:
    return say.maybe(f"target.{target.name}.purpose") or target.purpose


def place(target: Exporter, say: Words) -> str:
    return say.maybe(f"target.{target.name}.place") or target.place


def called(path: str, say: Words) -> str:
    """A place of the configuration as a person calls it: "schema_definition.priority" is "Outputs › priority"."""
    field, *below = path.split(".")
    if field == "prompts" and below[:1] in (["0"], ["1"]):
        field, below = "system_prompt" if below[0] == "0" else "user_prompt", below[1:]
    return " › ".join([say.field(field), *(_part(part, say) for part in below if part)])


def _part(part: str, say: Words) -> str:
    if part.isdecimal():
        return str(int(part) + 1)
    return say.table.get(f"setting.{part}", part) if part not in _BELOW else say(f"part.{_key(part)}")


def _key(part: str) -> str:
    return "each" if part == "[]" else part


def lines(found: Iterable[Note], say: Words) -> list[Told]:
    """The notes in their order; those that say the same of several places are one line."""
    grouped: dict[tuple[str, str, str], list[Note]] = {}
    for note in found:
        grouped.setdefault((note.kind, note.code, repr(sorted(note.params.items()))), []).append(note)
    return [Told(alike[0].kind, _line(alike, say)) for alike in grouped.values()]


def _line(alike: list[Note], say: Words) -> str:
    note, names = alike[0], list(dict.fromkeys(called(note.field, say) for note in alike))
    template = _template(note.code, say, many=len(names) > 1)
    gaps = {name: _gap(name, value, say) for name, value in note.params.items()}
    sentence = template.format(**{"key": say("export.between", one="", other="").join(names), **gaps})
    if "{key}" in template:
        return plain(sentence, LONGEST)
    told = plain(", ".join(filter(None, names)), LONGEST)  # "" is the whole configuration
    return f"**{told}**: {plain(sentence, LONGEST)}" if told else plain(sentence, LONGEST)


def _template(code: str, say: Words, *, many: bool) -> str:
    alone = say.table.get(f"note.{code}", notes.WORDS[code])
    return say.table.get(f"notes.{code}", alone) if many else alone


def _gap(name: str, value: Any, say: Words) -> Any:
    """A rule or a type in words, where there are some."""
    if name == "key":
        return say.table.get(f"setting.{value}") or called(str(value), say)
    if name == "keyword":
        return say.table.get(f"fact.rule.{value}") or FACTS.get(f"rule.{value}") or value
    return say.table.get(f"type.{value}", value) if name == "type" else value
