"""Agent specs of Pydantic AI as its own users write them, in YAML or JSON."""

from typing import Any

import yaml

from builder.core.check import check
from builder.importers.base import Document, Reading
from builder.importers.handlebars import template
from builder.importers.pydantic_ai import PydanticAIImporter
from tests.importers.broken import read_all
from tests.importers.reading import told
from tests.patience import at_once

HARBOUR: dict[str, Any] = yaml.safe_load(
    r"""
$schema: ./agent_schema.json
model: google-gla:gemini-2.5-pro
name: Harbour master
instructions:
  - You give berths to ships of {{company.name}} in {{ Harbour }}.{{! the old text was longer }}
  - "{{#if night}}Whisper.{{/if}} Answer as {\"berth\": 1}. Never write \\{{secret}}."
deps_schema:
  type: object
  properties:
    Harbour: {type: string, description: Which harbour it is.}
    tide: {type: string, description: How high the water is.}
output_schema: {type: object, properties: {berth: {type: integer}}, required: [berth]}
model_settings: {temperature: 0.1, extra_headers: {Authorization: Bearer abc}}
retries: 3
metadata: {team: quay, api_key: abc}
capabilities:
  - WebSearch: {max_uses: 3}
  - WebFetch
  - Thinking: {effort: high}
  - MCP: {url: "https://mcp.example.com/ships", id: ships, allowed_tools: [find], authorization_token: abc}
  - MCP: {command: npx, args: [ships]}
  - {Two: 1, Keys: 2}
"""
)


def read(data: Any, path: str = "agents/harbour.yaml") -> Reading:
    document = Document(path, "", data)
    assert PydanticAIImporter().recognises(document)
    return PydanticAIImporter().read(document)


def test_what_can_be_taken_is_taken() -> None:
    values = read(HARBOUR).values
    assert check(dict(values)) == []
    assert values["name"] == "HarbourMaster" and values["return_type"] == "structured"
    assert values["prompts"][0] == {
        "prompt_type": "system",
        "content": (
            "You give berths to ships of {company_name} in {harbour}.\n\n"
            '{{{{#if night}}}}Whisper.{{{{/if}}}} Answer as {{"berth": 1}}. Never write {{{{secret}}}}.'
        ),
        "placeholders": {"company_name": "What to write for “company name”.", "harbour": "Which harbour it is."},
    }
    assert values["prompts"][1]["content"] == "{message}"
    assert values["model"] == {"provider": "google", "name": "gemini-2.5-pro", "settings": {"temperature": 0.1}}
    assert values["metadata"] == {"team": "quay"}
    assert values["tools"] == [
        {"name": "web_search", "parameters": {}},
        {"name": "web_fetch", "parameters": {}},
        {"mcp": {"name": "ships", "url": "https://mcp.example.com/ships", "tools": ["find"]}},
    ]


def test_what_cannot_be_taken_is_told() -> None:
    assert told(read(HARBOUR)) == {
        ("rewritten", "name", "name_mended"),
        ("added", "description", "description_made"),
        ("added", "", "user_prompt_added"),
        ("left_out", "instructions", "comment_left_out"),
        ("rewritten", "instructions", "template_rewritten"),
        ("rewritten", "instructions", "template_kept"),
        ("added", "instructions", "placeholder_explained"),
        ("left_out", "deps_schema.properties.tide", "unknown_part"),
        ("refused", "model_settings.extra_headers", "is_key"),
        ("left_out", "retries", "unknown_part"),
        ("refused", "metadata.api_key", "is_key"),
        ("left_out", "capabilities.0.WebSearch.max_uses", "unknown_part"),
        ("left_out", "capabilities.2.Thinking", "unknown_part"),
        ("refused", "capabilities.3.MCP.authorization_token", "is_key"),
        ("refused", "capabilities.4.MCP.command", "runs_code"),
        ("refused", "capabilities.4.MCP.args", "runs_code"),
        ("left_out", "capabilities.5", "unknown_part"),
    }


def test_the_shortest_spec_is_enough() -> None:
    reading = read({"model": "openai:gpt-6.1-terra", "instructions": "You are a kind clerk. You never shout."})
    assert check(dict(reading.values)) == []
    assert reading.values["name"] == "harbour"
    assert reading.values["description"] == "You are a kind clerk."


def test_two_tildes_take_the_blanks_away() -> None:
    assert template("a \n{{~x~}} b {{y}} \\\\{{z}}", "").parts == [
        (False, "a"), (True, "x"), (False, "b "), (True, "y"), (False, " \\"), (True, "z"),
    ]  # fmt: skip


def test_text_that_never_ends_is_read_in_time() -> None:
    with at_once():
        for text in ("{{", "{{!--", "{{{", "\\", "{{a", "{{~x~}} "):
            template(text * 200_000, "")


def test_other_documents_are_not_taken_for_it() -> None:
    others: list[Any] = [
        None, 7, [], {}, {"model": "gpt-6", "instructions": "Hi"}, {"model": "a:b"}, {"instructions": "Hi"},
        {"model": "google:x", "instructions": "Hi", "tools": []}, {"capabilities": []},
    ]  # fmt: skip
    assert [data for data in others if PydanticAIImporter().recognises(Document("agent.yaml", "", data))] == []


def test_parts_of_the_wrong_kind_do_no_harm() -> None:
    readings = read_all(PydanticAIImporter(), HARBOUR)
    assert len(readings) > 100
    aside = {"user_prompt": "{a}{{", "user_placeholders": {"a": "What?"}, "tools": [{"name": "x"}]}
    own = {**HARBOUR, "metadata": aside}
    assert len(read_all(PydanticAIImporter(), own)) > 100
