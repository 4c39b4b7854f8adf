"""Reading a document in a test, and what was told of it."""

from typing import Any

from builder.core.check import check
from builder.importers.base import Document, Importer, Reading


def sound(importer: Importer, document: Document) -> Reading:
    """What the importer reads: it knows the document, finds a whole configuration, and each remark has its words."""
    assert importer.recognises(document)
    reading = importer.read(document)
    assert check(dict(reading.values)) == []
    assert all(remark.text for remark in reading.remarks)
    return reading


def places(reading: Reading) -> set[tuple[str, str]]:
    """Where, and by which code."""
    return {(remark.where, remark.code) for remark in reading.remarks}


def told(reading: Any) -> set[tuple[str, str, str]]:
    """Kind, place and code of each remark; each has its words."""
    assert all(remark.text for remark in reading.remarks)
    return {(remark.kind, remark.where, remark.code) for remark in reading.remarks}
