"""Handlebars read as text with gaps. Nothing is run: what is more than a name stands as text."""

import re
from dataclasses import dataclass
from itertools import groupby

from builder.importers.remarks import Kind, Remark

_CLOSED = re.compile(r"\{\{\{(?P<raw>[^{}]*)\}\}\}|\{\{(?P<before>~?)(?P<told>[^{}]*?)(?P<after>~?)\}\}")
_NAME = re.compile(r"\A&?\s*+(?:this\.|@root\.)?(?P<name>[A-Za-z_][\w.-]*)")
_COMMANDS = frozenset(("else", "this", "true", "false", "null", "undefined"))
LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Template:
    """`parts`: (True, a name) or (False, text)."""

    parts: list[tuple[bool, str]]
    remarks: tuple[Remark, ...]


def template(text: str, where: str) -> Template:
    reading = _Reading(where)
    end, last_comment = 0, text.rfind("--}}")
    while (start := text.find("{{", end)) >= 0:
        before = text[end:start]
        slashes = len(before) - len(before.rstrip("\\"))
        reading.text(before[: len(before) - slashes + slashes // 2])
        end = start + 2
        if slashes % 2:
            reading.text("{{")
        elif text.startswith("{{!--", start) and start < last_comment:
            end = text.index("--}}", start) + 4
            reading.told("comment_left_out", "{{!--")
        elif gap := _CLOSED.match(text, start):
            reading.gap(gap)
            end = gap.end()
        else:
            reading.text("{{")
            reading.told("template_kept", "{{")
    reading.text(text[end:])
    return Template(reading.joined(), tuple(reading.remarks.values()))


class _Reading:
    def __init__(self, where: str) -> None:
        self.where = where
        self.parts: list[tuple[bool, str]] = []
        self.remarks: dict[str, Remark] = {}
        self.trims = False

    def text(self, text: str) -> None:
        if self.trims:
            text = text.lstrip()
            self.trims = not text
        if text:
            self.parts.append((False, text))

    def gap(self, match: re.Match[str]) -> None:
        said = match["raw"] if match["raw"] is not None else match["told"]
        if match["before"]:
            self._trim()
        if said.startswith("!"):
            self.told("comment_left_out", match[0])
        elif (name := _NAME.fullmatch(said.strip())) and name["name"] not in _COMMANDS:
            self.parts.append((True, name["name"].rstrip(".-")))
            self.trims = False
        else:
            self.text(match[0])
            self.told("template_kept", match[0])
        self.trims = self.trims or bool(match["after"])

    def told(self, code: str, command: str) -> None:
        """Once for each command."""
        kind: Kind = "left_out" if code == "comment_left_out" else "rewritten"
        shown = command[:LONGEST_SHOWN]
        self.remarks.setdefault(shown, Remark(kind, self.where, code, {"text": shown}))

    def _trim(self) -> None:
        """Takes the blanks away that the text before ends with."""
        while self.parts and not self.parts[-1][0]:
            bare = self.parts.pop()[1].rstrip()
            if bare:
                self.parts.append((False, bare))
                return

    def joined(self) -> list[tuple[bool, str]]:
        found = list[tuple[bool, str]]()
        for is_gap, each in groupby(self.parts, key=lambda part: part[0]):
            texts = [text for _, text in each]
            found += [(True, name) for name in texts] if is_gap else [(False, "".join(texts))]
        return found
