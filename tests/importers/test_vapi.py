"""Vapi's assistants as people write them and as its API gives them back."""

import json
from typing import Any

from builder.core.check import check
from builder.exporters.vapi import Vapi
from builder.importers.base import Document, Reading
from builder.importers.vapi import VapiImporter
from tests.exporters.configurations import configurations
from tests.importers.broken import read_all

PIZZA: dict[str, Any] = {
    "id": "b1",
    "orgId": "o1",
    "createdAt": "2026-01-01T00:00:00Z",
    "name": "Pizza Orders",
    "firstMessage": "Hi {{customer.name}}, what may I bring you?",
    "endCallMessage": "Bye.",
    "model": {
        "provider": "openai",
        "model": "gpt-4o",
        "messages": [
            {"role": "system", "content": "You take orders for {{shopName}}. {% if open %}We are open.{% endif %}"},
            {"role": "system", "content": "Be quick."},
            {"role": "assistant", "content": "Hello."},
        ],
        "temperature": 0.5,
        "maxTokens": 250,
        "emotionRecognitionEnabled": True,
        "toolIds": ["t1"],
        "tools": [
            {"type": "endCall"},
            {
                "type": "function",
                "async": False,
                "server": {"url": "https://shop.example/order", "secret": "s3"},
                "function": {
                    "name": "order",
                    "description": "Places the order.",
                    "parameters": {"type": "object", "properties": {"size": {"type": "string"}}},
                },
            },
            {"type": "transferCall", "destinations": [{"type": "number", "number": "+49"}]},
            {"type": "mcp", "server": {"url": "https://mcp.example/x", "headers": {"Authorization": "me"}}},
        ],
    },
    "voice": {"provider": "11labs", "voiceId": "burt", "stability": 0.5},
    "transcriber": {"provider": "deepgram", "model": "nova-3", "language": "en-GB", "keywords": ["pizza"]},
    "analysisPlan": {
        "summaryPlan": {"enabled": True},
        "structuredDataPlan": {
            "enabled": True,
            "schema": {"type": "object", "properties": {"size": {"type": "string", "enum": ["s", "l"]}}},
        },
    },
    "serverUrlSecret": "hidden",
    "metadata": {"shop": 7, "token": "hidden"},
}


def read(data: Any = PIZZA) -> Reading:
    importer, document = VapiImporter(), Document("pizza.json", "", data)
    assert importer.recognises(document)
    return importer.read(document)


def places(reading: Reading, code: str) -> set[str]:
    return {remark.where for remark in reading.remarks if remark.code == code}


def test_an_assistant_is_a_configuration() -> None:
    values = read().values
    assert check(dict(values)) == []
    system, user = values["prompts"]
    assert system["content"] == (
        "You take orders for {shop_name}. {{% if open %}}We are open.{{% endif %}}\n\nBe quick."
    )
    assert user["content"] == "{message}" and values["name"] == "PizzaOrders"
    assert values["first_message"] == "Hi {{customer.name}}, what may I bring you?"
    settings = {"temperature": 0.5, "max_tokens": 250}
    assert values["model"] == {"provider": "openai", "name": "gpt-4o", "settings": settings}
    assert (values["voice"], values["language"]) == ({"voice_id": "burt"}, "en-GB")
    assert values["schema_definition"]["properties"] == {"size": {"type": "string", "enum": ["s", "l"]}}
    assert values["metadata"] == {"shop": 7}


def test_tools_are_taken_over_without_where_they_lead() -> None:
    reading = read()
    size = {"type": "object", "properties": {"size": {"type": "string"}}, "description": "Places the order."}
    assert reading.values["tools"] == [
        {"name": "order", "parameters": size},
        {"mcp": {"url": "https://mcp.example/x"}},
    ]
    assert {"model.toolIds", "model.tools.1.server"} == places(reading, "reads_elsewhere")
    assert {"model.tools.3.server.headers", "serverUrlSecret", "metadata.token"} <= places(reading, "is_key")
    assert "hidden" not in str(reading.values) and "s3" not in str(reading.values)


def test_what_has_no_place_is_told() -> None:
    told = places(read(), "unknown_part")
    assert {"endCallMessage", "model.messages.2", "model.tools.2.destinations", "voice.stability"} <= told
    assert {"transcriber.keywords", "analysisPlan.summaryPlan", "model.emotionRecognitionEnabled"} <= told


def test_a_voice_of_somebody_else_is_left_out() -> None:
    reading = read({**PIZZA, "voice": {"provider": "azure", "voiceId": "andrew"}})
    assert "voice" not in reading.values and "voice" in places(reading, "unknown_part")


def test_parts_of_the_wrong_kind_are_left_out() -> None:
    assert len(read_all(VapiImporter(), PIZZA)) > 300


def test_other_documents_are_not_recognised() -> None:
    others: list[Any] = [None, [], {}, {"model": "gpt"}, {"model": {"provider": "openai"}}, {"orgId": 1}]
    assert not any(VapiImporter().recognises(Document("a.json", "", data)) for data in others)


def test_what_our_own_export_added_is_left_out_again() -> None:
    config = configurations()["everything"]
    reading = read(json.loads(Vapi().export(config).files[0].content))
    assert "Beim Sprechen" not in reading.values["prompts"][0]["content"]
    assert [prompt["placeholders"] for prompt in reading.values["prompts"]] == [
        config.prompt("system").placeholders,
        config.prompt("user").placeholders,
    ]
    assert places(reading, "comes_again") == {"model.messages", "model.tools.4"}
