"""Tool servers (MCP) as documents name them: a name, an address, the tools that may be used."""

from collections.abc import Mapping
from typing import Any

from builder.importers.remarks import Remark
from builder.importers.taking import Taking

_NAMES = ("name", "id", "label", "server_label")
_ADDRESSES = ("url", "server_url", "endpoint")
_RUNS = ("command", "args", "cwd", "env")


def server(said: Mapping[Any, Any], where: str) -> tuple[list[Any], list[Remark]]:
    """At most one tool. A server that is a program to be started is named, and not taken over."""
    told = Taking(said, where)
    told.passed("native", "local", "type", "transport")
    told.refuse("runs_code", *_RUNS)
    name = next(filter(None, (told.text(key) for key in _NAMES)), "")
    address = next(filter(None, (told.text(key) for key in _ADDRESSES)), "")
    tools = told.texts("allowed_tools") or told.texts("tools")
    mcp = {key: value for key, value in {"name": name, "url": address, "tools": tools}.items() if value}
    return ([{"mcp": mcp}] if mcp else []), told.rest()
