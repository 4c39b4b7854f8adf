"""Bodies of OpenAI's hosted agents and of its assistants, as people keep them."""

from typing import Any

from builder.core.check import check
from builder.importers.base import Document, Reading
from builder.importers.openai_agents import OpenAIAgentsImporter
from tests.importers.broken import read_all
from tests.importers.reading import told

ASSISTANT: dict[str, Any] = {
    "id": "asst_1",
    "object": "assistant",
    "created_at": 1_790_000_000,
    "name": "Legal Intake (beta)",
    "description": None,
    "model": "gpt-6.1-terra",
    "instructions": "You take cases for {{Firm Name}} and {{ firmTown }}. Ask {client_name}. Answer like {\"a\": [1]}.",
    "tools": [
        {"type": "file_search", "file_search": {"max_num_results": 3}},
        {
            "type": "function",
            "function": {
                "name": "open_case",
                "description": "Opens a case.",
                "parameters": {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]},
                "strict": False,
            },
        },
        {"type": "function", "name": "close case", "parameters": {}},
        {"type": "web_search_preview"},
        {
            "type": "mcp",
            "server_label": "courts",
            "server_url": "https://mcp.example.com",
            "headers": {"Authorization": "x"},
            "allowed_tools": ["find"],
            "require_approval": "never",
        },
        7,
    ],
    "tool_resources": {"file_search": {"vector_store_ids": ["vs_1"]}},
    "metadata": {"team": "intake", "api_token": "abc"},
    "temperature": 0.2,
    "top_p": 1,
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": "case", "strict": True, "schema": {"type": "object", "properties": {"urgent": {}}}},
    },
}


def read(data: Any) -> Reading:
    document = Document("export/assistant.json", "", data)
    assert OpenAIAgentsImporter().recognises(document)
    return OpenAIAgentsImporter().read(document)


def test_what_can_be_taken_is_taken() -> None:
    values = dict(read(ASSISTANT).values)
    assert check(values) == []
    assert values["name"] == "LegalIntakeBeta"
    assert values["prompts"][0]["content"] == (
        'You take cases for {{{{Firm Name}}}} and {firm_town}. Ask {client_name}. Answer like {{"a": [1]}}.'
    )
    assert values["schema_definition"] == {"type": "object", "properties": {"urgent": {}}}
    settings = {"temperature": 0.2, "top_p": 1}
    assert values["model"] == {"provider": "openai", "name": "gpt-6.1-terra", "settings": settings}
    opens = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}
    assert values["tools"] == [
        {"name": "open_case", "parameters": {**opens, "description": "Opens a case."}},
        {"name": "close case", "parameters": {"type": "object", "properties": {}}},
        {"name": "web_search", "parameters": {}},
        {"mcp": {"name": "courts", "url": "https://mcp.example.com", "tools": ["find"], "require_approval": "never"}},
    ]
    assert values["metadata"] == {"team": "intake"}


def test_what_cannot_be_taken_is_told() -> None:
    assert told(read(ASSISTANT)) == {
        ("rewritten", "name", "name_mended"),
        ("added", "description", "description_made"),
        ("added", "", "user_prompt_added"),
        ("rewritten", "instructions", "template_rewritten"),
        ("added", "instructions", "placeholder_explained"),
        ("left_out", "tools.0", "unknown_part"),
        ("refused", "tools.4.headers", "is_key"),
        ("left_out", "tools.5", "wrong_kind"),
        ("left_out", "tools.5.name", "wrong_kind"),
        ("left_out", "tool_resources", "unknown_part"),
        ("refused", "metadata.api_token", "is_key"),
    }


def test_a_hosted_agent_of_few_words_is_enough() -> None:
    values = dict(read({"model": "gpt-6-luna", "instructions": "Be kind. Be brief."}).values)
    assert check(values) == [] and values["name"] == "assistant" and values["description"] == "Be kind."


def test_an_output_of_no_form_is_told() -> None:
    reading = read({"model": "gpt-6", "instructions": "Hi.", "text": {"format": {"type": "json_object"}}})
    assert reading.values["return_type"] == "unstructured"
    assert ("left_out", "text.format.type", "unknown_part") in told(reading)


def test_other_documents_are_not_taken_for_it() -> None:
    others: list[Any] = [None, [], {}, {"model": "a"}, {"instructions": "Hi"}, {"model": "a", "instructions": 1}]
    others.append({"model": "a", "instructions": "Hi", "input": "Hello"})
    assert [data for data in others if OpenAIAgentsImporter().recognises(Document("a.json", "", data))] == []


def test_parts_of_the_wrong_kind_do_no_harm() -> None:
    assert len(read_all(OpenAIAgentsImporter(), ASSISTANT)) > 100
