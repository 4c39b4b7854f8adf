"""Anthropic, managed agents: the body of `beta.agents.create`. A result of a fixed form is a tool that is called."""

from typing import Any

from builder.core.agent import AgentConfig
from builder.exporters import models_named
from builder.exporters.base import Export, Exporter, File
from builder.exporters.fitting import FIELD, Fitted, fit
from builder.exporters.free_name import free
from builder.exporters.instructions import as_text
from builder.exporters.notes import Note, left_out
from builder.exporters.pairs import pairs, without_empty
from builder.exporters.subset import NO_REFERENCES
from builder.exporters.toolbox import Function, Server, Toolbox, reachable, server_notes, takes, toolbox
from builder.exporters.writing import as_json

TITLE = "Anthropic Managed Agents"
RESULT, ABOUT_RESULT = "submit_result", "Give your result here, once, at the end."
LONGEST = 100_000  # characters of the system prompt, by the API's reference
MOST_TOOLS, MOST_SERVERS = 250, 20
_BUILT_IN = {"web_search": "web_search", "web_fetch": "web_fetch", "web_browse": "web_fetch"}
_TOOLSET = "agent_toolset_20260401"
_WRITTEN = ("name", "description", "system_prompt", FIELD, "goals", "tone", "language", "guardrails")
_TOLD = ("tools", "model", "metadata")
_PLACES = ("headers", "authorization", "require_approval")  # keys, and who has to allow a call


class AnthropicAgents(Exporter):
    name = "anthropic"
    title = TITLE
    shelf = "platform"
    rank = 6
    purpose = "An agent that Anthropic hosts for you."
    place = "`client.beta.agents.create(**json.load(open(\"anthropic_agent.json\")))`"
    version = "anthropic 2.10"

    def write(self, config: AgentConfig) -> Export:
        told = as_text(config, TITLE, longest=LONGEST, apart=True, hints=True)
        model = models_named.own(models_named.chosen(config, TITLE, "anthropic"), TITLE)
        settings = models_named.settings(config, TITLE, {})
        tools = toolbox(config, TITLE, _BUILT_IN, MOST_TOOLS)
        aside = pairs(config, TITLE)
        servers = reachable(tools)[:MOST_SERVERS]
        written, of_tools = _tools(config, tools, servers)
        body = {
            "name": config.name,
            "description": config.description,
            "model": model.name,
            "system": told.content,
            "tools": written,
            "mcp_servers": [{"type": "url", "name": server.label, "url": server.url} for server in servers],
            "metadata": aside.values,
        }
        notes = [*told.notes, *model.notes, *settings.notes, *aside.notes, *tools.notes, *of_tools]
        notes += server_notes(config, tools, TITLE, servers, places=_PLACES)
        notes += left_out(config, TITLE, _WRITTEN + _TOLD)
        return Export((File("anthropic_agent.json", as_json(without_empty(body))),), tuple(notes))


def _tools(config: AgentConfig, tools: Toolbox, servers: list[Server]) -> tuple[list[dict[str, Any]], list[Note]]:
    fitted = [takes(tool, NO_REFERENCES) for tool in tools.functions]
    own = [{"name": name, "enabled": True} for _, name in tools.built_in]
    written = list(map(_function, tools.functions, fitted))
    if own:
        written.append({"type": _TOOLSET, "configs": own, "default_config": {"enabled": False}})
    written += [_toolset(server) for server in servers]
    notes = [note for one in fitted for note in one.notes]
    if config.schema_definition:
        result = fit(config.schema_definition, NO_REFERENCES)
        name = free(RESULT, [tool.name for tool in tools.functions])
        about = {"type": "custom", "name": name, "description": ABOUT_RESULT}
        written.insert(0, {**about, "input_schema": result.schema})
        notes += [Note("rewritten", FIELD, "as_tool", {"platform": TITLE, "tool": name}), *result.notes]
    return written, notes


def _function(tool: Function, fitted: Fitted) -> dict[str, Any]:
    return {"type": "custom", "name": tool.name, "description": tool.description, "input_schema": fitted.schema}


def _toolset(server: Server) -> dict[str, Any]:
    chosen = {
        "configs": [{"name": name, "enabled": True} for name in server.tools],
        "default_config": {"enabled": False},
    }
    return {"type": "mcp_toolset", "mcp_server_name": server.label, **(chosen if server.tools else {})}
