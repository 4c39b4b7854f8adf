"""What a tab has on its desk: what came and was understood, what was not, and what became of it.

It lies in the session state, so that no error, rerun or visit to another page loses it.
"""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from builder.core.check import check
from builder.core.convert import to_agent
from builder.core.difference.compare import compare
from builder.core.difference.facts import Fact
from builder.core.problem import Problem
from builder.services.imports import Brought, Candidate, Choice, OnConflict
from builder.ui import bridge, state

if TYPE_CHECKING:
    from builder.importers.intake import Item, Upload
    from builder.importers.refusals import Refused


@dataclass
class Piece:
    """One that could be brought in. `session`: the interview in which it is being finished."""

    number: int
    candidate: Candidate
    wanted: bool = True
    on_conflict: OnConflict = "version"
    brought: Brought | None = None
    session: str | None = None
    _told: tuple[Candidate, tuple[Fact, ...]] | None = None

    @property
    def item(self) -> "Item":
        return self.candidate.item

    @property
    def values(self) -> dict[str, Any]:
        return dict(self.item.values)

    @property
    def is_ready(self) -> bool:
        """Could it be brought in now?"""
        return self.brought is None and self.session is None and self.candidate.standing in ("new", "conflict")

    @property
    def is_left(self) -> bool:
        """Does the person want the agent of its name to stay as it is?"""
        return self.candidate.standing == "conflict" and self.on_conflict == "skip"

    @property
    def differences(self) -> tuple[Fact, ...]:
        """What is other than in the gallery's agent of its name; worked out once, as a page asks at every press."""
        if self._told is None or self._told[0] is not self.candidate:
            there = self.candidate.agent
            found = () if there is None else compare(there.config, to_agent(self.item.values).to_json()).fields
            self._told = self.candidate, tuple(fact for each in found for fact in each.facts)
        return self._told[1]

    def key(self, name: str) -> str:
        return f"{name}@piece{self.number}"


@dataclass
class Desk:
    """`round` grows when the boxes are emptied; `refused` are the files of the last time, and
    `not_opened` the address, with why."""

    pieces: list[Piece] = field(default_factory=list)
    refused: "tuple[Refused, ...]" = ()
    not_opened: tuple[str, Problem] | None = None
    round: int = 0
    begun: int = 0

    @property
    def open(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.brought is None]

    @property
    def done(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.brought is not None]

    @property
    def decided(self) -> list[Piece]:
        return [piece for piece in self.open if piece.wanted and piece.is_ready]

    @property
    def chosen(self) -> list[Piece]:
        """What a press brings in; what is left is not among it."""
        return [piece for piece in self.decided if not piece.is_left]


def desk() -> Desk:
    found = state.get(state.IMPORTING)
    if not isinstance(found, Desk):
        found = Desk()
        state.put(state.IMPORTING, found)
    return found


def look(desk: Desk, uploads: "list[Upload]") -> None:
    """What came joins what lies there; the same once more does not."""
    preview = bridge.run(bridge.app().imports.preview(uploads))
    there = [piece.item for piece in desk.open]
    for candidate in preview.candidates:
        if candidate.item not in there:
            desk.begun += 1
            desk.pieces.append(Piece(desk.begun, candidate))
    desk.refused, desk.not_opened = preview.refused, None


def clear(desk: Desk) -> None:
    """An empty desk, and empty boxes."""
    desk.pieces, desk.refused, desk.not_opened = [], (), None
    desk.round += 1


def change(piece: Piece, values: dict[str, Any]) -> None:
    """Other values; how it stands is looked at anew."""
    item = replace(piece.item, values=values, problems=tuple(check(values)))
    piece.candidate = bridge.run(bridge.app().imports.candidate(item))


def bring(desk: Desk) -> None:
    """All that are chosen, one by one: what is done stays done, whatever happens to the next."""
    for piece in desk.decided:
        choice = Choice(piece.values, piece.on_conflict if piece.candidate.standing == "conflict" else None)
        choice = replace(choice, source=piece.item.title)
        (brought,) = bridge.run(bridge.app().imports.bring([choice]))
        if brought.outcome != "refused":
            piece.brought = brought
            continue
        change(piece, piece.values)  # somebody was faster: it is shown as it stands now
        if brought.error is not None and not brought.problems:
            raise brought.error
