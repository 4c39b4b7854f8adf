"""Dify's apps: ours, and those that people export from Dify, of every mode and of older versions."""

from copy import deepcopy
from typing import Any

import pytest
import yaml

from builder.importers.base import Document, Reading
from builder.importers.dify import DifyImporter
from tests.importers.reading import places, sound
from tests.patience import at_once

FEATURES = """
    features:
      file_upload: {image: {enabled: false, number_limits: 3, transfer_methods: [local_file]}}
      opening_statement: Good day!
      suggested_questions: ['Where is my parcel?', '']
      suggested_questions_after_answer: {enabled: true}
      retriever_resource: {enabled: false}
      speech_to_text: {enabled: false}
      text_to_speech: {enabled: true, language: de-DE, voice: alloy}
"""
CHATFLOW = f"""
app: {{name: Parcel desk, description: '', mode: advanced-chat, icon: "\\U0001F916", icon_background: '#FFEAD5'}}
kind: app
version: 0.1.5
workflow:
{FEATURES}
    conversation_variables: []
    environment_variables:
      - {{name: SHOP_KEY, value: abc, value_type: secret}}
      - {{name: SHOP, value: North, value_type: string}}
    graph:
      viewport: {{x: 0, y: 0, zoom: 1}}
      edges:
        - {{id: a, source: '1721123006687', target: llm, type: custom}}
        - {{id: b, source: llm, target: answer, type: custom}}
      nodes:
        - id: answer
          type: custom
          data: {{type: answer, title: Answer, answer: '{{{{#llm.text#}}}}', variables: []}}
        - id: '1721123006687'
          type: custom
          data:
            type: start
            title: Start
            variables:
              - {{label: Your shop, variable: shopName, type: text-input, required: true, max_length: 48, options: []}}
              - {{label: Never used, variable: idle, type: select, required: false, options: [a, b]}}
        - id: llm
          type: custom
          data:
            type: llm
            title: LLM
            context: {{enabled: false, variable_selector: []}}
            memory: {{role_prefix: {{assistant: '', user: ''}}, window: {{enabled: true, size: 10}}}}
            model:
              completion_params: {{temperature: 0.2, max_output_tokens: 400, stop: []}}
              mode: chat
              name: gemini-2.5-pro
              provider: langgenius/gemini/google
            prompt_template:
              - {{id: x, role: system, text: 'You work at {{{{#1721123006687.shopName#}}}}. Write {{"a": 1}} back.'}}
            variables: []
            vision: {{enabled: false}}
        - {{id: note, type: custom-note, data: {{text: remember}}}}
"""
WORKFLOW: dict[str, Any] = {
    "version": "0.3.0",
    "kind": "app",
    "app": {"name": "报告", "description": "Writes reports.", "mode": "workflow"},
    "workflow": {
        "graph": {
            "edges": [
                {"source": "1", "target": "2"},
                {"source": "2", "target": "3"},
                {"source": "3", "target": "4"},
                {"source": "4", "target": "5"},
            ],
            "nodes": [
                {"id": "5", "data": {"type": "end", "title": "End", "outputs": []}},
                {"id": "4", "data": {"type": "llm", "title": "Polish", "prompt_template": [], "model": {}}},
                {"id": "3", "data": {"type": "code", "title": "Count", "code": "import os", "outputs": {}}},
                {
                    "id": "2",
                    "data": {
                        "type": "llm",
                        "title": "Draft it",
                        "model": {"provider": "openai", "name": "gpt-4o", "mode": "chat", "completion_params": {}},
                        "prompt_template": [
                            {"role": "system", "text": "You write {{#1.kind#}} reports for {{#conversation.who#}}."},
                            {"role": "assistant", "text": "I see."},
                            {
                                "role": "user",
                                "edition_type": "jinja2",
                                "text": "",
                                "jinja2_text": "{% if t %}{{ topic }}{% endif %}",
                            },
                        ],
                        "prompt_config": {
                            "jinja2_variables": [{"variable": "topic", "value_selector": ["1", "topic"]}],
                        },
                        "structured_output_enabled": True,
                        "structured_output": {
                            "schema": {"type": "object", "properties": {"text": {"$ref": "http://example.invalid/x"}}}
                        },
                    },
                },
                {
                    "id": "1",
                    "data": {
                        "type": "start",
                        "title": "Start",
                        "variables": [
                            {"variable": "kind", "label": "kind of report", "type": "paragraph"},
                            {"variable": "topic", "label": "Topic", "type": "paragraph"},
                        ],
                    },
                },
            ],
        }
    },
}
CHATBOT = """
app: {mode: MODE, name: Wine-helper, description: Recommends wine., icon: a, icon_background: '#fff'}
kind: app
model_config:
  agent_mode:
    enabled: true
    max_iteration: 5
    strategy: function_call
    tools:
      - {enabled: true, provider_id: google, provider_type: builtin, tool_label: Search, tool_name: google_search}
      - {enabled: false, provider_id: time, tool_name: current_time}
  dataset_configs: {datasets: {datasets: [{dataset: {enabled: true, id: 1}}]}, retrieval_model: multiple}
  external_data_tools: []
  model: {completion_params: {temperature: 1}, mode: chat, name: claude-3-5-sonnet, provider: anthropic}
  more_like_this: {enabled: false}
  opening_statement: What do you eat?
  pre_prompt: 'Recommend a wine for {{dish}} below {{price}} euros. {{other}} stays.'
  prompt_type: simple
  suggested_questions: [Pizza, Fish]
  user_input_form:
    - paragraph: {default: '', label: What is on the plate, required: true, variable: dish}
    - number: {default: '', label: '', required: true, variable: price}
version: 0.1.2
"""


