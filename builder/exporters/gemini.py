"""Gemini: bodies of `agents.create` for an agent that Google hosts, and of `interactions.create` for one call."""

from typing import Any

from builder.core.agent import AgentConfig
from builder.exporters import models_named, naming
from builder.exporters.base import Export, Exporter, File
from builder.exporters.braces import lookalikes, names, plain
from builder.exporters.fitting import FIELD, Fitted, fit
from builder.exporters.instructions import as_text
from builder.exporters.notes import Note, left_out, lost
from builder.exporters.pairs import without_empty
from builder.exporters.subset import BASIC, Subset
from builder.exporters.toolbox import Function, Server, reachable, server_notes, takes, toolbox
from builder.exporters.writing import as_json

TITLE = "Gemini"
AGENT, CALL = "gemini_agent.json", "gemini_interaction.json"
BASE_AGENT = "antigravity-preview-09-2026"
BUILT_IN = {"web_search": "google_search", "google_search": "google_search", "code_execution": "code_execution"}
BUILT_IN |= {"web_browse": "url_context", "web_fetch": "url_context", "url_context": "url_context"}
_SETTINGS = {"temperature": "temperature", "top_p": "top_p", "seed": "seed", "max_tokens": "max_output_tokens"}
_SUBSET = Subset(
    BASIC | {"anyOf", "additionalProperties", "minimum", "maximum", "minItems", "maxItems", "title", "format"}
)
_WRITTEN = ("name", "description", "system_prompt", "user_prompt", "placeholders", FIELD, "goals", "tone", "language")
_TOLD = ("guardrails", "tools", "model")


class Gemini(Exporter):
    name = "gemini"
    title = TITLE
    shelf = "platform"
    rank = 11
    purpose = "An agent that Google hosts for you, or one call of its API for each question."
    place = f"`client.agents.create(**json.load(open(\"{AGENT}\")))`, or `client.interactions.create` with the other."
    version = "google-genai 3.3"

    def write(self, config: AgentConfig) -> Export:
        question = config.prompt("user").content
        told, name = as_text(config, TITLE, apart=True), naming.kebab(config.name)
        model = models_named.own(models_named.chosen(config, TITLE, "google"), TITLE)
        settings = models_named.settings(config, TITLE, _SETTINGS)
        box = toolbox(config, TITLE, BUILT_IN)
        fitted = [takes(tool, _SUBSET) for tool in box.functions]
        result = fit(config.schema_definition, _SUBSET) if config.schema_definition else Fitted({}, ())
        tools = [
            *({"type": known} for _, known in box.built_in),
            *map(_function, box.functions, fitted),
            *(_server(server) for server in reachable(box)),
        ]
        agent = {
            "id": name,
            "base_agent": BASE_AGENT,
            "description": config.description,
            "system_instruction": told.content,
            "tools": tools,
            "agent_config": {"type": "antigravity", "model": model.name},
        }
        call = {
            "model": model.name,
            "system_instruction": told.content,
            "input": plain(question, [*names(config), *lookalikes(question)]),
            "response_format": _format(result.schema),
            "tools": tools,
            "generation_config": settings.values,
        }
        files = [File(path, as_json(without_empty(body))) for path, body in ((AGENT, agent), (CALL, call))]
        notes = [*told.notes, *model.notes, *settings.notes, *result.notes, *box.notes, *_of_files(config, settings)]
        notes += [*(note for one in fitted for note in one.notes), *naming.renamed(config.name, name)]
        notes += server_notes(config, box, TITLE, reachable(box), places=("headers",))
        notes += left_out(config, TITLE, _WRITTEN + _TOLD)
        return Export(tuple(files), tuple(notes))


def _of_files(config: AgentConfig, settings: models_named.Settings) -> list[Note]:
    """What only one of the two files has a place for."""
    prompts = [config.prompt(kind) for kind in ("system", "user")]
    found = [Note("rewritten", "user_prompt", "only_in_file", {"new": CALL})]
    found += [Note("rewritten", "description", "only_in_file", {"new": AGENT})]
    found += [Note("rewritten", FIELD, "only_in_file", {"new": CALL})] if config.schema_definition else []
    found += [Note("rewritten", "model.settings", "only_in_file", {"new": CALL})] if settings.values else []
    if prompts[1].placeholders:
        found.append(Note("rewritten", "user_prompt", "placeholders_text", {"platform": TITLE}))
        found += [] if prompts[0].placeholders else [lost("placeholders", TITLE)]
    return found


def _format(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "text", "mime_type": "application/json", "schema": schema} if schema else {}


def _function(tool: Function, fitted: Fitted) -> dict[str, Any]:
    about = {"type": "function", "name": tool.name, "description": tool.description}
    schema = {key: value for key, value in fitted.schema.items() if key != "description"}  # it is the tool's
    return {**about, "parameters": schema}


def _server(server: Server) -> dict[str, Any]:
    allowed = {"allowed_tools": [{"tools": list(server.tools)}]} if server.tools else {}
    return {"type": "mcp_server", "name": server.label, "url": server.url, **allowed}
