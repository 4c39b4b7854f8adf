"""AG2's specs as `AgentSpec.from_agent(...).model_dump_json()` writes them, and as people do."""

import json
from typing import Any

from builder.core.check import check
from builder.importers.ag2 import AG2Importer
from builder.importers.base import Document, Reading
from builder.importers.intake import Upload, intake
from tests.importers.broken import read_all

SCHEMA: dict[str, Any] = {"type": "object", "properties": {"verdict": {"type": "string"}}, "required": ["verdict"]}
REVIEWER: dict[str, Any] = {
    "name": "code reviewer",
    "prompt": ["You review changes of {team_name}.", "Answer as JSON: {\"verdict\": \"ok\"}."],
    "tool_names": ["read_file", "run_tests"],
    "response_schema": {"name": "Verdict", "description": "What to do with the change.", "json_schema": SCHEMA},
}
TOOLS = '''import os
os.environ["RAN"] = "1"

def read_file(path: str, lines: int = 20) -> str:
    """Reads a file.

    Args:
        path: Where it is.
    """
    return open(path).read()
'''


def read(data: Any, **others: str) -> Reading:
    document = Document("reviewer.json", json.dumps(data), data, others)
    assert AG2Importer().recognises(document)
    return AG2Importer().read(document)


def test_a_spec_with_prompts_a_form_and_tools() -> None:
    values = read(REVIEWER).values
    assert check(dict(values)) == []
    system, user = values["prompts"]
    assert system["content"] == 'You review changes of {team_name}.\n\nAnswer as JSON: {{"verdict": "ok"}}.'
    assert (values["name"], user["content"]) == ("CodeReviewer", "{message}")
    assert values["schema_definition"] == {"description": "What to do with the change.", **SCHEMA}
    assert [tool["name"] for tool in values["tools"]] == ["read_file", "run_tests"]
    assert values["description"].startswith("You review changes of")


def test_functions_beside_it_are_looked_at_and_never_run() -> None:
    reading = read(REVIEWER, **{"tools.py": TOOLS})
    parameters = reading.values["tools"][0]["parameters"]
    assert parameters["properties"]["path"] == {"type": "string", "description": "Where it is."}
    assert parameters["required"] == ["path"]
    assert reading.used == {"tools.py"}


def test_what_has_no_place_is_told() -> None:
    remarks = {(remark.where, remark.code) for remark in read(REVIEWER).remarks}
    assert {("response_schema.name", "unknown_part"), ("tool_names.1", "tool_named")} <= remarks
    assert ("name", "name_mended") in remarks


def test_a_spec_that_talks() -> None:
    dumped = {"name": "Greeter", "prompt": ["Say hello."], "tool_names": [], "response_schema": None}
    found = intake([Upload("greeter.json", json.dumps(dumped).encode())])
    assert [(item.importer, item.values["return_type"]) for item in found.items] == [("ag2", "unstructured")]


def test_parts_of_the_wrong_kind_are_left_out() -> None:
    readings = read_all(AG2Importer(), REVIEWER)
    assert len(readings) > 60
    for reading in readings:
        check(dict(reading.values))


def test_other_documents_are_not_of_this_kind() -> None:
    others: list[Any] = [None, [], {}, {"name": "a"}, {"prompt": ["a"]}, {"name": "a", "prompt": "a"}]
    others += [{"name": "a", "prompt": ["a", 7], "tool_names": []}, {**REVIEWER, "model": "x"}]
    assert [data for data in others if AG2Importer().recognises(Document("a.json", "", data))] == []
