"""OpenAI, one answer at a time: the body of `responses.create`."""

from typing import Any

from builder.core.agent import AgentConfig
from builder.exporters import models_named
from builder.exporters.base import Export, Exporter, File
from builder.exporters.braces import lookalikes, names, plain
from builder.exporters.fitting import FIELD, Fitted
from builder.exporters.instructions import as_text
from builder.exporters.notes import Note, left_out
from builder.exporters.openai_strict import BUILT_IN, MOST_TOOLS, STRICT, allowed, output
from builder.exporters.pairs import pairs, without_empty
from builder.exporters.server_settings import SETTINGS, of_headers, settings
from builder.exporters.toolbox import Function, Server, Toolbox, reachable, server_notes, takes, toolbox
from builder.exporters.writing import as_json

TITLE = "OpenAI Responses"
_SETTINGS = {"temperature": "temperature", "top_p": "top_p", "max_tokens": "max_output_tokens"}
_WRITTEN = ("name", "description", "system_prompt", "user_prompt", "placeholders", FIELD, "first_message")
_IN_INSTRUCTIONS = ("goals", "tone", "language", "guardrails")
_TOLD = ("tools", "model", "metadata")


class OpenAIResponses(Exporter):
    name = "openai_responses"
    title = TITLE
    shelf = "platform"
    rank = 4
    purpose = "One call of OpenAI's API for each question, from any program."
    place = (
        "Put your values in place of {name}, "
        "then `client.responses.create(**json.load(open(\"openai_response.json\")))`."
    )
    version = "openai 3.51"

    def write(self, config: AgentConfig) -> Export:
        told = as_text(config, TITLE, apart=True)
        model = models_named.own(models_named.chosen(config, TITLE, "openai"), TITLE)
        numbers = models_named.settings(config, TITLE, _SETTINGS)
        tools = toolbox(config, TITLE, BUILT_IN, MOST_TOOLS)
        fitted, servers = [takes(tool, STRICT) for tool in tools.functions], reachable(tools)
        result, aside = output(config), pairs(config, TITLE, "name", "description")
        body = {
            "model": model.name,
            "instructions": told.content,
            "input": _talk(config),
            "text": {"format": _format(config, result.schema)} if result.schema else {},
            "tools": [
                *({"type": name} for _, name in tools.built_in),
                *map(_function, tools.functions, fitted),
                *map(_server, servers),
            ],
            **numbers.values,
            "metadata": aside.values,
        }
        notes = [*told.notes, *model.notes, *numbers.notes, *result.notes, *aside.notes, *tools.notes]
        notes += [*(note for one in fitted for note in one.notes), *_of_user(config), *_of_servers(config, tools)]
        notes += left_out(config, TITLE, (*_WRITTEN, *_IN_INSTRUCTIONS, *_TOLD))
        return Export((File("openai_response.json", as_json(without_empty(body))),), tuple(notes))


def _talk(config: AgentConfig) -> list[dict[str, str]]:
    greeting = [{"role": "assistant", "content": config.first_message}] if config.first_message else []
    return [*greeting, {"role": "user", "content": _question(config)}]


def _question(config: AgentConfig) -> str:
    content = config.prompt("user").content
    return plain(content, [*names(config), *lookalikes(content)])


def _of_user(config: AgentConfig) -> list[Note]:
    told = {"platform": TITLE}
    if not config.prompt("user").placeholders:
        is_escaped = _question(config) != plain(config.prompt("user").content)
        return [Note("rewritten", "user_prompt", "template_escaped", told)] if is_escaped else []
    form = Note("rewritten", "user_prompt", "placeholders_text", told)
    return [form] if config.prompt("system").placeholders else [form, Note("lost", "placeholders", "no_slot", told)]


def _format(config: AgentConfig, schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "name": config.name, "strict": True, "schema": schema}


def _function(tool: Function, fitted: Fitted) -> dict[str, Any]:
    about = {"type": "function", "name": tool.name, "description": tool.description, "strict": True}
    return {**about, "parameters": fitted.schema}


def _server(server: Server) -> dict[str, Any]:
    reached = {"type": "mcp", "server_label": server.label, "server_url": server.url}
    return {**reached, **allowed(server), **settings(server)}


def _of_servers(config: AgentConfig, tools: Toolbox) -> list[Note]:
    servers = reachable(tools)
    notes = server_notes(config, tools, TITLE, servers, taken=settings, places=(*SETTINGS, "authorization"))
    return [*notes, *(note for server in servers for note in of_headers(server))]
