"""Microsoft Agent Framework: an agent as YAML of kind `Prompt`. Texts that begin with `=` are formulas there."""

from typing import Any

from builder.core.agent import AgentConfig
from builder.core.references import Schema
from builder.exporters.aside import aside
from builder.exporters.base import Export, Exporter, File
from builder.exporters.fitting import FIELD, fit
from builder.exporters.instructions import as_text
from builder.exporters.models_named import chosen
from builder.exporters.models_named import settings as settings_of
from builder.exporters.notes import Note
from builder.exporters.pairs import without_empty
from builder.exporters.subset import BASIC, Subset
from builder.exporters.toolbox import Function, Server, reachable, server_notes, toolbox
from builder.exporters.writing import as_yaml

TITLE = "Microsoft Agent Framework"
Values = dict[str, Any]
PROVIDERS = {"openai": ("OpenAI", "Responses"), "anthropic": ("Anthropic", "Chat")}
SETTINGS = {
    "temperature": "temperature",
    "top_p": "topP",
    "max_tokens": "maxOutputTokens",
    "presence_penalty": "presencePenalty",
    "frequency_penalty": "frequencyPenalty",
    "seed": "seed",
}
_BUILT_IN = {"web_search": "web_search", "search_web": "web_search"}
_PLACES = ("headers", "require_approval", "server_description", "description")  # of a tool server
_OUTPUT = Subset(BASIC, maps=False, closed=True, all_required=True)
_INPUT = Subset(BASIC, maps=False, closed=True)


class AgentFramework(Exporter):
    name = "agent_framework"
    title = TITLE
    shelf = "framework"
    rank = 16
    purpose = "Run it in a Python or .NET program."
    place = "`AgentFactory().create_agent_from_yaml_path(\"agent_framework.yaml\")`"
    version = "agent-framework-declarative 1.4"

    def write(self, config: AgentConfig) -> Export:
        told, tools = as_text(config, TITLE, hints=True), toolbox(config, TITLE, _BUILT_IN)
        model = chosen(config, TITLE, "openai", "anthropic")
        settings = settings_of(config, TITLE, SETTINGS)
        kept, servers = aside(config, TITLE, has_inputs=True, has_tools=True), reachable(tools)
        writing, (provider, api) = _Writing(), PROVIDERS[model.provider]
        agent: Values = {
            "kind": "Prompt",
            "name": config.name,
            "description": writing.still(config.description, "description"),
            "instructions": writing.still(told.content, "system_prompt"),
            "model": {"id": model.name, "provider": provider, "apiType": api},
            "inputSchema": writing.inputs(config),
            "outputSchema": writing.output(config),
            "tools": [
                *({"kind": name, "name": name} for _, name in tools.built_in),
                *(writing.function(function) for function in tools.functions),
                *(_server(server) for server in servers),
            ],
            "metadata": kept.values,
        }
        agent["model"] |= {"options": settings.values} if settings.values else {}
        notes = [*told.notes, *model.notes, *settings.notes, *kept.notes, *tools.notes, *writing.notes]
        notes += server_notes(config, tools, TITLE, servers, places=_PLACES)
        return Export((File("agent_framework.yaml", as_yaml(without_empty(agent))),), tuple(notes))


class _Writing:
    """Keeps a note of everything that is written otherwise."""

    def __init__(self) -> None:
        self.notes = list[Note]()

    def still(self, text: str, field: str) -> str:
        """A blank before what would be a formula."""
        if not text.startswith("="):
            return text
        self.notes.append(Note("rewritten", field[:200], "template_escaped", {"platform": TITLE}))
        return f" {text}"

    def inputs(self, config: AgentConfig) -> Values:
        hints = config.prompt("system").placeholders.items()
        about = {
            name: {"type": "string", "description": self.still(hint, "placeholders"), "required": True}
            for name, hint in hints
        }
        return {"properties": about} if about else {}

    def output(self, config: AgentConfig) -> Values:
        return self.schema(config.schema_definition, FIELD, _OUTPUT) if config.schema_definition else {}

    def function(self, function: Function) -> Values:
        field = f"{function.field}.parameters"
        about = {"kind": "function", "name": function.name}
        about["description"] = self.still(function.description, field)
        if not function.is_schema:
            return {**about, "parameters": {"properties": {}}}
        return {**about, "parameters": self.schema(function.parameters, field, _INPUT, is_said=True)}

    def schema(self, schema: Any, field: str, subset: Subset, *, is_said: bool = False) -> Values:
        """`is_said`: its description stands elsewhere."""
        fitted = fit(schema, subset, field)
        self.notes += fitted.notes
        if "description" in fitted.schema and not is_said:
            self.notes.append(Note("lost", field, "schema_keyword", {"keyword": "description"}))
        return {"properties": self._properties(fitted.schema, field)}

    def _properties(self, schema: Schema, field: str) -> Values:
        required, found = schema.get("required", ()), Values()
        for name, part in schema.get("properties", {}).items():
            at = f"{field}.{name}"[:200]
            own = self._property(part, at)
            found[self._name(name, found, at)] = {**own, "required": True} if name in required else own
        return found

    def _property(self, schema: Schema, field: str) -> Values:
        about: Values = {key: schema[key] for key in ("type", "enum") if key in schema}
        if "description" in schema:
            about["description"] = self.still(schema["description"], field)
        if "items" in schema:
            about["items"] = self._property(schema["items"], f"{field}[]")
        if "properties" in schema:
            about["properties"] = self._properties(schema, field)
        return about

    def _name(self, name: str, taken: Values, field: str) -> str:
        """A name that is no formula either."""
        new = name.lstrip("=") or "value" if name.startswith("=") else name
        while new in taken:
            new += "_"
        if new != name:
            self.notes.append(Note("renamed", field, "name_changed", {"old": name[:80], "new": new[:80]}))
        return new


def _server(server: Server) -> Values:
    return without_empty({"kind": "mcp", "name": server.label, "url": server.url, "allowedTools": list(server.tools)})
