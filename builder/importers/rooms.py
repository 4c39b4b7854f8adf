"""Texts that came together: which of them are agents, which belong to one, and which say the same agent again."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from builder.core.name import snake
from builder.importers.base import Document, Importer
from builder.importers.parsing import is_yaml, parse
from builder.importers.prompts import named_by
from builder.importers.python_tree import flaw, unfenced
from builder.importers.refusals import Refused, Unreadable
from builder.importers.registry import all_importers
from builder.importers.remarks import Remark
from builder.importers.settling import settled

_SCRIPT = re.compile(r"\bnew Agent(?:<[^>\n]{0,80}>)?\(|Agent\.create\(|[\"']@openai/agents[\"']")
_PYTHON = re.compile(r"^(?:from|import) agents\b", re.MULTILINE)
GUESS = 9  # the rank of importers that are asked only where nothing surer was found
LEAST_OF_A_NAME = 40  # characters; the shortest limit of a platform
MOST_AGENTS = 1_000
MOST_REMARKS = 500
LARGEST_YAML = 2_000_000  # characters of all YAML that came together
_ABOUT = re.compile(r"(?:readme|licen[sc]e|change(?:log|s)|contributing|notice|requirements)\b.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Room:
    """`before` stands before the paths when they are shown."""

    texts: Mapping[str, str]
    before: str = ""
    is_archive: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    path: str
    importer: Importer
    values: Mapping[str, Any]
    remarks: tuple[Remark, ...]
    used: frozenset[str] = frozenset()


def agents_of(room: Room) -> tuple[list[Found], list[Refused]]:
    """Every agent once, and why each other text is none."""
    documents, refused = _documents(room)
    surely = [importer for importer in all_importers() if importer.rank < GUESS]
    found, left = _asked(documents, surely, room)
    if not found:
        guesses = [importer for importer in all_importers() if importer.rank >= GUESS]
        likely = [document for document in left if not (room.is_archive and _is_about(document.path))]
        found, _ = _asked(likely, guesses, room)
        left = [document for document in left if document.path not in {one.path.split("#")[0] for one in found}]
    whole, used = without_parts(found)
    refused += [_no_agent(document) for document in left if document.path not in used]
    once, again = _each_once(whole)
    return once, [*refused, *again]


def _no_agent(document: Document) -> Refused:
    """Programs have reasons of their own."""
    text, is_python = document.text, document.path.lower().endswith(".py")
    if _SCRIPT.search(text):
        return Refused(document.path, "typescript")
    if (is_python or _PYTHON.search(text)) and (line := flaw(unfenced(text))) is not None:
        return Refused(document.path, "broken_python", {"line": line})
    return Refused(document.path, "no_agent")


def _is_about(path: str) -> bool:
    """A text about a folder, or a program, is no prompt."""
    name = path.rsplit("/", 1)[-1]
    return _ABOUT.fullmatch(name) is not None or not name.lower().endswith((".txt", ".md", ".markdown", ".prompt"))


def _documents(room: Room) -> tuple[list[Document], list[Refused]]:
    found, refused, left = list[Document](), list[Refused](), LARGEST_YAML
    for path, text in room.texts.items():
        left -= len(text) if is_yaml(path) else 0
        try:
            if left < 0:
                raise Unreadable("too_large_inside", longest="2 MB of YAML")
            found.append(Document(path, text, parse(text, path)))
        except Unreadable as error:
            refused.append(Refused(path, error.code, error.params))
    return found, refused


def _asked(
    documents: Iterable[Document], importers: Sequence[Importer], room: Room
) -> tuple[list[Found], list[Document]]:
    """What the importers found, and the documents that none of them knows."""
    found, left = list[Found](), list[Document]()
    for document in documents:
        others = {path: text for path, text in room.texts.items() if path != document.path}
        whole = replace(document, others=others)
        agents = _known(whole, importers)
        parts = [] if agents else [(part, _known(part, importers)) for part in _listed(whole)]
        agents += [one for _, each in parts for one in each]
        found += agents
        left += [part for part, each in parts if not each] if agents else [document]
    return found, left


def _known(document: Document, importers: Sequence[Importer]) -> list[Found]:
    importer = next((one for one in importers if one.recognises(document)), None)
    return [_read(part, importer) for part in importer.each(document)[:MOST_AGENTS]] if importer else []


def _read(document: Document, importer: Importer) -> Found:
    reading = importer.read(document)
    values, of_values = settled(reading.values)
    if "name" not in values and values.get("prompts"):
        system = next((one["content"] for one in values["prompts"] if one["prompt_type"] == "system"), "")
        name, of_name = named_by(system)
        values, of_values = {**name, **values}, (*of_values, *of_name)
    return Found(document.path, importer, values, _shortened((*reading.remarks, *of_values)), reading.used)


def _shortened(remarks: tuple[Remark, ...]) -> tuple[Remark, ...]:
    """So many that a person may still look through them."""
    if len(remarks) <= MOST_REMARKS:
        return remarks
    rest = len(remarks) - MOST_REMARKS
    return (*remarks[:MOST_REMARKS], Remark("left_out", "", "more_remarks", {"count": rest}))


def _listed(document: Document) -> list[Document]:
    """A list of agents as one document for each."""
    listed = document.data if isinstance(document.data, list) else []
    return [
        replace(document, path=f"{document.path}#{number}", text=json.dumps(item, ensure_ascii=False), data=item)
        for number, item in enumerate(listed[:MOST_AGENTS], 1)
        if isinstance(item, dict)
    ]


def without_parts(found: Sequence[Found]) -> tuple[list[Found], frozenset[str]]:
    """Without those that a surer one holds; and all paths that were read beside their own."""
    holder = dict[str, Found]()
    for one in sorted(found, key=lambda one: one.importer.rank):
        if one.path not in holder:
            holder |= {path: one for path in one.used if path != one.path}
    return [one for one in found if one.path not in holder], frozenset(holder)


def _each_once(found: Sequence[Found]) -> tuple[list[Found], list[Refused]]:
    """The same agent for several platforms is offered once, from where it says the most: our own file, if it came."""
    best = dict[str, Found]()
    for one in found:
        known = best.get(_key(one))
        best[_key(one)] = one if known is None or _says(one) > _says(known) else known
    kept, refused = dict[str, list[Found]](), list[Refused]()
    for one in found:
        first, alike = best[_key(one)], kept.setdefault(_key(one), [])
        is_copy = any(one.values == other.values for other in alike)
        if one is not first and (one.importer is not first.importer or is_copy):
            told = {"name": str(first.values.get("name", "")), "path": first.path}
            refused.append(Refused(one.path, "same_agent", told))
        else:
            alike.append(one)
    whole = {id(one) for alike in kept.values() for one in alike}
    return [one for one in found if id(one) in whole], refused


def _key(one: Found) -> str:
    """The name without what platforms change in it: its signs, its length, and an ending where a word is taken."""
    name = one.values.get("name")
    return snake(name).removesuffix("_agent")[:LEAST_OF_A_NAME] if isinstance(name, str) else f"#{one.path}"


def _says(one: Found) -> tuple[bool, int, int, int]:
    return one.importer.name == "own", len(one.values), -len(one.remarks), -one.importer.rank
