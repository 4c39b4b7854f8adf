"""JavaScript with its types for TypeScript."""

from builder.snippets.base import About, AgentHere, File, Place, Snippet
from builder.snippets.quoting import Value, javascript
from builder.snippets.texts import file


class JavaScript(Snippet):
    name = "javascript"
    title = "JavaScript / TypeScript"
    rank = 30
    about = About(
        en="For browsers and Node: a module, its types for TypeScript, and an example.",
        es="Para navegadores y Node: un módulo, sus tipos para TypeScript y un ejemplo.",
        de="Für Browser und Node: ein Modul, seine Typen für TypeScript und ein Beispiel.",
        fr="Pour les navigateurs et Node : un module, ses types pour TypeScript et un exemple.",
    )

    def files(self, place: Place) -> tuple[File, ...]:
        return (*module(place), file(place, "example.mjs", "javascript", javascript))


def module(place: Place, **more: Value) -> tuple[File, ...]:
    """The module and its types, which other kinds build on."""
    name = "agent" if isinstance(place.here, AgentHere) else "interview"
    return (
        file(place, f"{name}.mjs", "javascript", javascript, **more),
        file(place, f"{name}.d.mts", "typescript", javascript),
    )
