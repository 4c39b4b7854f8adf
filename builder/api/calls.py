"""Which calls there are: the methods that an address takes."""

from collections import defaultdict
from collections.abc import Sequence

from fastapi.routing import APIRoute
from starlette.types import Scope


class Calls:
    """The routes of the API. Several may stand at one address, each with methods of its own."""

    def __init__(self, routes: Sequence[APIRoute]) -> None:
        known: defaultdict[str, set[str]] = defaultdict(set)
        for route in routes:
            known[route.path] |= route.methods or set()
        self._known = [(route.path_regex, frozenset(known[route.path])) for route in routes]

    def methods(self, scope: Scope) -> frozenset[str]:
        """All that the address of a request takes; the path in its one spelling. A name comes before a parameter."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        return next((methods for at, methods in self._known if at.match(path)), frozenset())
