"""Providers behind addresses, and what is said of tool servers, come back from our own files."""

from typing import Any

import pytest

from builder.core.agent import AgentConfig
from builder.exporters.registry import find
from tests.exporters.configurations import configuration
from tests.importers.test_round_trip import complaints, read_back


def agent(**changes: Any) -> AgentConfig:
    return AgentConfig.model_validate(configuration(**changes))


@pytest.mark.parametrize(
    ("name", "provider"),
    [
        ("autogen", "mistral"),
        ("autogen", "ollama"),
        ("agent_spec", "groq"),
        ("letta", "azure"),
        ("letta", "google-vertex"),
    ],
)
def test_a_model_behind_a_door_comes_back(name: str, provider: str) -> None:
    config = agent(model={"provider": provider, "name": "gemini-x"})
    assert complaints(find(name), config) == []
    assert read_back(find(name).export(config), name).values["model"] == {"provider": provider, "name": "gemini-x"}


def test_what_openai_is_told_of_a_server_comes_back() -> None:
    said = {"headers": {"X-Own": "YOUR_KEY"}, "require_approval": {"never": {"tool_names": ["a"]}}}
    mcp = {"name": "n", "url": "https://mcp.example.com/mcp", "tools": ["a"], "server_description": "Stock.", **said}
    config = agent(tools=[{"mcp": mcp}])
    assert complaints(find("openai_responses"), config) == []
    assert read_back(find("openai_responses").export(config), "openai_responses").values["tools"] == [{"mcp": mcp}]


def test_values_of_headers_stay_where_they_are() -> None:
    """Of a body that somebody else has written."""
    export = find("openai_responses").export(agent(tools=[{"mcp": {"name": "n", "url": "https://mcp.example.com/x"}}]))
    (file,) = export.files
    body = file.content.replace('"server_label": "n"', '"headers": {"A": "own-secret-value"}, "server_label": "n"')
    assert body != file.content
    found = read_back(type(export)((type(file)(file.path, body),)), "openai_responses")
    assert "own-secret-value" not in repr(found.values) and "headers" not in found.values["tools"][0]["mcp"]
    assert any(remark.code == "is_key" for remark in found.remarks)
