"""LangChain's prompts: ours, and those that programs and LangSmith write."""

from copy import deepcopy
from typing import Any

import pytest

from builder.importers.base import Document, Reading
from builder.importers.langchain import LangChainImporter
from tests.importers.reading import places, sound

SECRET = {"lc": 1, "type": "secret", "id": ["HIDDEN_VALUE"]}


def made(kind: str, **kwargs: Any) -> dict[str, Any]:
    return {"lc": 1, "type": "constructor", "id": ["langchain", "prompts", "x", kind], "kwargs": kwargs}


def message(kind: str, template: Any, form: str = "f-string", **more: Any) -> dict[str, Any]:
    prompt = made("PromptTemplate", input_variables=[], template=template, template_format=form, **more)
    return made(f"{kind}MessagePromptTemplate", prompt=prompt)


CHAT = made(
    "ChatPromptTemplate",
    name="order helper",
    input_variables=["userName", "price"],
    metadata={"lc_hub_owner": "ada", "api_key": "abc"},
    messages=[
        message("System", 'You help {userName}. Prices are {price:.2f}. Answer with {{"a": 1}}.'),
        made("MessagesPlaceholder", variable_name="history"),
        message("Human", "An example."),
        message("AI", "Yes."),
        message("Human", "{question}"),
    ],
)
SEQUENCE = made(
    "RunnableSequence",
    first=made(
        "StructuredPrompt",
        messages=[
            message("System", "Sort {{thing}}. {{#each}}", "mustache"),
            made("HumanMessage", content="Now {go}.", type="human"),
        ],
        schema_={
            "title": "sorted",
            "type": "object",
            "properties": {"__lc_escaped__": {"lc": {"type": "string"}}},
        },
        structured_output_kwargs={"method": "x"},
    ),
    middle=[],
    last=made(
        "RunnableBinding",
        bound=made("ChatOpenAI", model_name="gpt-6.1", temperature=0.4, openai_api_key=SECRET, max_retries=2),
        kwargs={},
    ),
)
OLD = {
    "_type": "prompt",
    "input_variables": ["city"],
    "template": "Tell me of {{ city }}. {% if x %}Now.{% endif %}",
    "template_format": "jinja2",
    "template_path": "other.txt",
}


def read(data: Any) -> Reading:
    return sound(LangChainImporter(), Document("prompts/guide.json", "", data))


def test_a_chat_prompt() -> None:
    reading = read(CHAT)
    system, user = reading.values["prompts"]
    assert reading.values["name"] == "OrderHelper"
    assert system["content"] == 'You help {user_name}. Prices are {price}. Answer with {{"a": 1}}.'
    assert user["content"] == "{question}"
    assert reading.values["metadata"] == {"lc_hub_owner": "ada"}
    assert {
        ("kwargs.messages.1", "unknown_part"),
        ("kwargs.messages.2", "unknown_part"),
        ("kwargs.messages.3", "unknown_part"),
        ("kwargs.messages.0.prompt", "template_rewritten"),
        ("kwargs.metadata.api_key", "is_key"),
    } <= places(reading)


def test_a_prompt_before_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIDDEN_VALUE", "zq7hidden")
    reading = read(SEQUENCE)
    system, user = reading.values["prompts"]
    assert reading.values["name"] == "guide"
    assert system["content"] == "Sort {thing}. {{{{#each}}}}"
    assert user["content"] == "Now {{go}}."
    assert reading.values["schema_definition"]["properties"] == {"lc": {"type": "string"}}
    assert reading.values["model"] == {"provider": "openai", "name": "gpt-6.1", "settings": {"temperature": 0.4}}
    assert {
        ("kwargs.last.kwargs.openai_api_key", "is_key"),
        ("kwargs.last.kwargs.max_retries", "unknown_part"),
        ("kwargs.first.kwargs.structured_output_kwargs", "unknown_part"),
        ("kwargs.first.kwargs.messages.0.prompt", "template_kept"),
    } <= places(reading)
    assert "zq7hidden" not in f"{reading.values}{reading.remarks}"


def test_a_file_of_older_versions() -> None:
    reading = read(OLD)
    assert reading.values["prompts"][0]["content"] == "Tell me of {city}. {{% if x %}}Now.{{% endif %}}"
    assert {("template_path", "reads_elsewhere"), ("template", "template_kept")} <= places(reading)


@pytest.mark.parametrize(
    "data",
    [
        *(None, 7, [], {}, {"lc": 1}, {"lc": 1, "type": "constructor", "id": "ChatPromptTemplate"}, SECRET),
        made("ChatOpenAI", model="x"),
        made("RunnableSequence", first=1),
        {**CHAT, "type": "not_implemented"},
        {"_type": "few_shot"},
    ],
)
def test_other_documents_are_not_recognised(data: Any) -> None:
    assert not LangChainImporter().recognises(Document("", "", data))


def ways(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([way] if way else []), *(found for key, part in inner for found in ways(part, (*way, key)))]


@pytest.mark.parametrize("wrong", [None, 7, "x", [], [7], {"a": [1]}, {1: 2}, True, SECRET, CHAT], ids=range(10))
@pytest.mark.parametrize("data", [CHAT, SEQUENCE, OLD], ids=["chat", "sequence", "old"])
def test_a_wrong_kind_anywhere_never_breaks_it(data: Any, wrong: Any) -> None:
    for way in ways(data):
        broken = deepcopy(data)
        held = broken
        for key in way[:-1]:
            held = held[key]
        held[way[-1]] = wrong
        document = Document("", "", broken)
        LangChainImporter().recognises(document)
        assert isinstance([remark.text for remark in LangChainImporter().read(document).remarks], list)