def read(data: Any, path: str = "export/wine.yml") -> Reading:
    return sound(DifyImporter(), Document(path, "", data))


def test_a_chatflow() -> None:
    reading = read(yaml.safe_load(CHATFLOW))
    system, user = reading.values["prompts"]
    assert reading.values["name"] == "ParcelDesk"
    assert system["content"] == 'You work at {shop_name}. Write {{"a": 1}} back.'
    assert system["placeholders"] == {"shop_name": "Your shop"}
    assert (user["content"], user["placeholders"]) == ("{message}", {"message": "The message that the agent answers."})
    assert reading.values["first_message"] == "Good day!"
    assert reading.values["conversation_starters"] == ["Where is my parcel?"]
    assert reading.values["voice"] == {"voice_id": "alloy"}
    assert reading.values["language"] == "de-DE"
    settings = {"temperature": 0.2, "max_tokens": 400}
    assert reading.values["model"] == {"provider": "google", "name": "gemini-2.5-pro", "settings": settings}
    assert "workflow" not in reading.values
    assert {
        ("workflow.features.suggested_questions_after_answer", "unknown_part"),
        ("workflow.environment_variables.0", "is_key"),
        ("workflow.environment_variables.1", "unknown_part"),
        ("variables.idle", "unknown_part"),
        ("app.description", "description_made"),
    } <= places(reading)


def test_a_workflow_with_code_and_two_models() -> None:
    reading = read(deepcopy(WORKFLOW), "reports/weekly.yml")
    system, user = reading.values["prompts"]
    assert reading.values["name"] == "weekly"
    assert system["content"] == "You write {kind} reports for {who}."
    assert user["content"] == "{{% if t %}}{topic}{{% endif %}}"
    assert user["placeholders"] == {"topic": "Topic"}
    assert reading.values["return_type"] == "structured"
    assert reading.values["schema_definition"] == {"type": "object", "properties": {"text": {}}}
    steps = reading.values["workflow"]["steps"]
    assert [(step["title"], step["kind"], step["next"]) for step in steps] == [
        ("Start", "start", ["2"]),
        ("Draft it", "llm", ["3"]),
        ("Count", "code", ["4"]),
        ("Polish", "llm", ["5"]),
        ("End", "end", []),
    ]
    assert {
        ("workflow.graph.nodes", "only_first"),
        ("workflow.graph.nodes.2.data", "runs_code"),
        ("workflow.graph.nodes.1.data", "unknown_part"),
        ("workflow.graph.nodes.3.data.prompt_template.1", "unknown_part"),
        ("workflow.graph.nodes.3.data.prompt_template.2", "template_kept"),
    } <= places(reading)
    assert "reads_elsewhere" in {remark.code for remark in reading.remarks}
    assert "import os" not in str(reading.values)


