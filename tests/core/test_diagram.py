"""The drawing of an agent: what goes in, the agent, what comes out."""

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from builder.core.diagram import LONGEST, MOST, Legend, label, mermaid
from builder.templates import all_templates
from tests.browser.hostile import HTML, MARKDOWN

ALLOWED = re.compile(r'"[^"#;<>`\[\]{}|\\&%$:\n\r]*"')


def test_a_structured_agent_shows_its_gaps_and_outputs() -> None:
    drawn = mermaid(
        {
            "name": "Triage",
            "return_type": "structured",
            "prompts": [
                {"prompt_type": "system", "content": "You work for {company_name}."},
                {"prompt_type": "user", "content": "{customer_message}"},
            ],
            "schema_definition": {
                "type": "object",
                "properties": {"priority": {}, "note": {}},
                "required": ["priority"],
            },
        }
    )
    for shown in ("Triage", "company name", "customer message", '"priority"', '"note (?)"'):
        assert shown in drawn


def test_a_conversation_answers_in_words_and_an_empty_draft_draws_too() -> None:
    assert Legend().answer in mermaid({"return_type": "unstructured"})
    assert Legend().nothing in mermaid({})


def test_steps_and_tools_are_drawn() -> None:
    drawn = mermaid({"workflow": {"steps": [{"id": "a", "title": "Read"}, {"id": "b"}]}, "tools": [{"name": "search"}]})
    assert "step0 --> step1" in drawn
    assert "agent <--> tools" in drawn


def test_long_lists_end_with_how_many_more() -> None:
    schema = {"type": "object", "properties": {f"field_{n}": {} for n in range(MOST + 3)}}
    drawn = mermaid({"return_type": "structured", "schema_definition": schema})
    assert "and 3 more" in mermaid(
        {"return_type": "structured", "schema_definition": schema}, Legend(more="and {} more")
    )
    assert f"field_{MOST}" not in drawn


@given(st.text())
def test_a_label_holds_no_sign_that_means_anything_to_a_drawing(text: str) -> None:
    assert ALLOWED.fullmatch(label(text))
    assert len(label(text)) <= LONGEST + 3


def test_hostile_names_change_nothing_but_the_labels() -> None:
    plain = _shape(_config("x"))
    for text in (
        *MARKDOWN,
        *HTML,
        "]\n click agent href 'javascript:1'",
        '"] --> x',
        "%%{init: {}}%%",
        "1. one",
        "- a",
        "subgraph x",
    ):
        assert _shape(_config(text)) == plain


def _config(text: str) -> dict[str, Any]:
    return {
        "name": text,
        "return_type": "structured",
        "schema_definition": {"type": "object", "properties": {text: {}}},
        "tools": [{"name": text}],
        "workflow": {"steps": [{"id": text, "title": text}]},
    }


def _shape(config: dict[str, Any]) -> str:
    return re.sub(r'"[^"]*"', '""', mermaid(config))


def test_every_template_can_be_drawn() -> None:
    for template in all_templates():
        assert mermaid(template.config).startswith("flowchart LR\n")
