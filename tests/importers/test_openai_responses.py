"""Bodies of single calls to OpenAI, in the form of Responses and of Chat Completions."""

from typing import Any

from builder.core.check import check
from builder.importers.base import Document, Reading
from builder.importers.openai_responses import OpenAIResponsesImporter
from tests.importers.broken import read_all
from tests.importers.reading import told

CALL: dict[str, Any] = {
    "model": "gpt-6.1",
    "instructions": "You translate into {{language}}.",
    "input": [
        {"role": "developer", "content": [{"type": "input_text", "text": "Keep names."}]},
        {"role": "assistant", "content": "What shall I translate?"},
        {
            "type": "message",
            "role": "user",
            "content": [
                {"type": "input_text", "text": "Text: {text}"},
                {"type": "input_image", "image_url": "https://example.com/a.png"},
            ],
        },
        {"role": "user", "content": "And this, too."},
    ],
    "max_output_tokens": 200,
    "reasoning": {"effort": "low"},
    "store": False,
    "previous_response_id": "resp_1",
    "text": {"format": {"type": "json_schema", "name": "translation", "schema": {"type": "string"}}},
}
CHAT: dict[str, Any] = {
    "model": "gpt-4o-mini",
    "messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello {name}"}],
    "temperature": 0,
    "max_completion_tokens": 50,
    "response_format": {"type": "json_object"},
}


def read(data: Any, path: str = "call.json") -> Reading:
    document = Document(path, "", data)
    assert OpenAIResponsesImporter().recognises(document)
    return OpenAIResponsesImporter().read(document)


def test_a_call_is_taken() -> None:
    values = dict(read(CALL).values)
    assert check(values) == []
    assert values["name"] == "translation"
    assert [prompt["content"] for prompt in values["prompts"]] == [
        "You translate into {language}.\n\nKeep names.",
        "Text: {text}",
    ]
    assert values["first_message"] == "What shall I translate?"
    assert values["model"] == {"provider": "openai", "name": "gpt-6.1", "settings": {"max_tokens": 200}}


def test_what_cannot_be_taken_is_told() -> None:
    assert told(read(CALL)) == {
        ("added", "description", "description_made"),
        ("added", "instructions", "placeholder_explained"),
        ("rewritten", "text.format.schema", "schema_wrapped"),
        ("left_out", "input.2.content.1", "unknown_part"),
        ("left_out", "input.3", "unknown_part"),
        ("left_out", "reasoning", "unknown_part"),
        ("left_out", "store", "unknown_part"),
        ("refused", "previous_response_id", "reads_elsewhere"),
    }


def test_a_chat_completion_is_taken() -> None:
    reading = read(CHAT, "hello.json")
    values = dict(reading.values)
    assert check(values) == [] and values["name"] == "hello"
    assert [prompt["content"] for prompt in values["prompts"]] == ["Be kind.", "Hello {name}"]
    assert values["model"]["settings"] == {"temperature": 0, "max_tokens": 50}
    assert ("left_out", "response_format.type", "unknown_part") in told(reading)


def test_a_prompt_that_is_kept_elsewhere_is_not_read() -> None:
    reading = read({"model": "gpt-6", "input": "Hello", "prompt": {"id": "pmpt_1", "variables": {"a": "b"}}})
    assert ("refused", "prompt", "reads_elsewhere") in told(reading)
    assert "missing_system_prompt" in {problem.code for problem in check(dict(reading.values))}


def test_other_documents_are_not_taken_for_it() -> None:
    others: list[Any] = [
        None, [], {}, {"model": "a"}, {"model": "a", "input": 7}, {"model": "a", "input": []}, {"input": "Hi"},
        {"model": "a", "input": "Hi", "system_instruction": "Be kind."},
        {"model": "claude", "messages": [], "system": ""},
    ]  # fmt: skip
    assert [data for data in others if OpenAIResponsesImporter().recognises(Document("a.json", "", data))] == []


def test_parts_of_the_wrong_kind_do_no_harm() -> None:
    assert len(read_all(OpenAIResponsesImporter(), CALL)) > 100
    assert len(read_all(OpenAIResponsesImporter(), CHAT)) > 20
