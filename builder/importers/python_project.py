"""Our own Python project: its `agent.json` is the configuration; its other files are made from that."""

from builder.importers.base import Document, Importer, Reading
from builder.importers.own import Own

_BESIDE = ("setup.json", "agent.py", "prompts.py", "__main__.py")


class PythonProjectImporter(Importer):
    name = "python_project"
    title = "Python"
    rank = 0  # before our own file by itself

    def recognises(self, document: Document) -> bool:
        folder, _, name = document.path.rpartition("/")
        beside = {f"{folder}/{other}" if folder else other for other in _BESIDE}
        return name == "agent.json" and beside <= set(document.others) and Own().recognises(document)

    def each(self, document: Document) -> tuple[Document, ...]:
        return Own().each(document)

    def read(self, document: Document) -> Reading:
        """What our own file says. The rest of the project belongs to it, so that nobody is told of each file."""
        reading = Own().read(document)
        package = document.path.rpartition("/")[0]
        around = package.rpartition("/")[0]
        within = f"{around}/" if around else ""
        return Reading(reading.values, reading.remarks, frozenset(p for p in document.others if p.startswith(within)))
