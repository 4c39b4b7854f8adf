"""Our own MCP server: the configuration stands in `server.py` as data. Nothing of it is run."""

from collections.abc import Mapping
from dataclasses import replace

from builder.importers.base import Document, Importer, Reading
from builder.importers.own import Own
from builder.importers.python_read import constant

_SIGNS = ("MCPServer(", "\nCONFIG = {")


class MCPImporter(Importer):
    name = "mcp"
    title = "MCP"
    rank = 2

    def recognises(self, document: Document) -> bool:
        return all(sign in document.text for sign in _SIGNS) and Own().recognises(_inside(document))

    def read(self, document: Document) -> Reading:
        folder = document.path.rpartition("/")[0]
        beside = f"{folder}/requirements.txt" if folder else "requirements.txt"
        return replace(Own().read(_inside(document)), used=frozenset({beside} & set(document.others)))


def _inside(document: Document) -> Document:
    """The configuration as a document of its own."""
    config = constant(document.text, "CONFIG")
    return replace(document, data=config if isinstance(config, Mapping) else None)
