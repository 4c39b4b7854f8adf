"""Open Agent Spec: an agent as YAML that several frameworks read."""

from typing import Any

from builder.core.agent import AgentConfig
from builder.exporters.agent_spec_io import listed
from builder.exporters.aside import as_texts, aside
from builder.exporters.base import Export, Exporter, File
from builder.exporters.braces import apart, convert, double
from builder.exporters.doors import DOORS
from builder.exporters.fitting import FIELD
from builder.exporters.instructions import instructions
from builder.exporters.models_named import Chosen, Settings, chosen
from builder.exporters.models_named import settings as settings_of
from builder.exporters.notes import Note
from builder.exporters.pairs import without_empty
from builder.exporters.toolbox import Function, Server, reachable, server_notes, toolbox
from builder.exporters.writing import as_yaml

TITLE = "Open Agent Spec"
VERSION = "26.1.2"
Values = dict[str, Any]
_PLACES = ("headers", "auth")  # of a tool server
_SETTINGS = ("temperature", "top_p", "max_tokens", "presence_penalty", "frequency_penalty", "seed")


class AgentSpec(Exporter):
    name = "agent_spec"
    title = TITLE
    shelf = "standard"
    rank = 13
    purpose = "One file for several frameworks: LangGraph, OpenAI Agents, WayFlow."
    place = (
        "`AgentSpecLoader().load_yaml(open(\"agent_spec.yaml\").read())`, "
        "of the pyagentspec adapter for your framework."
    )
    version = "pyagentspec 26.3.1"

    def write(self, config: AgentConfig) -> Export:
        told, tools = instructions(config, TITLE), toolbox(config, TITLE)
        model = chosen(config, TITLE, "openai", *DOORS)
        settings = settings_of(config, TITLE, {name: name for name in _SETTINGS})
        servers, kept = reachable(tools), aside(config, TITLE, has_inputs=True, has_tools=True)
        outputs, of_outputs = listed(config.schema_definition, FIELD) if config.schema_definition else ([], [])
        functions = [_function(function) for function in tools.functions]
        agent = {
            "component_type": "Agent",
            "agentspec_version": VERSION,
            "id": "agent",
            "name": config.name,
            "description": config.description,
            "metadata": as_texts(kept.values),
            "inputs": _inputs(config),
            "outputs": outputs,
            "system_prompt": convert(told.content, double, apart),
            "tools": [tool for tool, _ in functions],
            "toolboxes": [_toolbox(server) for server in servers],
        }
        of_parts = [*told.notes, *model.notes, *settings.notes, *of_outputs, *kept.notes, *tools.notes]
        notes = [*of_parts, *(note for _, notes in functions for note in notes), *_notes(config, told.content)]
        files = [
            File(path, as_yaml(without_empty({**agent, "llm_config": llm})))
            for path, llm in _models(model, settings).items()
        ]
        return Export(tuple(files), (*notes, *server_notes(config, tools, TITLE, servers, places=_PLACES)))


def _inputs(config: AgentConfig) -> list[Values]:
    hints = config.prompt("system").placeholders
    return [{"title": name, "description": hint, "type": "string"} for name, hint in hints.items()]


def _function(function: Function) -> tuple[Values, list[Note]]:
    """A tool that the program around the agent runs."""
    inputs, notes = listed(function.parameters, f"{function.field}.parameters", may_be_left=True)
    about = _component("ServerTool", f"tool_{function.name}", function.name, description=function.description)
    return without_empty({**about, "inputs": inputs}), notes if function.is_schema else []


def _toolbox(server: Server) -> Values:
    kind = "SSETransport" if server.is_stream_of_events else "StreamableHTTPTransport"
    transport = _component(kind, f"transport_{server.label}", server.label, url=server.url)
    box = _component("MCPToolBox", f"box_{server.label}", server.label, client_transport=transport)
    return without_empty({**box, "tool_filter": list(server.tools)})


def _models(model: Chosen, settings: Settings) -> dict[str, Values]:
    """The model's part by the path of the file. Adapters do not know Gemini yet: a second file reaches it otherwise."""
    about: Values = {"model_id": model.name}
    if settings.values:
        about["default_generation_parameters"] = settings.values
    if model.provider == "openai":
        return {"agent_spec.yaml": _component("OpenAiConfig", "llm", model.name, **about)}
    compatible = _component("OpenAiCompatibleConfig", "llm", model.name, **about, url=DOORS[model.provider])
    if model.provider != "google":
        return {"agent_spec.yaml": compatible}
    auth = _component("GeminiAIStudioAuthConfig", "llm_auth", "Google AI Studio")
    return {
        "agent_spec.yaml": _component("GeminiConfig", "llm", model.name, **about, auth=auth),
        "agent_spec_openai_compatible.yaml": compatible,
    }


def _component(kind: str, id_: str, name: str, **about: Any) -> Values:
    return {"component_type": kind, "id": id_, "name": name, **about}


def _notes(config: AgentConfig, content: str) -> list[Note]:
    form = {"platform": TITLE, "form": "{{name}}"}
    notes = list[Note]()
    if config.prompt("system").placeholders:
        notes.append(Note("rewritten", "system_prompt", "placeholders_form", form))
    if convert(content, double, apart) != convert(content, double):
        notes.append(Note("rewritten", "system_prompt", "template_escaped", form))
    return notes
