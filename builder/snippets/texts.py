"""The texts of the room, filled for a place."""

from functools import cache
from importlib.resources import files
from urllib.parse import quote as in_address

from builder.snippets.base import AgentHere, File, Place
from builder.snippets.quoting import Quote, Value, filled


def file(place: Place, name: str, language: str, quote: Quote, **more: Value) -> File:
    """The text of this name for the place's session or agent, with the place's values in it.

    `more` are values of a kind of its own, and come before the place's.
    """
    return File(name, language, filled(_text(_folder(place), name), {**values(place), **more}, quote))


def values(place: Place) -> dict[str, Value]:
    """What stands in for the marks. Ids go into addresses, so they are quoted for these."""
    here = place.here
    known: dict[str, Value] = {
        "base_url": place.base_url,
        "id": in_address(here.id, safe=""),
        "tokens_required": place.tokens_required,
    }
    if isinstance(here, AgentHere):
        known |= {"version": here.version, "values": here.placeholders, "file": f"{here.name}.json"}
    return known


def _folder(place: Place) -> str:
    return "agent" if isinstance(place.here, AgentHere) else "session"


@cache
def _text(folder: str, name: str) -> str:
    """Texts for both lie above the folders; those of Python end with .txt: no tool takes them for the product's own."""
    room = files(__package__).joinpath("texts")
    places = (room.joinpath(folder, name), room.joinpath(folder, f"{name}.txt"), room.joinpath(name))
    return next(place for place in places if place.is_file()).read_text("utf-8")
