"""Texts of Dify: gaps `{{#node.variable#}}` of its flows, `{{variable}}` of its simple apps and of Jinja."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from builder.importers.prompts import DOUBLE, HINT, Parts, parts
from builder.importers.remarks import Remark

GAP = re.compile(r"\{\{#(?P<name>[\w-]{1,60}(?:\.[\w-]{1,60}){0,8})#\}\}")
_COMMAND = re.compile(r"\{%.{0,200}?%\}|\{#.{0,200}?#\}", re.DOTALL)
MESSAGE = "message"
_OF_SYSTEM = {"sys.query": MESSAGE, "query": MESSAGE, "context": "context", "histories": "history"}
LONGEST_SHOWN = 80


@dataclass
class Gaps:
    """What the gaps of an app are called here. `titles`: node -> its title, "" for those that only ask for values;
    `hints`: sentences, by Dify's names at first and by `said` when all texts were cut."""

    titles: Mapping[str, str] = field(default_factory=dict)
    hints: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)  # a way, or a name -> how the placeholder is called
    remarks: list[Remark] = field(default_factory=list)
    _taken: dict[str, int] = field(default_factory=dict)

    def cut(self, text: str, where: str) -> Parts:
        """A text of a flow."""
        return [(is_gap, self._called(piece, where) if is_gap else piece) for is_gap, piece in parts(text, GAP)]

    def cut_jinja(self, text: str, ways: Mapping[str, str], where: str) -> Parts:
        """A text in Jinja; `ways`: its names -> ways."""
        self.remarks += [
            Remark("rewritten", where, "template_kept", {"text": match[0][:LONGEST_SHOWN]})
            for match in _COMMAND.finditer(text)
        ]
        found = parts(text, DOUBLE)
        return [(is_gap, self._called(ways.get(piece, piece), where) if is_gap else piece) for is_gap, piece in found]

    def sentences(self) -> dict[str, str]:
        """By how the placeholders are called."""
        known = {name: self.hints[way] for way, name in self.said.items() if way in self.hints}
        own = {name: HINT for way, name in self.said.items() if _OF_SYSTEM.get(way) == MESSAGE}
        return {**own, **known}

    def _called(self, way: str, where: str) -> str:
        if way not in self.said:
            node, _, last = way.rpartition(".")
            title = self.titles.get(node.split(".")[0], "") if node else ""
            wanted = _OF_SYSTEM.get(way, f"{title} {last}".strip())
            self.said[way] = self._unlike(wanted)
            if way in _OF_SYSTEM or title:
                self.remarks.append(Remark("rewritten", where, "template_rewritten", {"name": self.said[way][:80]}))
        return self.said[way]

    def _unlike(self, name: str) -> str:
        """The name, with a number behind it where it is taken."""
        found, number = name, self._taken.get(name, 1)
        while found in self._taken:
            number += 1
            found = f"{name}_{number}"
        self._taken |= {name: number, found: 1}
        return found


def hint_of(variable: Mapping[Any, Any]) -> str:
    """What a form says of a value it asks for."""
    said = [variable.get(key) for key in ("label", "description")]
    return next((text for text in said if isinstance(text, str) and text.strip()), "")
