"""What the targets share that run on Pydantic AI: which tools, servers and settings of the model it knows."""

from typing import Any

from builder.core.agent import AgentConfig
from builder.exporters import models_named
from builder.exporters.notes import Note
from builder.exporters.toolbox import Server, Toolbox, reachable

PROVIDERS = ("google", "openai", "anthropic")
BUILT_IN = {"web_search": "WebSearch", "web_browse": "WebFetch", "web_fetch": "WebFetch"}
_REACH_SERVERS = ("openai", "anthropic")
_SETTINGS = ("temperature", "top_p", "max_tokens", "presence_penalty", "frequency_penalty", "seed")


def settings(config: AgentConfig, platform: str) -> models_named.Settings:
    return models_named.settings(config, platform, {name: name for name in _SETTINGS})


def servers(tools: Toolbox, provider: str) -> list[Server]:
    """The MCP servers that the model's provider calls; to call them from here takes a further package."""
    return reachable(tools) if provider in _REACH_SERVERS else []


def capabilities(tools: Toolbox, called: list[Server]) -> list[Any]:
    return [*(name for _, name in tools.built_in), *map(_server, called)]


def _server(server: Server) -> dict[str, Any]:
    allowed = {"allowed_tools": list(server.tools)} if server.tools else {}
    return {"MCP": {"url": server.url, "id": server.label, "native": True, "local": False, **allowed}}


def trimmed(content: str, platform: str) -> tuple[Note, ...]:
    """A note where blanks at the ends of the instructions do not reach the model."""
    note = Note("rewritten", "system_prompt", "ends_trimmed", {"platform": platform})
    return (note,) if content != content.strip() else ()
