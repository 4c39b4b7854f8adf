"""Texts that came together as documents, as far as the budget of an import goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from builder.importers.base import Document
from builder.importers.budget import Budget
from builder.importers.parsing import parse, yaml_in
from builder.importers.refusals import Refused, Unreadable


@dataclass(frozen=True, slots=True)
class Room:
    """`before` stands before the paths when they are shown."""

    texts: Mapping[str, str]
    before: str = ""
    is_archive: bool = False


def documents(room: Room, budget: Budget) -> tuple[list[Document], list[Refused]]:
    """Those that could be read, and why the others could not."""
    found, refused = list[Document](), list[Refused]()
    for path, text in room.texts.items():
        try:
            found.append(Document(path, text, _data(path, text, budget)))
        except Unreadable as error:
            refused.append(Refused(path, error.code, error.params))
    return found, refused


def _data(path: str, text: str, budget: Budget) -> Any:
    budget.go_on()
    budget.take_values(0)
    budget.take_yaml(len(yaml_in(text, path)))
    data = parse(text, path)
    budget.take_values(_count(data))
    return data


def _count(value: Any) -> int:
    """Of all values in it, without recursion; of what YAML repeats, each time."""
    waiting, count = [value], 0
    while waiting:
        item = waiting.pop()
        count += 1
        waiting.extend(item.values() if isinstance(item, dict) else item if isinstance(item, list) else ())
    return count
