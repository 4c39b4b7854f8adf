"""What a configuration says of a tool server besides its name, address and tools, as OpenAI's APIs take it."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from builder.exporters.keyless import YOUR_KEY
from builder.exporters.notes import Note
from builder.exporters.toolbox import Server

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}")
_APPROVALS = ("always", "never")


def headers(mcp: Mapping[Any, Any]) -> dict[str, str]:
    """The names of the headers; values are keys for the most part, so a word stands for each."""
    said = mcp.get("headers")
    if not isinstance(said, Mapping) or not all(_is_header(name, value) for name, value in said.items()):
        return {}
    return dict.fromkeys(said, YOUR_KEY)


def of_headers(server: Server) -> list[Note]:
    """The notes of the values that were no keys to whoever cleaned the configuration."""
    others = [name for name in headers(server.mcp) if server.mcp["headers"][name] != YOUR_KEY]
    return [Note("rewritten", f"{server.field}.mcp.headers.{name}"[:200], "key_left_out") for name in others]


def approval(mcp: Mapping[Any, Any]) -> str | dict[str, Any]:
    """Which calls a person has to allow first: one word for all, or names of tools for each of the two words."""
    said = mcp.get("require_approval")
    if isinstance(said, str):
        return said if said in _APPROVALS else ""
    is_filter = isinstance(said, Mapping) and all(key in _APPROVALS and _is_filter(one) for key, one in said.items())
    return dict(said) if is_filter and said else {}


def about(mcp: Mapping[Any, Any]) -> str:
    said = mcp.get("server_description")
    return said if isinstance(said, str) and said.strip() else ""


SETTINGS: Mapping[str, Callable[[Mapping[Any, Any]], Any]] = {
    "server_description": about,
    "require_approval": approval,
    "headers": headers,
}


def settings(server: Server) -> dict[str, Any]:
    """Those that are there, by the names that OpenAI and configurations have for them."""
    return {key: value for key, read in SETTINGS.items() if (value := read(server.mcp))}


def _is_header(name: Any, value: Any) -> bool:
    return isinstance(name, str) and bool(_HEADER.fullmatch(name)) and isinstance(value, str | int | float)


def _is_filter(said: Any) -> bool:
    if not isinstance(said, Mapping) or not said or set(said) - {"tool_names", "read_only"}:
        return False
    names = said.get("tool_names", [])
    return isinstance(names, list) and all(isinstance(name, str) for name in names) and isinstance(
        said.get("read_only", False), bool
    )
