"""Letta: an agent with a memory, as the body of `agents.create`."""

from typing import Any

from builder.core.agent import AgentConfig
from builder.exporters import models_named
from builder.exporters.aside import aside
from builder.exporters.base import Export, Exporter, File
from builder.exporters.fitting import FIELD, Fitted, fit
from builder.exporters.instructions import Instructions, as_text
from builder.exporters.memory_blocks import blocks
from builder.exporters.notes import Note, left_out
from builder.exporters.pairs import without_empty
from builder.exporters.subset import NO_REFERENCES
from builder.exporters.toolbox import Toolbox, server_notes, toolbox
from builder.exporters.writing import as_json

TITLE = "Letta"
TAG = "agent-builder"
AGENT_TYPE, ARCHITECTURE = "letta_v1_agent", "memgpt"
PROVIDERS = {"openai": "openai", "google": "google_ai", "anthropic": "anthropic", "google-vertex": "google_vertex"}
PROVIDERS |= {name: name for name in ("azure", "bedrock", "groq", "deepseek", "xai", "together")}
BUILT_IN = {"web_search": "web_search", "run_code": "run_code", "code_execution": "run_code"}
BUILT_IN |= {"web_fetch": "fetch_webpage", "web_browse": "fetch_webpage", "fetch_webpage": "fetch_webpage"}
IN_MEMORY = "{CORE_MEMORY}"  # the server puts the memory there
_SETTINGS = {"temperature": "temperature", "max_tokens": "max_output_tokens"}
_HERE = ("first_message", "memory")  # have places of their own
_WRITTEN = ("name", "description", "system_prompt", "user_prompt", "placeholders", FIELD, "goals", "tone", "language")
_TOLD = ("guardrails", "tools", "model", "metadata", "conversation_starters", "workflow", "voice", "test_cases", *_HERE)


class Letta(Exporter):
    name = "letta"
    title = TITLE
    shelf = "platform"
    rank = 19
    purpose = "An agent that remembers, on a Letta server."
    place = "`client.agents.create(**json.load(open(\"letta_agent.json\")))`, after the tools that it names are there."
    version = "letta-client 1.12"

    def write(self, config: AgentConfig) -> Export:
        told = _instructions(config)
        model = models_named.chosen(config, TITLE, *PROVIDERS)
        settings = models_named.settings(config, TITLE, _SETTINGS)
        tools, memory = toolbox(config, TITLE, BUILT_IN), blocks(config, TITLE)
        result = fit(config.schema_definition, NO_REFERENCES) if config.schema_definition else Fitted({}, ())
        kept = aside(config, TITLE)
        about = {**settings.values, **_form(config, model.provider, result.schema)}
        body = {
            "name": config.name,
            "description": config.description,
            "agent_type": AGENT_TYPE,
            "system": told.content,
            "model": f"{PROVIDERS[model.provider]}/{model.name}",
            "model_settings": {"provider_type": PROVIDERS[model.provider], **about} if about else {},
            "memory_blocks": memory.values,
            "tools": names(tools),
            "initial_message_sequence": _begun(config),
            "tags": [TAG],
            "metadata": {key: value for key, value in kept.values.items() if key not in _HERE},
        }
        notes = [*told.notes, *model.notes, *settings.notes, *result.notes, *_of_tools(tools), *memory.notes]
        notes += [note for note in kept.notes if note.field not in _HERE]
        notes += [*_of_memory(config), *server_notes(config, tools, TITLE, (), unwritten="tool_server_apart")]
        notes += left_out(config, TITLE, _WRITTEN + _TOLD)
        return Export((File("letta_agent.json", as_json(without_empty(body))),), tuple(notes))


def names(tools: Toolbox) -> list[str]:
    """The tools by their names on the server, each once."""
    return list(dict.fromkeys([*(name for _, name in tools.built_in), *(tool.name for tool in tools.functions)]))


def _instructions(config: AgentConfig) -> Instructions:
    told = as_text(config, TITLE, hints=True)
    if IN_MEMORY not in told.content:
        return told
    escaped = Note("rewritten", "system_prompt", "template_escaped", {"platform": TITLE})
    return Instructions(told.content.replace(IN_MEMORY, "{ CORE_MEMORY}"), (*told.notes, escaped))


def _form(config: AgentConfig, provider: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The output, which models of Google have under another name."""
    if not schema:
        return {}
    form = {"type": "json_schema", "json_schema": {"name": config.name, "schema": schema}}
    return {"response_schema" if provider.startswith("google") else "response_format": form}


def _of_tools(tools: Toolbox) -> list[Note]:
    """What functions take is kept in the metadata."""
    held = {f"{tool.field}.parameters" for tool in tools.functions}
    return [note for note in tools.notes if note.field not in held]


def _begun(config: AgentConfig) -> list[dict[str, str]]:
    return [{"role": "assistant", "content": config.first_message}] if config.first_message else []


def _of_memory(config: AgentConfig) -> list[Note]:
    said = config.memory.architecture if config.memory else ARCHITECTURE
    changed = {"old": said[:80], "new": AGENT_TYPE}
    found = [Note("rewritten", "memory.architecture", "value_other", changed)] if said != ARCHITECTURE else []
    is_empty = config.memory is not None and not config.memory.blocks
    return [*found, Note("lost", "memory", "no_slot", {"platform": TITLE})] if is_empty else found
