"""Coding agents: SKILL.md, agents of Claude Code (`.claude/agents/x.md`) and of GitHub Copilot (`x.agent.md`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import yaml

from builder.core.name import is_agent_name
from builder.exporters.handbook import Handbook, parts
from builder.exporters.naming import kebab
from builder.exporters.skill import LONGEST_OF_COPILOT, pointer
from builder.importers import prompts
from builder.importers.agent_heads import of_head
from builder.importers.base import Document, Importer, Reading
from builder.importers.heads import body, head, loose, split
from builder.importers.outputs import output
from builder.importers.remarks import Remark

_ENDINGS = (".agent.md", ".chatmode.md")
_AGENTS = (".claude/agents/", ".github/agents/", ".github/chatmodes/")
_OWN = frozenset(("tools", "allowed-tools", "license", "compatibility", "color", "mcpServers", "mcp-servers", "target"))
_OWN |= {"permissionMode", "disallowedTools", "handoffs", "agents", "argument-hint", "skills", "memory", "maxTurns"}
_SHAPE = _OWN | {"name", "description", "model", "metadata", "hooks", "version", "user-invocable", "effort"}


class SkillImporter(Importer):
    name = "skill"
    title = "Agent Skills"
    rank = 5

    def recognises(self, document: Document) -> bool:
        return is_named_so(document.path) or _looks_so(document)

    def read(self, document: Document) -> Reading:
        return read(document)


def is_named_so(path: str) -> bool:
    """Whether the path alone says that it is one."""
    place = path.replace("\\", "/")
    is_in_place = any(folder in f"/{place}" for folder in _AGENTS) and place.lower().endswith(".md")
    return PurePosixPath(place).name.lower() == "skill.md" or place.lower().endswith(_ENDINGS) or is_in_place


def _looks_so(document: Document) -> bool:
    """A head with a description and nothing that coding agents do not know, before a text."""
    has_head = bool(split(document.text)[0])
    said = head(document) if has_head else {}
    is_text = PurePosixPath(document.path).suffix.lower() in ("", ".md", ".markdown", ".txt")
    known = isinstance(said.get("description"), str) and all(key in _SHAPE for key in said)
    has_sign = "name" in said or not _OWN.isdisjoint(said)
    return is_text and known and has_sign and isinstance(said.get("model", ""), str)


@dataclass(frozen=True, slots=True)
class _Text:
    """`title`: the name that our own files have as their first line. `book`: their parts; None of files of others."""

    title: str
    book: Handbook | None
    whole: str


def read(document: Document) -> Reading:
    """The agent of a file; of ours, with what its other files say of it."""
    said = head(document)
    text = _text(document.text, said.get("name"))
    others = _siblings(document, text)
    others += _pointers(document, text, _said(said, document, others))
    values, remarks = of_head(said)
    for other in others:
        more, _ = of_head(_head_of(document.others[other]))
        values = {**more, **values}
    book = text.book
    own, told = _of_book(book) if book else _of_text(text.whole)
    name, of_name = ({"name": text.title}, ()) if text.title else prompts.named(said.get("name"), document.path)
    system = book.system if book else text.whole
    description, of_description = prompts.described(_said(said, document, others), system)
    tools = [*own.pop("tools", ()), *values.pop("tools", ())]
    values |= {**name, **description, **own, **({"tools": tools} if tools else {})}
    return Reading(values, (*told, *of_name, *of_description, *remarks), frozenset(others))


def _said(said: Mapping[str, Any], document: Document, others: list[str]) -> Any:
    """The description, if need be of another file of the same agent."""
    heads = (said, *(_head_of(document.others[other]) for other in others))
    return next((found["description"] for found in heads if found.get("description")), None)


def _text(text: str, name: Any) -> _Text:
    whole = body(text)
    first, _, rest = whole.partition("\n\n")
    title = first.removeprefix("# ")
    book = parts(rest) if is_agent_name(title) and name in (None, kebab(title)) else None
    return _Text(title if book else "", book, whole.strip())


def _siblings(document: Document, text: _Text) -> list[str]:
    """Paths of the other files that we wrote of the same agent."""
    if text.book is None:
        return []
    others = {path: other for path, other in document.others.items() if path != document.path}
    named_so = [path for path in others if is_named_so(path) or PurePosixPath(path).name == "AGENTS.md"]
    return [path for path in named_so if _is_same(text, text.book, others[path])]


def _pointers(document: Document, text: _Text, description: Any) -> list[str]:
    """Paths of the file that leads to ours, as long as nothing else stands in it."""
    if text.book is None or not isinstance(description, str):
        return []
    own = pointer(text.title, description).strip()
    named_so = [path for path in document.others if PurePosixPath(path).name == "AGENTS.md"]
    return [path for path in named_so if path != document.path and document.others[path].strip() == own]


def _is_same(text: _Text, book: Handbook, other: str) -> bool:
    """Whether it is the same text, or what Copilot's limit leaves of it."""
    name, whole = _head_of(other).get("name"), body(other)
    found = _text(other, name)
    if found.book is None:
        return len(whole) == LONGEST_OF_COPILOT and name == kebab(text.title)
    is_cut = found.book.system.startswith(book.system) or book.system.startswith(found.book.system)
    return found.title == text.title and found.book.rest() == book.rest() and is_cut


def _head_of(text: str) -> Mapping[str, Any]:
    """The head of another file, which was not read yet."""
    try:
        said = yaml.safe_load(split(text)[0])
    except (yaml.YAMLError, RecursionError, ValueError):
        return loose(text)
    return said if isinstance(said, Mapping) else {}


def _of_book(book: Handbook) -> tuple[dict[str, Any], list[Remark]]:
    declared = [name for name, _ in book.inputs]
    first = dict(reversed(book.inputs))
    system, user = (prompts.parts(text, declared=declared) for text in (book.system, book.user))
    texts = prompts.prompts(system, user, first, "Inputs")
    last = dict(book.inputs)
    items = [
        {**item, "placeholders": {name: last.get(name, hint) for name, hint in item["placeholders"].items()}}
        if item["prompt_type"] == "user"
        else item
        for item in texts.items
    ]
    schema, of_schema = output(book.schema, "Output")
    tools = [{"name": name, "parameters": _about(about)} for name, about in book.tools]
    named = [Remark("rewritten", "Tools", "tool_named", {"tool": name}) for name, _ in book.tools]
    return {"prompts": items, **schema, "tools": tools}, [*texts.remarks, *of_schema, *named]


def _about(text: str) -> dict[str, Any]:
    return {"type": "object", "description": text, "properties": {}} if text else {}


def _of_text(text: str) -> tuple[dict[str, Any], list[Remark]]:
    texts = prompts.prompts([(False, text)] if text else None)
    return {"prompts": texts.items, "return_type": "unstructured"}, list(texts.remarks)
