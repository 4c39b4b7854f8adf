"""Anthropic, managed agents: the body of `beta.agents.create`. A result of a fixed form is a tool that is called."""

from typing import Any

from builder.core.agent import AgentConfig
from builder.exporters import models_named
from builder.exporters.base import Export, Exporter, File
from builder.exporters.fitting import FIELD, fit
from builder.exporters.instructions import as_text, told_gaps
from builder.exporters.notes import Note, left_out
from builder.exporters.pairs import pairs, without_empty
from builder.exporters.subset import NO_REFERENCES
from builder.exporters.toolbox import Function, Server, Toolbox, reachable, server_notes, toolbox
from builder.exporters.writing import as_json

TITLE = "Anthropic Managed Agents"
RESULT, ABOUT_RESULT = "submit_result", "Give your result here, once, at the end."
LONGEST = 100_000  # characters of the system prompt, by the API's reference
MOST_TOOLS, MOST_SERVERS = 250, 20
_BUILT_IN = {"web_search": "web_search", "web_fetch": "web_fetch", "web_browse": "web_fetch"}
_TOOLSET = "agent_toolset_20260401"
_WRITTEN = ("name", "description", "system_prompt", FIELD, "goals", "tone", "language", "guardrails")
_TOLD = ("tools", "model", "metadata")


class AnthropicAgents(Exporter):
    name = "anthropic"
    title = TITLE
    shelf = "platform"
    rank = 6
    purpose = "An agent that Anthropic hosts for you."
    place = "`client.beta.agents.create(**json.load(open(\"anthropic_agent.json\")))`"
    version = "anthropic 2.10"

    def write(self, config: AgentConfig) -> Export:
        told = as_text(config, TITLE, longest=LONGEST, apart=True)
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
        notes += server_notes(config, tools, TITLE, servers)
        notes += left_out(config, TITLE, _WRITTEN + _TOLD + told_gaps(config))
        return Export((File("anthropic_agent.json", as_json(without_empty(body))),), tuple(notes))


def _tools(config: AgentConfig, tools: Toolbox, servers: list[Server]) -> tuple[list[dict[str, Any]], list[Note]]:
    functions = [_function(tool) for tool in tools.functions]
    own = [{"name": name, "enabled": True} for _, name in tools.built_in]
    written = [tool for tool, _ in functions]
    if own:
        written.append({"type": _TOOLSET, "configs": own, "default_config": {"enabled": False}})
    written += [_toolset(server) for server in servers]
    notes = [note for _, told in functions for note in told]
    if config.schema_definition:
        result = fit(config.schema_definition, NO_REFERENCES)
        name = _free(RESULT, tools)
        about = {"type": "custom", "name": name, "description": ABOUT_RESULT}
        written.insert(0, {**about, "input_schema": result.schema})
        notes += [Note("rewritten", FIELD, "as_tool", {"platform": TITLE, "tool": name}), *result.notes]
    return written, notes


def _free(name: str, tools: Toolbox) -> str:
    """A name that none of the tools has."""
    taken = {tool.name for tool in tools.functions}
    return next(found for found in (name, *(f"{name}_{n}" for n in range(2, len(taken) + 3))) if found not in taken)


def _function(tool: Function) -> tuple[dict[str, Any], tuple[Note, ...]]:
    fitted = fit(tool.parameters, NO_REFERENCES, f"{tool.field}.parameters")
    about = {"type": "custom", "name": tool.name, "description": tool.description}
    return {**about, "input_schema": fitted.schema}, fitted.notes if tool.is_schema else ()


def _toolset(server: Server) -> dict[str, Any]:
    chosen = {
        "configs": [{"name": name, "enabled": True} for name in server.tools],
        "default_config": {"enabled": False},
    }
    return {"type": "mcp_toolset", "mcp_server_name": server.label, **(chosen if server.tools else {})}
