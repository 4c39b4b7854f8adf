"""Copies of a document in each of which one part is of another kind, or gone."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from builder.importers.base import Document, Importer, Reading

ODD: tuple[Any, ...] = (None, 7, True, "odd", [], {}, [None, 1, "a", {}, []], {"a": None, "b": [1]}, [["deep"]], 1e308)


def broken(value: Any) -> Iterator[Any]:
    for way in _ways(value, ()):
        for odd in ODD:
            whole = deepcopy(value)
            held = whole
            for key in way[:-1]:
                held = held[key]
            held[way[-1]] = deepcopy(odd)
            yield whole


def _ways(value: Any, way: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield (*way, key)
        yield from _ways(part, (*way, key))


def read_all(importer: Importer, value: Any) -> list[Reading]:
    """Every broken copy that is still recognised, as it is read; each remark has its words."""
    found = list[Reading]()
    for copy in broken(value):
        document = Document("agent.json", "", copy)
        if importer.recognises(document):
            found.append(importer.read(document))
            assert all(remark.text for remark in found[-1].remarks)
    return found
