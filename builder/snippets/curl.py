"""curl, in a shell."""

from builder.snippets.base import About, AgentHere, File, Place, Snippet
from builder.snippets.quoting import shell
from builder.snippets.texts import file


class Curl(Snippet):
    name = "curl"
    title = "curl"
    rank = 10
    about = About(
        en="For a first try in a terminal, and for shell scripts.",
        es="Para una primera prueba en una terminal y para scripts de shell.",
        de="Für einen ersten Versuch im Terminal und für Shell-Skripte.",
        fr="Pour un premier essai dans un terminal et pour des scripts shell.",
    )

    def files(self, place: Place) -> tuple[File, ...]:
        name = "agent.sh" if isinstance(place.here, AgentHere) else "interview.sh"
        return (file(place, name, "bash", shell),)
