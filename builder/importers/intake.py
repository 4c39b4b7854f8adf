"""Files and pasted texts as agents: what was understood, what was not, and why.

Whatever the bytes are, it does not raise; and it ends, as one budget counts what is read of all files together.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from builder.core.check import check
from builder.core.problem import Problem
from builder.importers.archive import is_archive, open_archive, safe_path
from builder.importers.asking import Found
from builder.importers.budget import Budget
from builder.importers.decoding import decode
from builder.importers.documents import Room
from builder.importers.refusals import Refused, Unreadable
from builder.importers.remarks import Remark
from builder.importers.rooms import agents_of

MOST_UPLOADS = 200
LARGEST_TOGETHER = 12_000_000  # bytes of all uploads
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Upload:
    """`name` is the file's, "" when its text was pasted."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Item:
    """An agent as far as it was understood. `title` is the importer's. `problems`: of core/check, with mends."""

    path: str
    importer: str
    title: str
    values: Mapping[str, Any]
    problems: tuple[Problem, ...]
    remarks: tuple[Remark, ...]

    def to_json(self) -> dict[str, Any]:
        told = {"path": self.path, "importer": self.importer, "title": self.title, "values": dict(self.values)}
        problems, remarks = [one.to_json() for one in self.problems], [one.to_json() for one in self.remarks]
        return {**told, "problems": problems, "remarks": remarks}


@dataclass(frozen=True, slots=True)
class Intake:
    items: tuple[Item, ...]
    refused: tuple[Refused, ...]


def intake(uploads: Sequence[Upload]) -> Intake:
    """Every agent in the uploads, in their order; whatever the bytes are."""
    if len(uploads) > MOST_UPLOADS:
        return Intake((), (Refused("", "too_many_uploads", {"most": MOST_UPLOADS}),))
    if sum(len(upload.content) for upload in uploads) > LARGEST_TOGETHER:
        return Intake((), (Refused("", "too_large", {"longest": "12 MB"}),))
    items, refused, budget = list[Item](), list[Refused](), Budget()
    for room in _rooms(uploads, refused):
        found, left = _agents(room, budget)
        items += found
        refused += left
    return Intake(tuple(items), tuple(refused))


def _rooms(uploads: Sequence[Upload], refused: list[Refused]) -> Iterable[Room]:
    """What belongs together: the members of an archive, all loose files, each pasted text by itself."""
    loose, taken = dict[str, str](), set[str]()
    for upload in uploads:
        name = _other_name(_plain_name(upload.name, upload.content), taken)
        taken |= {name} - {""}
        try:
            if is_archive(upload.content):
                opened = open_archive(upload.content)
                before = f"{name}/" if len(uploads) > 1 else ""
                refused += [replace(one, path=before + one.path) for one in opened.refused]
                yield Room(opened.texts, before, is_archive=True)
            elif name:
                loose[name] = decode(upload.content)
            else:
                yield Room({"": decode(upload.content)})
        except Unreadable as error:
            refused.append(Refused(name if upload.name else "", error.code, error.params))
    if loose:
        yield Room(loose)


def _plain_name(name: str, content: bytes) -> str:
    """The last part of the name, as a path that leads nowhere; what is no name is "file"."""
    last = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    try:
        return safe_path(last) if name else "archive" if is_archive(content) else ""
    except Unreadable:
        return "file"


def _other_name(name: str, taken: Set[str]) -> str:
    """The name, with a number where it is taken; "" stays."""
    stem, dot, ending = name.partition(".")
    names = (name, *(f"{stem}-{number}{dot}{ending}" for number in range(2, len(taken) + 3)))
    return next(tried for tried in names if tried not in taken)


def _agents(room: Room, budget: Budget) -> tuple[list[Item], list[Refused]]:
    try:
        found, refused = agents_of(room, budget)
        items = list[Item]()
        for one in found:
            try:
                budget.go_on()
                items.append(_item(one, room))
            except Unreadable as error:
                refused.append(Refused(one.path, error.code, error.params))
        return items, [replace(one, path=room.before + one.path) for one in refused]
    except Exception:  # noqa: BLE001 - it is logged; an importer's fault must not cost the other files
        _log.exception("an import failed")
        return [], [Refused(room.before + path, "not_read") for path in room.texts]


def _item(found: Found, room: Room) -> Item:
    importer = found.importer
    problems = tuple(check(found.values))
    return Item(room.before + found.path, importer.name, importer.title, found.values, problems, found.remarks)