@pytest.mark.parametrize("mode", ["chat", "agent-chat", "completion"])
def test_simple_apps(mode: str) -> None:
    reading = read(yaml.safe_load(CHATBOT.replace("MODE", mode)))
    system, user = reading.values["prompts"]
    assert reading.values["name"] == "Wine-helper"
    assert system["content"] == "Recommend a wine for {dish} below {price} euros. {{{{other}}}} stays."
    assert system["placeholders"] == {"dish": "What is on the plate", "price": "What to write for “price”."}
    assert user["content"] == "{message}"
    assert reading.values["tools"] == [{"name": "google_search", "parameters": {}}]
    assert reading.values["conversation_starters"] == ["Pizza", "Fish"]
    assert reading.values["model"]["provider"] == "anthropic"
    expected = {("model_config.dataset_configs", "unknown_part"), ("model_config.agent_mode.tools.0", "tool_named")}
    assert expected <= places(reading)


def test_an_app_whose_messages_were_written_by_hand() -> None:
    data = yaml.safe_load(CHATBOT.replace("MODE", "chat"))
    prompt = [{"role": "system", "text": "Be kind to {{dish}}."}, {"role": "user", "text": "{{#query#}}"}]
    data["model_config"] |= {"prompt_type": "advanced", "chat_prompt_config": {"prompt": prompt}}
    system, user = read(data).values["prompts"]
    assert (system["content"], user["content"]) == ("Be kind to {dish}.", "{message}")


def test_an_agent_node() -> None:
    data = deepcopy(WORKFLOW)
    parameters = {
        "instruction": {"type": "constant", "value": "Use your tools."},
        "query": {"type": "constant", "value": "{{#sys.query#}}"},
        "model": {"type": "constant", "value": {"provider": "langgenius/openai/openai", "model": "gpt-4o-mini"}},
        "tools": {"type": "constant", "value": [{"enabled": True, "tool_name": "ddgo_search", "settings": {}}]},
    }
    data["workflow"]["graph"]["nodes"][3]["data"] = {"type": "agent", "title": "Ag", "agent_parameters": parameters}
    reading = read(data)
    assert [item["content"] for item in reading.values["prompts"]] == ["Use your tools.", "{message}"]
    assert reading.values["model"] == {"provider": "openai", "name": "gpt-4o-mini"}
    assert reading.values["tools"] == [{"name": "ddgo_search", "parameters": {}}]


def test_a_question_behind_the_turns_before() -> None:
    data = yaml.safe_load(CHATFLOW)
    data["workflow"]["graph"]["nodes"][2]["data"]["memory"]["query_prompt_template"] = "Asked: {{#sys.query#}}"
    assert read(data).values["prompts"][1]["content"] == "Asked: {message}"


@pytest.mark.parametrize(
    "data",
    [
        *(None, 7, "kind: app", [], {}, {"kind": "app"}, {"kind": "app", "app": {"mode": "workflow"}}),
        {"kind": "rag_pipeline", "app": {"mode": "workflow"}, "workflow": {}},
        {"kind": "app", "app": {"mode": ["chat"]}, "workflow": {}},
        {"app": 1, "workflow": {}},
    ],
)
def test_other_documents_are_not_recognised(data: Any) -> None:
    assert not DifyImporter().recognises(Document("", "", data))


def ways(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([way] if way else []), *(found for key, part in inner for found in ways(part, (*way, key)))]


@pytest.mark.parametrize("wrong", [None, 7, "x", [], [7], {"a": [1]}, {1: 2}, True, {"value": {"value": []}}], ids=repr)
@pytest.mark.parametrize("data", [WORKFLOW, yaml.safe_load(CHATFLOW), yaml.safe_load(CHATBOT)], ids=["w", "c", "b"])
def test_a_wrong_kind_anywhere_never_breaks_it(data: Any, wrong: Any) -> None:
    for way in ways(data):
        broken = deepcopy(data)
        held = broken
        for key in way[:-1]:
            held = held[key]
        held[way[-1]] = wrong
        document = Document("", "", broken)
        DifyImporter().recognises(document)
        assert isinstance([remark.text for remark in DifyImporter().read(document).remarks], list)


def test_a_large_graph_is_read_at_once() -> None:
    nodes = [{"id": str(number), "data": {"type": "if-else", "title": "x"}} for number in range(2_000)]
    edges = [{"source": str(number), "target": str(number + 1)} for number in range(2_000)]
    text = " ".join(f"{{{{#{number}.x#}}}}" for number in range(2_000))
    agent = {"type": "llm", "title": "a", "prompt_template": [{"role": "system", "text": text}]}
    graph = {"nodes": [{"id": "a", "data": agent}, *nodes], "edges": edges}
    app = {"kind": "app", "app": {"name": "a", "mode": "workflow"}, "workflow": {"graph": graph}}
    with at_once():
        assert DifyImporter().read(Document("", "", app)).values["name"] == "a"
