"""A server between pages and the API, which keeps the token."""

from builder.snippets.base import About, AgentHere, File, Place, Snippet
from builder.snippets.quoting import javascript
from builder.snippets.texts import file, values


class Express(Snippet):
    name = "express"
    title = "Express"
    rank = 50
    about = About(
        en="For pages of yours: a small server that keeps the token and lets only these calls through.",
        es="Para tus páginas: un pequeño servidor que guarda el token y solo deja pasar estas llamadas.",
        de="Für deine Seiten: ein kleiner Server, der das Token behält und nur diese Aufrufe durchlässt.",
        fr="Pour vos pages : un petit serveur qui garde le jeton et ne laisse passer que ces appels.",
    )

    def files(self, place: Place) -> tuple[File, ...]:
        return (
            file(place, "server.mjs", "javascript", javascript, allowed=allowed(place)),
            file(place, "package.json", "json", javascript),
        )


def allowed(place: Place) -> tuple[str, ...]:
    """The calls that go through, each exactly so."""
    called = values(place)["id"]
    if isinstance(place.here, AgentHere):
        path = f"/v1/agents/{called}"
        return (f"GET {path}", f"GET {path}/versions/{place.here.version}")
    path = f"/v1/sessions/{called}"
    reads = (f"GET {path}/{what}" for what in ("status", "talk", "configuration"))
    return (*reads, f"POST {path}/message", f"POST {path}/stop")
