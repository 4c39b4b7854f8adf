"""All importers, found by discovery: a new one is one new module in this room."""

from functools import cache

from builder import importers
from builder.core.plugins import kinds
from builder.importers.base import Importer


@cache
def all_importers() -> tuple[Importer, ...]:
    """Every importer, in the order in which they are asked."""
    found = kinds(importers, Importer).values()  # type: ignore[type-abstract]
    return tuple(sorted((kind() for kind in found), key=lambda importer: (importer.rank, importer.name)))
