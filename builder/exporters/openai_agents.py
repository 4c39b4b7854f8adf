"""OpenAI, hosted agents: the body of `beta.agents.create`."""

from typing import Any

from builder.core.agent import AgentConfig
from builder.exporters import models_named
from builder.exporters.base import Export, Exporter, File
from builder.exporters.fitting import FIELD, Fitted
from builder.exporters.instructions import as_text
from builder.exporters.notes import left_out
from builder.exporters.openai_strict import BUILT_IN, MOST_TOOLS, allowed, output
from builder.exporters.pairs import pairs, without_empty
from builder.exporters.subset import NO_REFERENCES
from builder.exporters.toolbox import Function, Server, reachable, server_notes, takes, toolbox
from builder.exporters.writing import as_json

TITLE = "OpenAI Agents"
LONGEST = 1_048_576
_WRITTEN = ("name", "description", "system_prompt", FIELD, "goals", "tone", "language", "guardrails")
_TOLD = ("tools", "model", "metadata")
_PLACES = ("headers", "authorization")  # with keys that are kept there


class OpenAIAgents(Exporter):
    name = "openai_agents"
    title = TITLE
    shelf = "platform"
    rank = 3
    purpose = "An agent that OpenAI hosts for you."
    place = "`client.beta.agents.create(**json.load(open(\"openai_agent.json\")))`"
    version = "openai 3.51"

    def write(self, config: AgentConfig) -> Export:
        told = as_text(config, TITLE, longest=LONGEST, apart=True, hints=True)
        model = models_named.own(models_named.chosen(config, TITLE, "openai"), TITLE)
        settings = models_named.settings(config, TITLE, {})
        tools = toolbox(config, TITLE, BUILT_IN, MOST_TOOLS)
        fitted = [takes(tool, NO_REFERENCES) for tool in tools.functions]
        result, aside = output(config), pairs(config, TITLE, "description")
        body = {
            "name": config.name,
            "model": model.name,
            "instructions": told.content,
            "text": {"format": {"type": "json_schema", "schema": result.schema}} if result.schema else {},
            "tools": [
                *({"type": name} for _, name in tools.built_in),
                *map(_function, tools.functions, fitted),
                *(_server(server) for server in reachable(tools)),
            ],
            "metadata": aside.values,
        }
        notes = [*told.notes, *model.notes, *settings.notes, *result.notes, *aside.notes, *tools.notes]
        notes += [note for one in fitted for note in one.notes]
        notes += server_notes(config, tools, TITLE, reachable(tools), places=_PLACES)
        notes += left_out(config, TITLE, _WRITTEN + _TOLD)
        return Export((File("openai_agent.json", as_json(without_empty(body))),), tuple(notes))


def _function(tool: Function, fitted: Fitted) -> dict[str, Any]:
    return {"type": "function", "name": tool.name, "description": tool.description, "parameters": fitted.schema}


def _server(server: Server) -> dict[str, Any]:
    transport = {"type": "http", "server_url": server.url}
    return {"type": "mcp", "server_label": server.label, "transport": transport, **allowed(server)}
