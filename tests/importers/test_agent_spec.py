"""Open Agent Spec as its own library writes it, and as people do: references, tools, swarms."""

from typing import Any

import yaml

from builder.core.check import check
from builder.importers.agent_spec import AgentSpecImporter
from builder.importers.base import Document, Reading
from builder.importers.intake import Upload, intake
from tests.importers.broken import read_all
from tests.importers.reading import told

LLM: dict[str, Any] = {
    "component_type": "VllmConfig",
    "id": "7b1d",
    "name": "our llama",
    "metadata": {},
    "url": "https://llm.example.com",
    "model_id": "llama-3.1-8b",
    "default_generation_parameters": {"temperature": 0.3, "max_tokens": 512, "top_k": 9},
    "api_key": "sk-of-the-firm",
}
SEARCH: dict[str, Any] = {
    "component_type": "RemoteTool",
    "id": "a1",
    "name": "search_orders",
    "description": "Finds orders.",
    "inputs": [
        {"title": "customer", "type": "string", "description": "Whose orders."},
        {"title": "most", "type": "integer", "default": 5},
    ],
    "outputs": [{"title": "orders", "type": "string"}],
    "url": "https://api.example.com/orders/{{customer}}",
    "http_method": "GET",
    "headers": {"Authorization": "Bearer of-the-firm"},
}
BOX: dict[str, Any] = {
    "component_type": "MCPToolBox",
    "id": "b1",
    "name": "box",
    "tool_filter": ["count", {"component_type": "MCPToolSpec", "id": "x", "name": "refill"}],
    "client_transport": {
        "component_type": "SSETransport",
        "id": "t1",
        "name": "stock",
        "url": "https://stock.example.com/sse",
        "session_parameters": {"read_timeout_seconds": 60},
        "sensitive_headers": {"X-Key": "secret-of-stock"},
    },
}
STARTED: dict[str, Any] = {
    "component_type": "MCPToolBox",
    "id": "b2",
    "name": "local",
    "client_transport": {"component_type": "StdioTransport", "id": "t2", "name": "l", "command": "npx", "args": ["x"]},
}
AGENT: dict[str, Any] = {
    "component_type": "Agent",
    "agentspec_version": "25.4.2",
    "id": "agent1",
    "name": "Order helper",
    "description": "Helps with orders.",
    "metadata": {"owner": "shop"},
    "inputs": [
        {"title": "shopName", "type": "string", "description": "Which shop."},
        {"title": "unused", "type": "integer"},
    ],
    "outputs": [
        {"title": "answer", "type": "string", "description": "What to say."},
        {"title": "sure", "type": "boolean", "default": False},
    ],
    "llm_config": {"$component_ref": "7b1d"},
    "system_prompt": "You help the customers of {{ shopName }}. Answer like {\"answer\": \"\"} or {x}.",
    "tools": [SEARCH, {"$component_ref": "a2"}, {"$component_ref": "elsewhere"}],
    "toolboxes": [BOX, STARTED],
    "human_in_the_loop": True,
    "transforms": [{"component_type": "MessageSummarizationTransform"}],
    "$referenced_components": {
        "7b1d": LLM,
        "a2": {"component_type": "ServerTool", "id": "a2", "name": "refund", "inputs": []},
    },
}


def read(data: Any) -> Reading:
    document = Document("order.yaml", "", data)
    assert AgentSpecImporter().recognises(document)
    return AgentSpecImporter().read(document)


def test_an_agent_with_inputs_outputs_and_a_model_that_is_referenced() -> None:
    values = read(AGENT).values
    assert check(dict(values)) == []
    system = values["prompts"][0]
    assert system["content"] == 'You help the customers of {shop_name}. Answer like {{"answer": ""}} or {{x}}.'
    assert system["placeholders"] == {"shop_name": "Which shop."}
    assert values["schema_definition"]["required"] == ["answer"]
    assert values["schema_definition"]["properties"]["answer"] == {"type": "string", "description": "What to say."}
    assert values["model"]["name"] == "llama-3.1-8b"
    assert values["model"]["settings"] == {"temperature": 0.3, "max_tokens": 512}
    assert (values["name"], values["metadata"]) == ("OrderHelper", {"owner": "shop"})


def test_tools_and_servers_are_named_and_nothing_is_called() -> None:
    reading = read(AGENT)
    tools = reading.values["tools"]
    search = next(tool for tool in tools if tool.get("name") == "search_orders")["parameters"]
    assert search["properties"]["most"] == {"type": "integer", "default": 5}
    assert (search["required"], search["description"]) == (["customer"], "Finds orders.")
    assert {"name": "refund", "parameters": {"type": "object", "properties": {}}} in tools
    assert {"mcp": {"name": "stock", "url": "https://stock.example.com/sse", "tools": ["count", "refill"]}} in tools
    remarks = told(reading)
    assert ("refused", "toolboxes.1.client_transport.command", "runs_code") in remarks
    assert ("refused", "toolboxes.0.client_transport.sensitive_headers", "is_key") in remarks
    assert ("refused", "tools.0.headers", "is_key") in remarks
    assert ("refused", "llm_config.api_key", "is_key") in remarks
    written = str(dict(reading.values))
    assert [word for word in ("of-the-firm", "secret-of-stock", "npx") if word in written] == []


def test_what_has_no_place_is_told() -> None:
    remarks = told(read(AGENT))
    assert {("left_out", "tools.0.url", "unknown_part"), ("left_out", "transforms", "unknown_part")} <= remarks
    assert ("left_out", "llm_config.url", "unknown_part") in remarks
    assert ("left_out", "llm_config.default_generation_parameters.top_k", "unknown_part") in remarks
    assert ("left_out", "inputs", "hint_unused") in remarks
    assert ("left_out", "tools.2.name", "wrong_kind") in remarks


def test_a_swarm_is_an_agent_for_each_of_its_members() -> None:
    second = {**AGENT, "id": "agent2", "name": "Refunds", "$referenced_components": {}}
    swarm = {"component_type": "Swarm", "agentspec_version": "26.1.2", "id": "s", "name": "Desk", "first_agent": AGENT}
    swarm |= {"relationships": [[AGENT, second]], "handoff": "optional"}
    found = intake([Upload("swarm.yaml", yaml.safe_dump(swarm).encode())])
    assert [item.values["name"] for item in found.items] == ["OrderHelper", "Refunds"]
    assert ("left_out", "handoff", "unknown_part") in told(found.items[0])


def test_references_in_a_circle_lead_nowhere() -> None:
    shared = {"a": {"$component_ref": "b"}, "b": {"$component_ref": "a"}}
    data = {**AGENT, "llm_config": {"$component_ref": "a"}, "$referenced_components": shared}
    assert "model" not in read(data).values


def test_parts_of_the_wrong_kind_are_left_out() -> None:
    readings = read_all(AgentSpecImporter(), AGENT)
    assert len(readings) > 500
    for reading in readings:
        check(dict(reading.values))


def test_other_documents_are_not_of_this_kind() -> None:
    others: list[Any] = [None, [], {}, {"component_type": "Flow", "nodes": []}, {"component_type": ["Agent"]}, [AGENT]]
    assert [data for data in others if AgentSpecImporter().recognises(Document("a.yaml", "", data))] == []
