"""Whether an export tells the truth: each text carries a mark of its own, and what the notes say of it is compared with
where its mark stands in the files."""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from functools import cache
from typing import Any

from builder.core.check import check
from builder.exporters.base import Export
from builder.exporters.notes import Note
from tests.exporters.configurations import EVERYTHING, FLAT_SCHEMA, configuration, configurations

Path = tuple[str, ...]
STANDS = frozenset(("in_metadata", "kept_unused", "as_user", "in_instructions", "hint_as_example", "only_in_file"))
NO_PLACE = frozenset(("no_slot", "set_up_there", "hint_left_out", "tool_server", "tool_elsewhere"))
# Rewritten, and admits that a part of it is nowhere.
CUT = frozenset(("text_cut", "key_left_out", "sentence_once", "value_other", "schema_title"))
CUT |= {"schema_cut", "schema_first_way", "schema_merged", "schema_any", "schema_places"}
_ABOUT = ("title", "description")
_NO_TEXTS = ("return_type", "prompt_type", "type", "language", "url", "command", "$ref", "kind", "id")
_INSIDE_NO_TEXTS = ("required", "next", "args")
_LONGEST = {"description": 450}


def texts(value: Any, path: Path = ()) -> Iterator[Path]:
    """The ways to all texts that may be any text."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from texts(part, (*path, str(key)))
    is_fixed = path[-1:] in {(key,) for key in _NO_TEXTS} or path[-2:-1] in {(key,) for key in _INSIDE_NO_TEXTS}
    is_rule = path[:1] == ("schema_definition",) and path[-1] not in _ABOUT
    if isinstance(value, str) and not is_fixed and not is_rule and path != ("name",):
        yield path


def names(field: str, path: Path) -> bool:
    """Whether a note on `field` speaks of what stands at this path of a configuration."""
    if path[0] == "prompts" and path[2] == "placeholders":
        return field in ("placeholders", f"placeholders.{path[3]}")
    if path[0] == "prompts":
        return field == ("system_prompt", "user_prompt")[int(path[1])]
    if path[0] == "schema_definition":
        return field == path[0] if len(path) == 2 else field.split(".")[0] == path[0]
    return f"{'.'.join(path)}.".startswith(f"{field}.")


def lies(export: Export, config: Mapping[str, Any]) -> list[str]:
    """What the notes say and the files do not, of a configuration that is `marked`."""
    written = "\n".join(f"{file.path}\n{file.content}" for file in export.files).lower()
    found = [*_both(export.notes)]
    for number, path in enumerate(texts(dict(config))):
        told = [note for note in export.notes if names(note.field, path)]
        is_there = mark(number) in written
        if not is_there and not any(_admits(note, path) for note in told):
            found.append(f"gone, and told {_codes(told)}: {'.'.join(path)[:120]}")
        if is_there and path[0] != "schema_definition" and any(note.code in NO_PLACE for note in told):
            found.append(f"there, and told {_codes(told)}: {'.'.join(path)[:120]}")
    return found


def _admits(note: Note, path: Path) -> bool:
    """Of a schema a note on one rule says nothing of the others."""
    if note.code == "schema_keyword":
        return note.params["keyword"] in (*path, *_ABOUT)  # a title becomes a description
    return note.kind in ("lost", "renamed") or (note.kind == "rewritten" and note.code in CUT)


def _both(notes: Iterable[Note]) -> list[str]:
    told: dict[str, set[str]] = {}
    for note in notes:
        told.setdefault(note.field, set()).add(note.code)
    both = {field: sorted(codes) for field, codes in told.items() if codes & STANDS and codes & NO_PLACE}
    return [f"told both: {field} {codes}" for field, codes in both.items()]


def _codes(notes: Iterable[Note]) -> list[str]:
    return sorted({note.code for note in notes})


def mark(number: int) -> str:
    return f"zq{number}zq"


def marked(config: Mapping[str, Any]) -> dict[str, Any]:
    """With a mark behind each text that may be any text."""
    whole = deepcopy(dict(config))
    for number, path in enumerate(list(texts(whole))):
        held: Any = whole
        for key in path[:-1]:
            held = held[int(key)] if isinstance(held, list) else held[key]
        last = int(path[-1]) if isinstance(held, list) else path[-1]
        held[last] = f"{held[last][: _LONGEST.get(path[-1])]} {mark(number)}"
    return whole


def _two_sentences() -> dict[str, Any]:
    config = configuration(system="{x}", user="{x}")
    config["prompts"][1]["placeholders"]["x"] = "Something else."
    return config


@cache
def marked_configurations() -> Mapping[str, dict[str, Any]]:
    talks = {**EVERYTHING, "return_type": "unstructured"}
    del talks["schema_definition"]
    more = {
        "everything of one that talks": talks,
        "a language that nobody speaks": {**talks, "language": "xx"},
        "a question and what is known": configuration(system="{a} {b}", user="{question}", tools=talks["tools"]),
        "two sentences": _two_sentences(),
        "only a question": configuration(system="Be kind.", user="{a} {b}"),
        "a described output": configuration(schema_definition={**FLAT_SCHEMA, "title": "T", "description": "It."}),
    }
    known = {name: config.to_json() for name, config in configurations().items()}
    found = {name: marked(config) for name, config in {**known, **more}.items()}
    return {name: config for name, config in found.items() if not check(config)}
