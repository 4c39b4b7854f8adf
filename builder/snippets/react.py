"""A React hook on top of the JavaScript module."""

from builder.snippets.base import About, AgentHere, File, Place, Snippet
from builder.snippets.javascript import module
from builder.snippets.quoting import javascript
from builder.snippets.texts import file

PROXY = "/api"  # of the server that brought the page, as the Express snippet has it


class React(Snippet):
    name = "react"
    title = "React"
    rank = 40
    about = About(
        en="For pages made with React: a hook, and a component that uses it.",
        es="Para páginas hechas con React: un hook y un componente que lo usa.",
        de="Für Seiten mit React: ein Hook und eine Komponente, die ihn nutzt.",
        fr="Pour des pages faites avec React : un hook et un composant qui l’utilise.",
    )

    def files(self, place: Place) -> tuple[File, ...]:
        """A page never has a token: where one is needed, the page calls the server it came from."""
        agent = isinstance(place.here, AgentHere)
        hook, component = ("useAgent", "AgentForm") if agent else ("useInterview", "Interview")
        return (
            file(place, f"{hook}.mjs", "javascript", javascript),
            file(place, f"{component}.jsx", "jsx", javascript),
            *module(place, base_url=PROXY if place.tokens_required else place.base_url),
            file(place, f"{hook}.d.mts", "typescript", javascript),
        )
