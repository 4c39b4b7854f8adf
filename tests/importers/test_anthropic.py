"""Bodies of Anthropic's managed agents and of single messages, as people keep them."""

from typing import Any

from builder.core.check import check
from builder.importers.anthropic import AnthropicImporter
from builder.importers.base import Document, Reading
from tests.importers.broken import read_all
from tests.importers.reading import told

CODER: dict[str, Any] = {
    "id": "agent_01",
    "type": "agent",
    "version": 3,
    "created_at": "2026-10-01T00:00:00Z",
    "name": "Release notes",
    "description": "",
    "model": {"id": "claude-opus-5-5", "speed": "fast"},
    "system": "You write notes for {{PRODUCT}} in {tone}. A set is {{a, b}} or {{lower}}.",
    "tools": [
        {
            "type": "agent_toolset_20260401",
            "configs": [
                {"name": "web_search", "enabled": True},
                {"name": "web_fetch", "enabled": False},
                {"name": "bash", "permission_policy": {"type": "always_allow"}},
            ],
        },
        {"type": "mcp_toolset", "mcp_server_name": "github", "configs": [{"name": "list_commits"}]},
        {"type": "custom", "name": "publish", "description": "Publishes.", "input_schema": {"type": "object"}},
    ],
    "mcp_servers": [{"type": "url", "name": "github", "url": "https://mcp.example.com", "authorization_token": "x"}, 7],
    "skills": [{"type": "anthropic", "skill_id": "xlsx"}],
    "metadata": {"owner": "docs"},
}


def read(data: Any) -> Reading:
    document = Document("agents/notes.json", "", data)
    assert AnthropicImporter().recognises(document)
    return AnthropicImporter().read(document)


def test_what_can_be_taken_is_taken() -> None:
    values = dict(read(CODER).values)
    assert check(values) == []
    assert values["name"] == "ReleaseNotes" and values["return_type"] == "unstructured"
    assert values["prompts"][0]["content"] == (
        "You write notes for {product} in {tone}. A set is {{{{a, b}}}} or {{{lower}}}."
    )
    assert values["model"] == {"provider": "anthropic", "name": "claude-opus-5-5"}
    assert values["tools"] == [
        {"name": "web_search", "parameters": {}},
        {"name": "publish", "parameters": {"type": "object", "properties": {}, "description": "Publishes."}},
        {"mcp": {"name": "github", "url": "https://mcp.example.com", "tools": ["list_commits"]}},
    ]


def test_what_cannot_be_taken_is_told() -> None:
    assert told(read(CODER)) == {
        ("rewritten", "name", "name_mended"),
        ("added", "description", "description_made"),
        ("added", "", "user_prompt_added"),
        ("rewritten", "system", "template_rewritten"),
        ("added", "system", "placeholder_explained"),
        ("left_out", "model.speed", "unknown_part"),
        ("left_out", "tools.0.bash", "unknown_part"),
        ("left_out", "tools.0.configs.2.permission_policy", "unknown_part"),
        ("refused", "mcp_servers.0.authorization_token", "is_key"),
        ("left_out", "mcp_servers.1", "wrong_kind"),
        ("left_out", "skills", "unknown_part"),
    }


def test_a_tool_for_the_result_is_the_output() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    own = {"type": "custom", "name": "submit_result", "input_schema": schema}
    ours = {**own, "description": "Give your result here, once, at the end."}
    assert read({**CODER, "tools": [ours]}).values["schema_definition"] == schema
    assert read({**CODER, "tools": [{**own, "description": "Sends it."}]}).values["return_type"] == "unstructured"


def test_other_documents_are_not_taken_for_it() -> None:
    others: list[Any] = [None, [], {}, {"model": "claude-x"}, {"system": "Hi"}, {"system": "Hi", "model": "gpt-6"}]
    others += [{"system": "Hi", "model": 7}, {"system": "Hi", "name": "a", "model": "m", "tools": [{"type": "x"}]}]
    assert [data for data in others if AnthropicImporter().recognises(Document("a.json", "", data))] == []


def test_parts_of_the_wrong_kind_do_no_harm() -> None:
    assert len(read_all(AnthropicImporter(), CODER)) > 100
