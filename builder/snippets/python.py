"""Python with nothing but its standard library."""

from builder.snippets.base import About, AgentHere, File, Place, Snippet
from builder.snippets.quoting import python
from builder.snippets.texts import file


class Python(Snippet):
    name = "python"
    title = "Python"
    rank = 20
    about = About(
        en="For any Python program: one file that needs nothing else.",
        es="Para cualquier programa en Python: un archivo que no necesita nada más.",
        de="Für jedes Python-Programm: eine Datei, die sonst nichts braucht.",
        fr="Pour tout programme Python : un fichier qui n’a besoin de rien d’autre.",
    )

    def files(self, place: Place) -> tuple[File, ...]:
        name = "agent.py" if isinstance(place.here, AgentHere) else "interview.py"
        return (file(place, name, "python", python),)
