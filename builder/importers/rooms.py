"""Texts that came together: which of them are agents, and why each other text is none."""

import re

from builder.importers.asking import Found, asked
from builder.importers.base import Document
from builder.importers.budget import Budget
from builder.importers.documents import Room, documents
from builder.importers.once import each_once, without_parts
from builder.importers.python_tree import flaw, unfenced
from builder.importers.refusals import Refused
from builder.importers.registry import all_importers

_SCRIPT = re.compile(r"\bnew Agent(?:<[^>\n]{0,80}>)?\(|Agent\.create\(|[\"']@openai/agents[\"']")
_PYTHON = re.compile(r"^(?:from|import) agents\b", re.MULTILINE)
GUESS = 9  # the rank of importers that are asked only where nothing surer was found
_ABOUT = re.compile(r"\A(?:readme|licen[sc]e|change(?:log|s)|contributing|notice|requirements)\b.*", re.IGNORECASE)
_README = re.compile(r"\Areadme(?:\.(?:md|markdown|txt))?", re.IGNORECASE)


def agents_of(room: Room, budget: Budget | None = None) -> tuple[list[Found], list[Refused]]:
    """Every agent once, and why each other text is none. `budget` is taken from; without one, the room has its own."""
    budget = budget or Budget()
    read, refused = documents(room, budget)
    sure = asked(read, [one for one in all_importers() if one.rank < GUESS], room.texts, budget)
    found, left = sure.found, sure.unknown
    refused += sure.refused
    if found:
        left = [document for document in left if not (room.is_archive and _is_readme(document.path))]
    else:
        likely = [document for document in left if not (room.is_archive and _is_about(document.path))]
        guessed = asked(likely, [one for one in all_importers() if one.rank >= GUESS], room.texts, budget)
        found = guessed.found
        refused += guessed.refused
        told = [*(one.path.split("#")[0] for one in found), *(one.path for one in guessed.refused)]
        left = [document for document in left if document.path not in set(told)]
    whole, used = without_parts(found)
    refused += [_no_agent(document) for document in left if document.path not in used]
    once, again = each_once(whole)
    return once, [*refused, *again]


def _no_agent(document: Document) -> Refused:
    """Programs have reasons of their own."""
    text, is_python = document.text, document.path.lower().endswith(".py")
    if _SCRIPT.search(text):
        return Refused(document.path, "typescript")
    if (is_python or _PYTHON.search(text)) and (line := flaw(unfenced(text))) is not None:
        return Refused(document.path, "broken_python", {"line": line})
    return Refused(document.path, "no_agent")


def _is_readme(path: str) -> bool:
    """Beside agents it is read by people, as in our own archives; nobody waits for an agent in it."""
    return _README.fullmatch(path.rsplit("/", 1)[-1]) is not None


def _is_about(path: str) -> bool:
    """A text about a folder, or a program, is no prompt."""
    name = path.rsplit("/", 1)[-1]
    return _ABOUT.fullmatch(name) is not None or not name.lower().endswith((".txt", ".md", ".markdown", ".prompt"))
