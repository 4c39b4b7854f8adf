"""All exporters, found by discovery: a new one is one new module in this room."""

from functools import cache

from builder import exporters
from builder.core.errors import NotFound
from builder.core.plugins import kinds
from builder.exporters.base import Exporter


@cache
def all_exporters() -> tuple[Exporter, ...]:
    """Every exporter, by rank."""
    found = kinds(exporters, Exporter).values()  # type: ignore[type-abstract]
    return tuple(sorted((kind() for kind in found), key=lambda exporter: (exporter.rank, exporter.name)))


def find(name: str) -> Exporter:
    """The exporter with this name. Raises NotFound."""
    for exporter in all_exporters():
        if exporter.name == name:
            return exporter
    raise NotFound(f"There is no export “{name}”.", "See the list: python -m builder export", what="target")
