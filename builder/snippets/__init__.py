"""Ready programs for one agent or one session: a person copies them and they run. One module a kind.

Their texts are files in `texts`, real programs but for marks like "<base_url>", which become literals of the language.
"""

from builder.core.plugins import kinds
from builder.snippets.base import Snippet


def all_snippets() -> tuple[Snippet, ...]:
    """Every kind, in the order in which they are shown."""
    import builder.snippets as room

    found = kinds(room, Snippet)  # type: ignore[type-abstract]
    return tuple(sorted((kind() for kind in found.values()), key=lambda snippet: snippet.rank))
