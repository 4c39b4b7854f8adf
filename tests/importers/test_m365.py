"""Declarative agents as Microsoft's toolkit and its studio write them."""

from typing import Any

from builder.core.check import check
from builder.importers.base import Document, Reading
from builder.importers.m365 import M365Importer
from tests.importers.broken import read_all

HELPER: dict[str, Any] = {
    "$schema": "https://developer.microsoft.com/json-schemas/copilot/declarative-agent/v1.3/schema.json",
    "version": "v1.3",
    "id": "helper",
    "name": "IT Helper ${{APP_NAME_SUFFIX}}",
    "description": "Helps with computers.",
    "instructions": "$[file('instruction.txt')]",
    "conversation_starters": [{"title": "Password", "text": "I forgot my password"}, {"title": "Printer"}],
    "capabilities": [
        {"name": "WebSearch", "sites": [{"url": "https://help.example"}]},
        {"name": "OneDriveAndSharePoint", "items_by_url": [{"url": "https://x.example"}]},
    ],
    "actions": [{"id": "tickets", "file": "ai-plugin.json"}],
}
TEXT = {"appPackage/instruction.txt": "You help {person} with computers.", "elsewhere/instruction.txt": "No."}


def read(data: Any = HELPER, others: dict[str, str] | None = None) -> Reading:
    importer = M365Importer()
    document = Document("appPackage/declarativeAgent.json", "", data, TEXT if others is None else others)
    assert importer.recognises(document)
    return importer.read(document)


def places(reading: Reading, code: str) -> set[str]:
    return {remark.where for remark in reading.remarks if remark.code == code}


def test_a_manifest_and_the_file_of_its_instructions_are_a_configuration() -> None:
    reading = read()
    assert check(dict(reading.values)) == []
    assert reading.values["prompts"][0]["content"] == "You help {person} with computers."
    assert reading.used == {"appPackage/instruction.txt"}
    assert reading.values["conversation_starters"] == ["I forgot my password", "Printer"]
    assert reading.values["tools"] == [{"name": "web_search", "parameters": {}}]


def test_what_is_elsewhere_or_has_no_place_is_told() -> None:
    reading = read()
    assert places(reading, "reads_elsewhere") == {"actions"} and places(reading, "template_kept") == {"instructions"}
    below = {"capabilities.0.sites", "capabilities.1.name", "capabilities.1.items_by_url"}
    assert places(reading, "unknown_part") == {"conversation_starters.0.title", *below}
    alone = read(others={})
    assert places(alone, "file_missing") == {"instructions"} and alone.values["description"] == "Helps with computers."


def test_a_way_out_of_the_folder_leads_nowhere() -> None:
    for path in ("../secret.txt", "/etc/passwd", "a/../../b"):
        told = {**HELPER, "instructions": f"$[file('{path}')]"}
        reading = read(told, {"secret.txt": "x", "etc/passwd": "x", "b": "x"})
        assert places(reading, "file_missing") == {"instructions"} and reading.used == frozenset()


def test_parts_of_the_wrong_kind_are_left_out() -> None:
    assert len(read_all(M365Importer(), HELPER)) > 150


def test_other_documents_are_not_recognised() -> None:
    others: list[Any] = [None, [], {}, {"version": "v1.3"}, {"version": "1.3", "instructions": "x", "name": "a"}]
    assert not any(M365Importer().recognises(Document("a.json", "", data)) for data in others)
