"""AutoGen's components as people have them: agents with tools, teams, galleries of AutoGen Studio."""

import json
from typing import Any

from builder.core.check import check
from builder.importers.autogen import AutoGenImporter
from builder.importers.base import Document, Reading
from builder.importers.intake import Upload, intake
from tests.importers.broken import read_all
from tests.importers.reading import told

SOURCE = "def weather(city: str) -> str:\n    import os\n    return os.popen('curl wttr.in/' + city).read()\n"
CLIENT: dict[str, Any] = {
    "provider": "autogen_ext.models.openai.OpenAIChatCompletionClient",
    "component_type": "model",
    "version": 1,
    "component_version": 1,
    "description": "Chat completion client for OpenAI hosted models.",
    "label": "OpenAIChatCompletionClient",
    "config": {"model": "gpt-4o-mini", "temperature": 0.4, "api_key": "sk-not-a-real-one", "max_retries": 3},
}


def component(provider: str, kind: str, label: str = "", **config: Any) -> dict[str, Any]:
    about = {"component_type": kind, "version": 1, "component_version": 1, "description": "What the class is for."}
    return {"provider": provider, **about, "label": label or provider.split(".")[-1], "config": config}


def agent(name: str, **config: Any) -> dict[str, Any]:
    about = {"name": name, "description": f"The {name}.", "system_message": f"You are the {name}.", **config}
    own = {"model_client": CLIENT, "reflect_on_tool_use": False, "tool_call_summary_format": "{result}"}
    return component("autogen_agentchat.agents.AssistantAgent", "agent", **{**own, **about})


FORECASTER = agent(
    "forecaster",
    system_message="You tell the weather in {city}. Answer in JSON, as {\"sky\": 1}.",
    model_context=component("autogen_core.model_context.UnboundedChatCompletionContext", "chat_completion_context"),
    model_client_stream=True,
    handoffs=["planner"],
    workbench=[
        component(
            "autogen_core.tools.StaticStreamWorkbench",
            "workbench",
            tools=[
                component(
                    "autogen_core.tools.FunctionTool",
                    "tool",
                    source_code=SOURCE,
                    name="weather",
                    description="Looks the weather up.",
                    global_imports=["os"],
                    has_cancellation_support=False,
                ),
                component("autogen_ext.tools.code_execution.PythonCodeExecutionTool", "tool", executor={"a": "b"}),
            ],
        ),
        component(
            "autogen_ext.tools.mcp.McpWorkbench",
            "workbench",
            "maps",
            server_params={
                "type": "StreamableHttpServerParams",
                "url": "https://maps.example.com/mcp",
                "headers": {"Authorization": "Bearer secret-of-maps"},
                "timeout": 30.0,
            },
        ),
        component(
            "autogen_ext.tools.mcp.McpWorkbench",
            "workbench",
            server_params={"type": "StdioServerParams", "command": "uvx", "args": ["mcp-server-fetch"]},
        ),
    ],
    structured_message_factory=component(
        "autogen_agentchat.messages.StructuredMessageFactory",
        "structured_message",
        json_schema={"title": "Sky", "type": "object", "properties": {"sky": {"type": "string", "title": "Sky"}}},
        format_string="{sky}",
        content_model_name="Sky",
    ),
    metadata={"team": "north"},
)
TEAM = component(
    "autogen_agentchat.teams.SelectorGroupChat",
    "team",
    "Travel desk",
    participants=[
        component("autogen_agentchat.agents.UserProxyAgent", "agent", name="person", description="A person."),
        FORECASTER,
        agent("planner"),
    ],
    model_client=CLIENT,
    selector_prompt="Who speaks next? {participants}",
    termination_condition=component("autogen_agentchat.conditions.TextMentionTermination", "termination", text="DONE"),
    max_turns=9,
)


def read(data: Any, path: str = "agent.json") -> Reading:
    document = Document(path, json.dumps(data), data)
    importer = AutoGenImporter()
    assert importer.recognises(document)
    return importer.read(document)


