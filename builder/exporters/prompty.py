"""Prompty 2: one file, with what the model needs in its head and both prompts as messages below."""

import json
from typing import Any

from builder.core.agent import AgentConfig
from builder.core.placeholders import used
from builder.exporters import models_named
from builder.exporters.base import Export, Exporter, File
from builder.exporters.braces import convert
from builder.exporters.fitting import FIELD
from builder.exporters.front_matter import with_head
from builder.exporters.hints import sentences, told_once
from builder.exporters.instructions import instructions
from builder.exporters.naming import kebab, renamed
from builder.exporters.notes import Note, fields, in_metadata
from builder.exporters.pairs import without_empty
from builder.exporters.prompty_properties import properties, safe
from builder.exporters.prompty_text import SYSTEM, USER, gap, names_there, one_kind_of_breaks, template
from builder.exporters.toolbox import Function, Server, reachable, server_notes, toolbox

TITLE = "Prompty"
ASIDE = ("first_message", "conversation_starters", "memory", "workflow", "voice", "test_cases", "metadata")
_SETTINGS = {"temperature": "temperature", "top_p": "topP", "max_tokens": "maxOutputTokens", "seed": "seed"}
_SETTINGS |= {"presence_penalty": "presencePenalty", "frequency_penalty": "frequencyPenalty"}


class Prompty(Exporter):
    name = "prompty"
    title = TITLE
    shelf = "framework"
    rank = 14
    purpose = "One file for programs in Python, C# or TypeScript, and for VS Code."
    place = "Beside your program: `prompty.load(\"agent.prompty\")`."
    version = "prompty 2.1"

    def write(self, config: AgentConfig) -> Export:
        told = instructions(config, TITLE)
        model = models_named.chosen(config, TITLE, "openai", "anthropic")
        settings = models_named.settings(config, TITLE, _SETTINGS)
        tools, there = toolbox(config, TITLE), names_there(config)
        output = properties(config.schema_definition or {}, FIELD)
        functions = [_function(tool) for tool in tools.functions]
        head = {
            "name": config.name,
            "description": safe(config.description),
            "metadata": _metadata(config),
            "model": without_empty({"id": safe(model.name), "provider": model.provider, "options": settings.values}),
            "inputs": [_input(there[name], hint) for name, hint in sentences(config).items()],
            "outputs": output.items if config.schema_definition else [],
            "tools": [*(tool for tool, _ in functions), *map(_server, reachable(tools))],
            "template": {"format": {"kind": "jinja2"}, "parser": {"kind": "prompty"}},
        }
        body = SYSTEM + template(told.content, there) + USER + template(config.prompt("user").content, there)
        notes = [*told.notes, *model.notes, *settings.notes, *(output.notes if config.schema_definition else ())]
        notes += [*tools.notes, *(note for _, told_ in functions for note in told_)]
        notes += [*_of_texts(config, told.content, there), *server_notes(config, tools, TITLE, reachable(tools))]
        file = File(f"{kebab(config.name)}.prompty", with_head(without_empty(head), body))
        return Export((file,), (*notes, *told_once(config), *_of_head(config)))


def _input(name: str, hint: str) -> dict[str, Any]:
    return {"name": name, "kind": "string", "description": safe(hint), "required": True}


def _function(tool: Function) -> tuple[dict[str, Any], tuple[Note, ...]]:
    taken = properties(tool.parameters, f"{tool.field}.parameters", is_said=True)
    about = {"name": tool.name, "kind": "function", "description": safe(tool.description)}
    return {**about, "parameters": taken.items}, taken.notes if tool.is_schema else ()


def _server(server: Server) -> dict[str, Any]:
    found = {"name": server.label, "kind": "mcp", "serverName": server.label}
    connection = {"kind": "anonymous", "endpoint": server.url}
    return {**found, "connection": connection, **({"allowedTools": list(server.tools)} if server.tools else {})}


def _metadata(config: AgentConfig) -> dict[str, str]:
    """A text as it is, all else as JSON."""
    written = config.to_json()
    values = {key: written[key] for key in ASIDE if key in written}
    return {
        key: safe(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for key, value in values.items()
    }


def _of_texts(config: AgentConfig, system: str, there: dict[str, str]) -> list[Note]:
    found = [note for old, new in there.items() for note in renamed(old, new, "placeholders")]
    for field, content in (("system_prompt", system), ("user_prompt", config.prompt("user").content)):
        if used(content):
            form = {"platform": TITLE, "form": gap(there[used(content)[0]])}
            found.append(Note("rewritten", field, "placeholders_form", form))
        if one_kind_of_breaks(content) != content:
            found.append(Note("rewritten", field, "line_breaks"))
        if template(content, there) != one_kind_of_breaks(convert(content, lambda name: gap(there[name]))):
            found.append(Note("rewritten", field, "template_escaped", {"platform": TITLE}))
    return found


def _of_head(config: AgentConfig) -> list[Note]:
    escaped = {"description": config.description, **dict.fromkeys(("placeholders",), _first_unsafe(config))}
    found = [in_metadata(field, TITLE) for field in fields(config) if field in ASIDE]
    return found + [
        Note("rewritten", field, "template_escaped", {"platform": TITLE})
        for field, text in escaped.items()
        if safe(text) != text
    ]


def _first_unsafe(config: AgentConfig) -> str:
    return next((hint for hint in sentences(config).values() if safe(hint) != hint), "")
