"""AGENTS.md and its like: free text that tells coding agents how to work. The file's name is the only sign."""

from pathlib import PurePosixPath

from builder.importers import skill
from builder.importers.base import Document, Importer, Reading

_NAMES = frozenset(("agents.md", "claude.md", "gemini.md", "copilot-instructions.md"))


class AgentsMdImporter(Importer):
    name = "agents_md"
    title = "AGENTS.md"
    rank = 9

    def recognises(self, document: Document) -> bool:
        place = PurePosixPath(document.path.replace("\\", "/"))
        return place.name.lower() in _NAMES and bool(document.text.strip())

    def read(self, document: Document) -> Reading:
        return skill.read(document)