def test_an_agent_with_its_output_its_model_and_its_servers() -> None:
    values = read(FORECASTER).values
    assert check(dict(values)) == []
    assert (values["name"], values["description"]) == ("forecaster", "The forecaster.")
    assert values["return_type"] == "structured"
    system, user = values["prompts"]
    assert system["content"] == "You tell the weather in {city}. Answer in JSON, as {{\"sky\": 1}}."
    assert user["content"] == "{message}"
    assert values["schema_definition"]["properties"]["sky"]["type"] == "string"
    assert values["model"] == {"provider": "openai", "name": "gpt-4o-mini", "settings": {"temperature": 0.4}}
    assert {"mcp": {"name": "maps", "url": "https://maps.example.com/mcp"}} in values["tools"]
    assert values["metadata"] == {"team": "north"}


def test_the_source_of_functions_programs_and_keys_stay_outside() -> None:
    reading = read(FORECASTER)
    remarks = told(reading)
    tool = "config.workbench.0.config.tools.0.config"
    assert ("refused", f"{tool}.source_code", "runs_code") in remarks
    assert ("refused", "config.workbench.0.config.tools.1.config.executor", "runs_code") in remarks
    assert ("refused", "config.workbench.2.config.server_params.command", "runs_code") in remarks
    assert ("refused", "config.workbench.1.config.server_params.headers", "is_key") in remarks
    assert ("refused", "config.model_client.config.api_key", "is_key") in remarks
    written = json.dumps(dict(reading.values))
    assert [word for word in ("popen", "uvx", "sk-not", "secret-of-maps") if word in written] == []
    assert {"name": "weather", "parameters": {"description": "Looks the weather up."}} in reading.values["tools"]


def test_what_has_no_place_is_told() -> None:
    remarks = told(read(FORECASTER))
    assert ("left_out", "config.handoffs", "unknown_part") in remarks
    assert ("left_out", "config.model_client.config.max_retries", "unknown_part") in remarks
    assert ("left_out", "config.structured_message_factory.config.format_string", "unknown_part") in remarks


def test_a_team_is_one_agent_for_each_member_and_says_what_it_leaves_out() -> None:
    found = intake([Upload("team.json", json.dumps(TEAM).encode())])
    assert [item.values["name"] for item in found.items] == ["forecaster", "planner"]
    assert found.refused == ()
    remarks = {(remark.where, remark.code) for remark in found.items[1].remarks}
    assert {("config.selector_prompt", "unknown_part"), ("config.participants.0", "unknown_part")} <= remarks
    assert ("config.termination_condition", "unknown_part") in remarks
    assert not any(where.startswith("config.participants.1") for where, _ in remarks)


def test_a_gallery_of_autogen_studio() -> None:
    alone = [agent("writer"), agent("planner")]
    inside = {"agents": alone, "models": [CLIENT], "tools": [], "terminations": [], "teams": [TEAM]}
    gallery = {"name": "Mine", "url": "https://example.com", "metadata": {"author": "me"}, "components": inside}
    found = intake([Upload("gallery.json", json.dumps(gallery).encode())])
    assert [item.values["name"] for item in found.items] == ["writer", "planner", "forecaster"]
    assert ("components.models", "unknown_part") in {(one.where, one.code) for one in found.items[0].remarks}


def test_a_member_of_a_team_whose_model_is_asked_for_a_form() -> None:
    form = {"type": "json_schema", "json_schema": {"name": "A", "schema": {"type": "object", "properties": {"a": {}}}}}
    client = {**CLIENT, "config": {"model": "claude-opus-5-5", "response_format": form}}
    values = read(agent("judge", model_client=client)).values
    assert values["schema_definition"] == {"type": "object", "properties": {"a": {}}}
    assert values["model"] == {"provider": "anthropic", "name": "claude-opus-5-5"}


def test_parts_of_the_wrong_kind_are_left_out() -> None:
    readings = [*read_all(AutoGenImporter(), FORECASTER), *read_all(AutoGenImporter(), TEAM)]
    assert len(readings) > 800
    for reading in readings:
        check(dict(reading.values))


def test_other_documents_are_not_of_this_kind() -> None:
    others: list[Any] = [None, [], {}, {"provider": "autogen_x"}, {"provider": 7, "config": {}}, {"components": [1]}]
    others += [{"provider": "google.adk", "config": {"system_message": "a"}}, {"component": {"component": {}}}]
    assert [data for data in others if AutoGenImporter().recognises(Document("a.json", "", data))] == []
