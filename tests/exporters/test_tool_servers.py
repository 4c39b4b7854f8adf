"""Which tools of a server may be used, what else is said of it, and what of that stands in files."""

import json
from typing import Any

import pytest
import yaml

from builder.core.agent import AgentConfig
from builder.exporters.allowed_tools import allowed
from builder.exporters.registry import find
from tests.exporters.configurations import configuration

ADDRESS = "https://mcp.example.com/mcp"
RESTRICTING = ("openai_agents", "openai_responses", "anthropic", "gemini", "agent_framework", "agent_spec")
ALL_TOOLS = ("autogen", "vapi")


def agent(**mcp: Any) -> AgentConfig:
    return AgentConfig.model_validate(configuration(tools=[{"mcp": {"name": "n", "url": ADDRESS, **mcp}}]))


def codes(name: str, config: AgentConfig) -> dict[str, str]:
    return {note.field: note.code for note in find(name).export(config).notes if note.field.startswith("tools")}


def first(name: str, config: AgentConfig) -> Any:
    return yaml.safe_load(find(name).export(config).files[0].content)


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ({"tools": ["a"]}, ("a",)),
        ({"allowed_tools": ["a", "a"]}, ("a",)),
        ({"tools": [{"name": "a", "description": "x"}], "allowed_tools": ["zz"]}, ("a", "zz")),
        ({"tools": [{"name": "a"}, {"name": "delete"}], "allowed_tools": ["a"]}, ("a",)),
        ({"allowed_tools": {"tool_names": ["a"]}}, ("a",)),
        ({"tools": "a"}, ("a",)),
        ({"tools": ["*"]}, ()),
        ({"tools": {"a": {}}}, ()),
        ({}, ()),
    ],
)
def test_tools_are_named_under_two_keys_and_in_several_ways(said: Any, names: tuple[str, ...]) -> None:
    assert allowed(said).names == names


@pytest.mark.parametrize("name", RESTRICTING)
def test_a_restriction_stands_in_the_files(name: str) -> None:
    config = agent(tools=[{"name": "count", "hint": 1}, 7], allowed_tools=["weigh"])
    written = find(name).export(config).files[0].content
    assert "count" in written and "weigh" in written
    told = codes(name, config)
    assert told["tools.0.mcp.tools.0.hint"] == "no_slot" and told["tools.0.mcp.tools.1"] == "tool_unread"
    assert "tools.0.mcp.tools" not in told


@pytest.mark.parametrize("name", RESTRICTING)
def test_a_restriction_that_nobody_can_read_is_told(name: str) -> None:
    for unread in ({"a": 1}, [], [7]):
        assert codes(name, agent(tools=unread))["tools.0.mcp.tools"] == "server_tools_all"
    assert codes(name, agent(tools=["a", "b"], allowed_tools=["a"]))["tools.0.mcp.tools.1"] == "tool_not_allowed"


@pytest.mark.parametrize("name", ALL_TOOLS)
def test_platforms_that_give_all_tools_say_so(name: str) -> None:
    told = codes(name, agent(tools=["a"], allowed_tools=["b"]))
    assert {told["tools.0.mcp.tools"], told["tools.0.mcp.allowed_tools"]} == {"server_tools_all"}


def test_a_name_is_told_where_it_stands_and_a_second_one_is_told_too() -> None:
    config = agent(name="", server_label="Mein Server", id="x")
    told = codes("openai_responses", config)
    assert told["tools.0.mcp.server_label"] == "name_changed" and told["tools.0.mcp.id"] == "no_slot"
    assert codes("vapi", config)["tools.0.mcp.server_label"] == "no_slot"


def test_openai_is_told_of_approval_and_headers_without_their_values() -> None:
    said = {"headers": {"X-Pin": "4711", "X-Own": "x"}, "require_approval": "never", "server_description": "Stock."}
    config = agent(**said)
    (tool,) = first("openai_responses", config)["tools"]
    assert tool["require_approval"] == "never" and tool["server_description"] == "Stock."
    assert tool["headers"] == {"X-Pin": "YOUR_KEY", "X-Own": "YOUR_KEY"} and "4711" not in json.dumps(tool)
    told = codes("openai_responses", config)
    assert told["tools.0.mcp.headers.X-Pin"] == "key_left_out"
    assert not {"tools.0.mcp.headers", "tools.0.mcp.require_approval", "tools.0.mcp.server_description"} & set(told)


@pytest.mark.parametrize(
    "said",
    [
        {"headers": {"a b": "x"}},
        {"headers": {"a": ["x"]}},
        {"headers": "x"},
        {"require_approval": "sometimes"},
        {"require_approval": {"never": {"tool_names": [1]}}},
        {"server_description": 7},
    ],
)
def test_what_openai_would_not_take_is_not_written(said: dict[str, Any]) -> None:
    (tool,) = first("openai_responses", agent(**said))["tools"]
    assert set(tool) == {"type", "server_label", "server_url"}
    assert codes("openai_responses", agent(**said))[f"tools.0.mcp.{next(iter(said))}"] == "set_up_there"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("openai_agents", "headers"),
        ("anthropic", "require_approval"),
        ("gemini", "headers"),
        ("autogen", "timeout"),
        ("agent_framework", "require_approval"),
        ("agent_spec", "headers"),
    ],
)
def test_no_place_is_said_only_where_there_is_none(name: str, key: str) -> None:
    assert codes(name, agent(**{key: "never", "colour": "red"}))[f"tools.0.mcp.{key}"] == "set_up_there"
    assert codes(name, agent(colour="red"))["tools.0.mcp.colour"] == "no_slot"
    assert codes("letta", agent())["tools.0"] == "tool_server_apart"
