"""Prompty files: ours, and those that people write, of version 2 and of version 1."""

from copy import deepcopy
from typing import Any

import pytest
import yaml

from builder.importers.base import Document, Reading
from builder.importers.heads import split
from builder.importers.prompty import PromptyImporter
from tests.importers.reading import places, sound

SECOND = """---
name: flight-desk
displayName: Flight desk
description: Answers travellers.
authors: [ada]
model:
  id: gpt-6.1
  provider: openai
  connection:
    kind: key
    endpoint: ${env:MY_ENDPOINT}
    apiKey: ${env:MY_KEY}
  options: {temperature: 0.3, maxOutputTokens: 300, stopSequences: [x]}
inputs:
  - {name: firstName, kind: string, description: Who asks, default: Ada}
  - {name: idle, kind: string}
outputs:
  - {name: answer, kind: string, description: What to say., required: true}
  - {name: mood, kind: string, enumValues: [calm, angry], nullable: true}
  - {name: seats, kind: array, items: {kind: integer}}
  - name: place
    kind: object
    properties: [{name: row, kind: float, required: true}]
tools:
  - name: find_flight
    kind: function
    description: Looks for flights.
    parameters: [{name: day, kind: string, required: true}]
  - {name: docs, kind: mcp, serverName: docs, connection: {kind: anonymous, endpoint: "https://mcp.example.com/x"}}
  - {name: spec, kind: openapi, specification: ./spec.json}
template: {format: {kind: jinja2}, parser: {kind: prompty}}
---
system:
You answer {{firstName}}. {# be brief #}
{% if idle %}Wait.{% endif %} Write {"a": 1} and {{ "{{" }}.

user:
{{ question }}

assistant:
An example.

user:
{{ question | upper }} {{question}}
"""
FIRST = """---
name: Basic Prompt
description: A first one.
authors:
  - ada
model:
  api: chat
  configuration:
    type: azure_openai
    azure_endpoint: ${env:AZURE_ENDPOINT}
    azure_deployment: gpt-4o
    api_key: abcdef0123456789
  parameters: {max_tokens: 128, temperature: 0.2, response_format: {type: text}}
sample:
  firstName: Jane
  context: Some text.
---
system:
You help {{firstName}}.

{{{context}}}

user:
What is it?
"""


def document(text: str, path: str = "") -> Document:
    return Document(path, text, yaml.safe_load(split(text)[0]))


def read(text: str, path: str = "") -> Reading:
    return sound(PromptyImporter(), document(text, path))


def test_version_2() -> None:
    reading = read(SECOND)
    system, user = reading.values["prompts"]
    assert reading.values["name"] == "flight-desk"
    assert system["content"] == (
        "You answer {first_name}. \n{{% if idle %}}Wait.{{% endif %}} Write {{\"a\": 1}} and {{{{."
    )
    assert system["placeholders"] == {"first_name": "Who asks"}
    assert user["content"] == "{{{{ question | upper }}}} {question}"
    assert reading.values["schema_definition"] == {
        "type": "object",
        "properties": {
            "answer": {"type": "string", "description": "What to say."},
            "mood": {"anyOf": [{"type": "string", "enum": ["calm", "angry"]}, {"type": "null"}]},
            "seats": {"type": "array", "items": {"type": "integer"}},
            "place": {
                "type": "object",
                "properties": {"row": {"type": "number"}},
                "required": ["row"],
                "additionalProperties": False,
            },
        },
        "required": ["answer"],
        "additionalProperties": False,
    }
    settings = {"temperature": 0.3, "max_tokens": 300}
    assert reading.values["model"] == {"provider": "openai", "name": "gpt-6.1", "settings": settings}
    function, server = reading.values["tools"]
    assert function["name"] == "find_flight"
    assert function["parameters"]["required"] == ["day"]
    assert server == {"mcp": {"name": "docs", "url": "https://mcp.example.com/x"}}
    assert {
        ("model.connection.endpoint", "reads_elsewhere"),
        ("model.connection.apiKey", "reads_elsewhere"),
        ("model.options.stopSequences", "unknown_part"),
        ("body", "comment_left_out"),
        ("body", "template_kept"),
        ("body.assistant", "unknown_part"),
        ("body.user", "unknown_part"),
        ("inputs.idle", "unknown_part"),
        ("tools.2", "unknown_part"),
    } <= places(reading)


def test_version_1() -> None:
    reading = read(FIRST, "prompts/basic.prompty")
    system, user = reading.values["prompts"]
    assert reading.values["name"] == "BasicPrompt"
    assert system["content"] == "You help {first_name}.\n\n{context}"
    assert (user["content"], user["placeholders"]) == ("What is it?", {})
    settings = {"max_tokens": 128, "temperature": 0.2}
    assert reading.values["model"] == {"provider": "azure", "name": "gpt-4o", "settings": settings}
    assert {
        ("model.configuration.azure_endpoint", "reads_elsewhere"),
        ("model.configuration.api_key", "is_key"),
        ("model.options.response_format", "unknown_part"),
    } <= places(reading)
    assert "abcdef" not in str(reading.values)


def test_nothing_is_looked_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("HIDDEN_VALUE", "zq7hidden")
    (tmp_path / "secret.txt").write_text("zq7hidden")
    text = SECOND.replace("Answers travellers.", "${env:HIDDEN_VALUE}")
    text = text.replace("Who asks", f'"${{file:{tmp_path}/secret.txt}}"')
    reading = read(text, str(tmp_path / "a.prompty"))
    assert "zq7hidden" not in f"{reading.values}{reading.remarks}"
    assert {("description", "reads_elsewhere"), ("inputs.0.description", "reads_elsewhere")} <= places(reading)


def test_inputs_of_other_forms_and_a_text_without_roles() -> None:
    head = "name: a\ninputs: {city: {type: string, description: Where}}"
    reading = read(f"---\n{head}\n---\nTell of {{{{city}}}}.", "a.prompty")
    assert reading.values["prompts"][0]["placeholders"] == {"city": "Where"}
    assert ("", "user_prompt_added") in places(reading)


@pytest.mark.parametrize(
    "text", ["system:\nHello.", "---\nname: a\ndescription: b\n---\nText.", "---\nmodel: {}\n---\nNo roles.", "", "{}"]
)
def test_other_texts_are_not_recognised(text: str) -> None:
    assert not PromptyImporter().recognises(document(text))


def ways(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([way] if way else []), *(found for key, part in inner for found in ways(part, (*way, key)))]


@pytest.mark.parametrize("wrong", [None, 7, "x", [], [7], {"a": [1]}, {1: 2}, True, "${env:HOME}"], ids=repr)
@pytest.mark.parametrize("text", [SECOND, FIRST], ids=["second", "first"])
def test_a_wrong_kind_anywhere_never_breaks_it(text: str, wrong: Any) -> None:
    data = yaml.safe_load(split(text)[0])
    for way in ways(data):
        broken = deepcopy(data)
        held = broken
        for key in way[:-1]:
            held = held[key]
        held[way[-1]] = wrong
        found = Document("a.prompty", text, broken)
        PromptyImporter().recognises(found)
        assert isinstance([remark.text for remark in PromptyImporter().read(found).remarks], list)


def test_a_deep_schema_ends() -> None:
    deep: dict[str, Any] = {"name": "a", "kind": "string"}
    for _ in range(300):
        deep = {"name": "a", "kind": "array", "items": deep}
    reading = PromptyImporter().read(Document("a.prompty", "system:\nHi.", {"outputs": [deep]}))
    assert "wrong_kind" in {remark.code for remark in reading.remarks}
