"""Tool servers (MCP) as documents name them: a name, an address, the tools that may be used."""

from collections.abc import Mapping
from typing import Any

from builder.exporters.keyless import YOUR_KEY
from builder.exporters.server_settings import approval
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
    whole = {"name": name, "url": address, "tools": tools, **_settings(told, said)}
    mcp = {key: value for key, value in whole.items() if value}
    return ([{"mcp": mcp}] if mcp else []), told.rest()


def _settings(told: Taking, said: Mapping[Any, Any]) -> dict[str, Any]:
    """What OpenAI's API knows besides. Of headers only those that have the word of our exports for every key."""
    found: dict[str, Any] = {"server_description": told.text("server_description")}
    if approval(said):
        found["require_approval"] = told.anything("require_approval")
    headers = said.get("headers")
    if isinstance(headers, Mapping) and all(isinstance(n, str) and v == YOUR_KEY for n, v in headers.items()):
        found["headers"] = told.mapping("headers")
    return found
