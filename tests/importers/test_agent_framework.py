"""Agents of Microsoft's Agent Framework as people write them in YAML."""

from typing import Any

import yaml

from builder.core.check import check
from builder.importers.agent_framework import AgentFrameworkImporter
from builder.importers.base import Document, Reading
from builder.importers.intake import Upload, intake
from tests.importers.broken import read_all
from tests.importers.reading import told

TRIAGE = """
kind: Prompt
name: triage agent
displayName: Triage
description: Sorts what comes in at the help desk.
instructions: |-
  You sort tickets of {company}.
  Say why.
additionalInstructions: Never close a ticket.
metadata:
  authors: [ann]
model:
  id: gpt-4.1-mini
  provider: AzureOpenAI
  apiType: Chat
  options:
    temperature: 0.2
    topP: 0.9
    topK: 3
  connection:
    kind: key
    endpoint: =Env.AZURE_OPENAI_ENDPOINT
    apiKey: =Env.AZURE_OPENAI_KEY
inputSchema:
  properties:
    company: {type: string, description: Whose help desk it is.}
    unused: {type: string}
outputSchema:
  type: object
  properties:
    priority: {type: string, required: true, enum: [low, high], description: How soon.}
    tags: {type: array, items: {type: string}}
    who:
      type: object
      properties:
        - {name: team, kind: string, required: true}
    score: {type: number, minimum: 0, example: 0.5}
tools:
  - kind: function
    name: find_ticket
    description: Finds a ticket.
    bindings: {find: find_ticket}
    parameters:
      properties:
        number: {type: integer, required: true}
        open: {type: boolean, default: true}
  - kind: mcp
    name: wiki
    url: https://wiki.example.com/mcp
    allowedTools: [search]
    approvalMode: never
    connection: {kind: key, apiKey: secret-of-wiki}
  - kind: web_search
    name: web
  - kind: code_interpreter
    fileIds: [f1]
template:
  format: {kind: mustache}
"""


def read(data: Any) -> Reading:
    document = Document("triage.yaml", "", data)
    assert AgentFrameworkImporter().recognises(document)
    return AgentFrameworkImporter().read(document)


def triage(**changes: Any) -> Any:
    return {**yaml.safe_load(TRIAGE), **changes}


def test_an_agent_with_inputs_and_an_output() -> None:
    found = intake([Upload("triage.yaml", TRIAGE.encode())])
    assert [(item.importer, list(item.problems)) for item in found.items] == [("agent_framework", [])]
    values = found.items[0].values
    system = values["prompts"][0]
    assert system["content"] == "You sort tickets of {company}.\nSay why.\n\nNever close a ticket."
    assert system["placeholders"] == {"company": "Whose help desk it is."}
    properties = values["schema_definition"]["properties"]
    assert properties["priority"] == {"type": "string", "description": "How soon.", "enum": ["low", "high"]}
    assert properties["who"]["required"] == ["team"]
    assert properties["score"] == {"type": "number", "examples": [0.5]}
    assert values["schema_definition"]["required"] == ["priority"]
    assert values["model"] == {
        "provider": "azure",
        "name": "gpt-4.1-mini",
        "settings": {"temperature": 0.2, "top_p": 0.9},
    }


def test_tools_of_each_kind() -> None:
    tools = read(triage()).values["tools"]
    parameters = next(tool["parameters"] for tool in tools if tool.get("name") == "find_ticket")
    assert parameters["required"] == ["number"]
    assert parameters["properties"]["open"] == {"type": "boolean", "default": True}
    assert parameters["description"] == "Finds a ticket."
    assert {"mcp": {"name": "wiki", "url": "https://wiki.example.com/mcp", "tools": ["search"]}} in tools
    assert [tool.get("name") for tool in tools] == ["find_ticket", None, "web_search", "code_interpreter"]


def test_formulas_are_refused_and_never_computed() -> None:
    reading = read(triage(name="=Env.NAME", model={"id": "=Env.MODEL", "provider": "OpenAI"}))
    assert (reading.values["name"], reading.values.get("model")) == ("Triage", None)
    assert {("refused", "name", "runs_code"), ("refused", "model.id", "runs_code")} <= told(reading)


def test_keys_and_what_has_no_place_are_told() -> None:
    reading = read(triage())
    remarks = told(reading)
    assert ("refused", "model.connection.apiKey", "is_key") in remarks
    assert ("left_out", "model.connection.endpoint", "unknown_part") in remarks
    assert ("left_out", "model.options.topK", "unknown_part") in remarks
    assert ("left_out", "outputSchema.properties.score.minimum", "unknown_part") in remarks
    assert ("left_out", "inputSchema.properties.unused", "hint_unused") in remarks
    assert {("left_out", "template", "unknown_part"), ("left_out", "tools.1.connection", "unknown_part")} <= remarks
    assert "secret-of-wiki" not in str(dict(reading.values)) and "Env." not in str(dict(reading.values))


def test_parts_of_the_wrong_kind_are_left_out() -> None:
    readings = read_all(AgentFrameworkImporter(), triage())
    assert len(readings) > 500
    for reading in readings:
        check(dict(reading.values))


def test_other_documents_are_not_of_this_kind() -> None:
    others: list[Any] = [None, [], {}, {"kind": "Prompt"}, {"kind": 7, "model": {}}, {"kind": "app", "model": {}}]
    others += [{"kind": "Workflow", "instructions": "a"}, {"instructions": "a", "model": "b"}]
    assert [data for data in others if AgentFrameworkImporter().recognises(Document("a.yaml", "", data))] == []
