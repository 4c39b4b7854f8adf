"""Projects of Google's Agent Development Kit as its own users write them. None of their code is run."""

from typing import Any

import pytest
import yaml

from builder.core.check import check
from builder.importers.base import Document, Reading
from builder.importers.google_adk import GoogleADKImporter
from tests.importers.broken import read_all
from tests.importers.reading import told

BAKERY: dict[str, Any] = yaml.safe_load(
    r"""
agent_class: LlmAgent
name: bakery_agent
model: gemini-2.5-flash
description: Takes orders of bread.
static_instruction: Be {brief}.
instruction: |-
  You sell bread of {app:shopName} to {customer?}. Form: {"loaves": 2}.
  The list: {artifact.price_list}. Never say \{password}.
output_schema: {name: bakery.schemas.ORDER}
output_key: order
generate_content_config: {temperature: 0.3, max_output_tokens: 400, safety_settings: [{category: X}]}
tools:
  - name: google_search
  - name: bakery.tools.reserve
  - name: bakery.tools.Oven
    args: {degrees: 250}
  - name: AgentTool
    args: {agent: {config_path: ./helper.yaml}}
  - name: elsewhere.tools.call
  - name: load_memory
sub_agents:
  - config_path: cashier.yaml
  - code: bakery.agents.cleaner
before_model_callbacks:
  - name: bakery.hooks.spy
"""
)
TOOLS = '''
import os
os.system("touch was-run")

async def reserve(loaf: str, count: int = 1, extras: list[int] | None = None, *, when: "str", tool_context=None):
    """Puts bread aside.

    Args:
        loaf: Which bread.
        count (int): How many.
    """
    return {}
'''
SCHEMAS = 'ORDER: dict = {"type": "object", "properties": {"loaves": {"type": "integer"}}}\n'
OTHERS = {"shop/bakery/tools.py": TOOLS, "shop/bakery/schemas.py": SCHEMAS, "shop/bakery/__init__.py": ""}


def read(data: Any, others: dict[str, str] | None = None) -> Reading:
    document = Document("shop/bakery/root_agent.yaml", "", data, OTHERS if others is None else others)
    assert GoogleADKImporter().recognises(document)
    return GoogleADKImporter().read(document)


def test_what_can_be_taken_is_taken() -> None:
    reading = read(BAKERY)
    values = dict(reading.values)
    assert check(values) == []
    assert values["prompts"][0]["content"] == (
        "Be {{brief}}.\n\nYou sell bread of {app_shop_name} to {customer}. Form: {{\"loaves\": 2}}.\n"
        "The list: {{artifact.price_list}}. Never say \\{{password}}."
    )
    assert values["schema_definition"] == {"type": "object", "properties": {"loaves": {"type": "integer"}}}
    settings = {"temperature": 0.3, "max_tokens": 400}
    assert values["model"] == {"provider": "google", "name": "gemini-2.5-flash", "settings": settings}
    assert [tool["name"] for tool in values["tools"]] == ["web_search", "reserve", "call", "load_memory"]
    assert reading.used == set(OTHERS)


def test_a_tool_is_told_by_its_signature() -> None:
    assert read(BAKERY).values["tools"][1]["parameters"] == {
        "type": "object",
        "description": "Puts bread aside.",
        "properties": {
            "loaf": {"type": "string", "description": "Which bread."},
            "count": {"type": "integer", "description": "How many."},
            "extras": {"type": "array", "items": {"type": "integer"}},
            "when": {"type": "string"},
        },
        "required": ["loaf", "when"],
    }


def test_what_would_run_or_lead_elsewhere_is_refused() -> None:
    assert told(read(BAKERY)) == {
        ("rewritten", "instruction", "template_rewritten"),
        ("rewritten", "instruction", "template_kept"),
        ("added", "instruction", "placeholder_explained"),
        ("added", "", "user_prompt_added"),
        ("left_out", "output_key", "unknown_part"),
        ("left_out", "generate_content_config.safety_settings", "unknown_part"),
        ("left_out", "tools.1", "tool_named"),
        ("refused", "tools.2.args", "runs_code"),
        ("left_out", "tools.2", "unknown_part"),
        ("refused", "tools.3.args", "runs_code"),
        ("left_out", "tools.3", "unknown_part"),
        ("left_out", "tools.4", "tool_named"),
        ("left_out", "tools.4", "file_missing"),
        ("left_out", "tools.5", "tool_named"),
        ("refused", "sub_agents.0", "reads_elsewhere"),
        ("refused", "sub_agents.1", "runs_code"),
        ("refused", "before_model_callbacks", "runs_code"),
    }


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (None, "file_missing"),
        ("ORDER = __import__('os').environ", "runs_code"),
        ("class ORDER(BaseModel): loaves: int", "runs_code"),
        ("ORDER = " + "[" * 500_000, "runs_code"),
        ("ORDER = " + "-" * 500_000 + "1", "runs_code"),
        ("ORDER = {[]: 1}", "runs_code"),
        ("ORDER = \x00", "runs_code"),
    ],
)
def test_a_schema_that_is_no_data_is_left_out(source: str | None, code: str) -> None:
    reading = read(BAKERY, {} if source is None else {"schemas.py": source})
    assert reading.values["return_type"] == "unstructured"
    assert code in {remark.code for remark in reading.remarks if remark.where == "output_schema"}


def test_a_schema_in_the_settings_of_the_model_is_the_output() -> None:
    one = {"response_mime_type": "application/json", "response_json_schema": {"type": "array", "items": {}}}
    plain = {"name": "a", "model": "gemini-2.5-pro", "instruction": "Hi.", "generate_content_config": one}
    reading = read(plain)
    assert reading.values["schema_definition"]["properties"] == {"result": {"type": "array", "items": {}}}
    assert ("rewritten", "output_schema", "schema_wrapped") in told(reading)


def test_a_chain_of_agents_is_known_and_says_what_is_missing() -> None:
    reading = read({"agent_class": "SequentialAgent", "name": "line", "sub_agents": [{"config_path": "a.yaml"}]})
    assert ("left_out", "agent_class", "unknown_part") in told(reading)
    assert ("refused", "sub_agents.0", "reads_elsewhere") in told(reading)
    assert "missing_system_prompt" in {problem.code for problem in check(dict(reading.values))}


def test_other_documents_are_not_taken_for_it() -> None:
    others: list[Any] = [None, 7, [], {}, {"instruction": "Hi", "name": "a"}, {"name": "a", "model": "b", "tools": []}]
    assert [data for data in others if GoogleADKImporter().recognises(Document("a.yaml", "", data))] == []


def test_parts_of_the_wrong_kind_do_no_harm() -> None:
    assert len(read_all(GoogleADKImporter(), BAKERY)) > 100
