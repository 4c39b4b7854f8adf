"""Which tools of an MCP server may be used: `tools` and `allowed_tools`, with names or with objects that have one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KEYS = ("tools", "allowed_tools")
_FILTER = "tool_names"  # OpenAI's filter is an object with this list
_ALL = "*"


@dataclass(frozen=True, slots=True)
class Allowed:
    """`names`: none for all tools of the server. The rest are ways below the server: what only `tools` names where
    `allowed_tools` leaves it out, what has no name, and what objects say besides their name."""

    names: tuple[str, ...]
    refused: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()


def allowed(mcp: Mapping[str, Any]) -> Allowed:
    """Where both keys name some tools, those of both; where they have none in common, all that they name."""
    reading = _Reading()
    listed, chosen = (reading.names(key, mcp.get(key)) for key in KEYS)
    named = {**chosen, **listed}
    names = [name for name in chosen if name in listed] or list(dict.fromkeys([*listed, *chosen]))
    refused = tuple(way for name, way in named.items() if name not in names)
    return Allowed(tuple(names), refused, tuple(reading.unread), tuple(reading.besides))


class _Reading:
    def __init__(self) -> None:
        self.unread = list[str]()
        self.besides = list[str]()

    def names(self, key: str, said: Any) -> dict[str, str]:
        """The names, each with the way to it."""
        if isinstance(said, Mapping) and _FILTER in said:
            self.unread += [f"{key}.{str(other)[:80]}" for other in said if other != _FILTER]
            key, said = f"{key}.{_FILTER}", said[_FILTER]
        if isinstance(said, str):
            said = [said]
        if not isinstance(said, list) or not said:
            self.unread += [] if said is None else [key]
            return {}
        found = dict[str, str]()
        for place, item in enumerate(said):
            self._take(item, f"{key}.{place}", found)
        return {} if _ALL in found else found

    def _take(self, item: Any, way: str, found: dict[str, str]) -> None:
        name = item.get("name") if isinstance(item, Mapping) else item
        if not isinstance(name, str) or not name.strip():
            self.unread.append(way)
            return
        found.setdefault(name, way)
        if isinstance(item, Mapping):
            self.besides += [f"{way}.{str(key)[:80]}" for key in item if key != "name"]
