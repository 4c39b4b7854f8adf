"""The body of a Prompty file: messages below lines with a role, with Jinja or Mustache in their texts."""

import re
from collections.abc import Mapping
from typing import Any

from builder.importers.prompts import Parts
from builder.importers.remarks import Remark

_ROLE = re.compile(
    r"\A[ \t]*+#?[ \t]*+(system|user|assistant|developer|function)(?:\[[^\n]*\])?[ \t]*+:[ \t]*+\r?", re.IGNORECASE
)
LONGEST_ROLE = 200  # characters of a line
_TAG = re.compile(
    r"\{\{\{[ \t]*(?P<triple>[A-Za-z_]\w*)[ \t]*\}\}\}|\{\{[ \t]*(?P<name>[A-Za-z_]\w*)[ \t]*\}\}"
    r"|\{\{-?[ \t]*(?P<text>'[^'\n]*'|\"[^\"\n]*\")[ \t]*-?\}\}"
    r"|\{#(?P<comment>[^#]*)#\}|(?P<command>\{%[^%\n]*%\}|\{\{[^{}\n]*\}\})"
)
LONGEST_SHOWN = 80


def messages(text: str) -> list[tuple[str, str]]:
    """(role, text) in their order; a text without a role is the system's."""
    found, role, lines = list[tuple[str, str]](), "system", list[str]()
    for line in text.split("\n"):
        match = _ROLE.fullmatch(line) if len(line) <= LONGEST_ROLE else None
        if match is None:
            lines.append(line)
            continue
        found.append((role, "\n".join(lines)))
        role, lines = match[1].lower(), []
    found.append((role, "\n".join(lines)))
    return [(role, text) for role, text in found if text.strip()]


def cut(text: str, where: str, remarks: list[Remark]) -> Parts:
    """The text at its gaps. What is more than a name stays text, with a remark; nothing is run."""
    found, end = list[tuple[bool, str]](), 0
    for match in _TAG.finditer(text):
        found += [(False, text[end : match.start()]), _piece(match)]
        end = match.end()
        if match["comment"] is not None:
            remarks.append(Remark("left_out", where, "comment_left_out"))
        if match["command"]:
            remarks.append(Remark("rewritten", where, "template_kept", {"text": match[0][:LONGEST_SHOWN]}))
    return [part for part in (*found, (False, text[end:])) if part[1]]


def _piece(match: re.Match[str]) -> tuple[bool, str]:
    if match["name"] or match["triple"]:
        return True, match["name"] or match["triple"]
    if match["text"]:
        return False, match["text"][1:-1]
    return False, "" if match["comment"] is not None else match[0]


def hints(said: Any) -> tuple[dict[str, str], list[str]]:
    """Sentences of the inputs by name, and the names that are declared. Inputs are a list, a mapping or a sample."""
    found, names = dict[str, str](), list[str]()
    entries = said.items() if isinstance(said, Mapping) else ()
    each = [(name, one) for name, one in entries] or [
        (one.get("name"), one) for one in (said if isinstance(said, list) else ()) if isinstance(one, Mapping)
    ]
    for name, one in each:
        if isinstance(name, str) and name:
            names.append(name)
            text = one.get("description") if isinstance(one, Mapping) else None
            if isinstance(text, str) and text.strip():
                found[name] = text
    return found, names
