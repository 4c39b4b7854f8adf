"""AutoGen: an agent as a component, and a team of that one agent, which AutoGen Studio runs."""

from typing import Any

from builder.core.agent import AgentConfig
from builder.exporters import naming
from builder.exporters.aside import as_texts, aside, of_servers
from builder.exporters.autogen_output import output
from builder.exporters.base import Export, Exporter, File
from builder.exporters.doors import DOORS
from builder.exporters.fitting import FIELD, Fitted
from builder.exporters.instructions import as_text
from builder.exporters.keyless import YOUR_KEY
from builder.exporters.models_named import DEFAULTS, Chosen, chosen
from builder.exporters.models_named import settings as settings_of
from builder.exporters.notes import Note
from builder.exporters.pairs import without_empty
from builder.exporters.toolbox import Server, reachable, server_notes, toolbox
from builder.exporters.writing import as_json

TITLE = "AutoGen"
Values = dict[str, Any]
_SETTINGS = ("temperature", "top_p", "max_tokens", "presence_penalty", "frequency_penalty", "seed")
_ABLE = {"vision": False, "function_calling": True, "json_output": True, "structured_output": True}
_MOST_CALLS = 10
_PLACES = ("headers", "timeout", "sse_read_timeout")  # of a tool server


class AutoGen(Exporter):
    name = "autogen"
    title = TITLE
    shelf = "framework"
    rank = 7
    purpose = "An agent and a team for AutoGen and AutoGen Studio."
    place = "`AssistantAgent.load_component(json.load(open(\"autogen_agent.json\")))`, or the team in AutoGen Studio."
    version = "autogen-agentchat 0.7.5"

    def write(self, config: AgentConfig) -> Export:
        name = component_name(config.name)
        told = as_text(config, TITLE, hints=True)
        model = _model(config)
        settings = settings_of(config, TITLE, {name: name for name in _SETTINGS})
        tools, result = toolbox(config, TITLE), Fitted({}, ())
        servers, kept = reachable(tools), aside(config, TITLE)
        if config.schema_definition:
            result = output(config.schema_definition)
        about = {
            "name": name,
            "description": config.description,
            "system_message": told.content,
            "model_client": _client(model, settings.values),
            "workbench": [_workbench(server) for server in servers],
            "structured_message_factory": _factory(result.schema),
            "reflect_on_tool_use": bool(servers),
            "max_tool_iterations": _MOST_CALLS if servers else None,
            "tool_call_summary_format": "{result}",
            "metadata": as_texts(kept.values),
        }
        agent = _component("agentchat.agents.AssistantAgent", "agent", without_empty(about), 2, config.name)
        notes = [*told.notes, *model.notes, *settings.notes, *result.notes, *kept.notes, *of_servers(tools)]
        notes += [*naming.renamed(config.name, name)]
        notes += server_notes(config, tools, TITLE, servers, places=_PLACES, restricts=False)
        team = _team(name, agent, config)
        files = (File("autogen_agent.json", as_json(agent)), File("autogen_team.json", as_json(team)))
        notes += [Note("rewritten", FIELD, "team_result", {"platform": TITLE})] if result.schema else []
        return Export(files, tuple(notes))


def component_name(name: str) -> str:
    """A Python identifier that is not what a person is called in a team."""
    is_free = name.isidentifier() and name.lower() != "user"
    return name if is_free else naming.identifier(name, frozenset({"user"}))


def _component(provider: str, kind: str, config: Values, version: int = 1, label: str = "") -> Values:
    named = {"label": label} if label else {}
    versions = {"version": version, "component_version": version}
    return {"provider": f"autogen_{provider}", "component_type": kind, **versions, **named, "config": config}


_QUESTION_AND_ANSWER = {"max_messages": 2, "include_agent_event": False}
ENDING = _component("agentchat.conditions.MaxMessageTermination", "termination", _QUESTION_AND_ANSWER)
_DOORS = {"gemini-": "google", "claude-": "anthropic", "Llama-": "meta"}


def provider_at(name: str) -> str:
    """Whose door the client goes to: it tells by the model's name."""
    return next((provider for start, provider in _DOORS.items() if name.startswith(start)), "openai")


def _model(config: AgentConfig) -> Chosen:
    model = chosen(config, TITLE, "openai", *DOORS)
    if provider_at(model.name) == model.provider or not _is_by_name(model.provider):
        return model
    default = DEFAULTS[model.provider]
    params = {"platform": TITLE, "model": model.name[:80], "chosen": default}
    return Chosen(model.provider, default, (Note("lost", "model", "model_other", params),))


def _is_by_name(provider: str) -> bool:
    return provider in ("openai", *_DOORS.values())


def _client(model: Chosen, settings: Values) -> Values:
    """Without a key: it is read from the environment. Models of Google and Anthropic have their doors there by name.

    For the doors of others a word stands for theirs: they would be sent the one for OpenAI."""
    reached = {} if _is_by_name(model.provider) else {"base_url": DOORS[model.provider], "api_key": YOUR_KEY}
    about = {"model": model.name, **reached, **settings, "model_info": {**_ABLE, "family": "unknown"}}
    return _component("ext.models.openai.OpenAIChatCompletionClient", "model", about)


def _workbench(server: Server) -> Values:
    kind = "SseServerParams" if server.is_stream_of_events else "StreamableHttpServerParams"
    reached = {"server_params": {"type": kind, "url": server.url}}
    return _component("ext.tools.mcp.McpWorkbench", "workbench", reached, label=server.label)


def _factory(schema: Values) -> Values:
    about = {"json_schema": schema, "content_model_name": "Reply"}
    return _component("agentchat.messages.StructuredMessageFactory", "structured_message", about) if schema else {}


def _team(name: str, agent: Values, config: AgentConfig) -> Values:
    about = {
        "name": f"{name}_team",
        "description": config.description,
        "participants": [_member(agent)],
        "termination_condition": ENDING,
    }
    return _component("agentchat.teams.RoundRobinGroupChat", "team", about, label=config.name)


def _member(agent: Values) -> Values:
    """A team out of a file knows no messages of a form of their own: the model is asked for the form instead."""
    factory = agent["config"].get("structured_message_factory")
    if not factory:
        return agent
    bare = {key: value for key, value in agent["config"].items() if key != "structured_message_factory"}
    client = bare["model_client"]
    asked = {"name": "Reply", "schema": factory["config"]["json_schema"], "strict": False}
    form = {"response_format": {"type": "json_schema", "json_schema": asked}}
    return {**agent, "config": {**bare, "model_client": {**client, "config": {**client["config"], **form}}}}
