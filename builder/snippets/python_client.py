"""Python with the product's own client."""

from builder.snippets.base import About, AgentHere, File, Place, Snippet
from builder.snippets.quoting import python
from builder.snippets.texts import file


class PythonClient(Snippet):
    name = "python_client"
    title = "Python client"
    rank = 25
    about = About(
        en="For larger Python programs: the typed client builder_client, which also tries again.",
        es="Para programas más grandes en Python: el cliente con tipos builder_client, que también reintenta.",
        de="Für größere Python-Programme: der typisierte Client builder_client, der es auch erneut versucht.",
        fr="Pour des programmes Python plus grands : le client typé builder_client, qui réessaie aussi.",
    )

    def files(self, place: Place) -> tuple[File, ...]:
        name = "read_agent.py" if isinstance(place.here, AgentHere) else "talk.py"
        return (file(place, name, "python", python),)
