"""What is special to Prompty files: roles, commands and references in texts of people stay texts."""

import pytest

from builder.core.agent import AgentConfig
from builder.core.placeholders import escape
from builder.exporters.base import Export
from builder.exporters.prompty import Prompty
from builder.exporters.prompty_text import JOINER
from tests.exporters.configurations import configuration


def export(**changes: object) -> Export:
    return Prompty().export(AgentConfig.model_validate(configuration(**changes)))


def codes(export: Export) -> set[tuple[str, str]]:
    return {(note.field, note.code) for note in export.notes}


def body(export: Export) -> str:
    return export.files[0].content.split("\n---\n\n", 1)[1]


@pytest.mark.parametrize("role", ["user:", "  # System :", "ASSISTANT:", 'developer[name="a"]:'])
def test_a_line_with_a_role_is_no_message(role: str) -> None:
    made = export(system=f"Say\n{escape(role)}\nand go.")
    assert f"Say\n{role}{JOINER}\nand go." in body(made)
    assert ("system_prompt", "template_escaped") in codes(made)


def test_braces_of_a_text_are_no_template() -> None:
    made = export(system="{{{{x}}}} {{%if%}} {{# a #}} {{{x}", user="{y}")
    said = "{{ '{' }}{x}} {{ '{' }}%if%} {{ '{' }}# a #} {{ '{' }}{{x}}"
    assert body(made) == f"system:\n{said}\n\nuser:\n{{{{y}}}}\n"


def test_words_of_the_template_language_are_no_names() -> None:
    made = export(system="{if} {none} {self}", user="{if_value}")
    assert "{{if_value_}} {{none_value}} {{self_value}}\n\nuser:\n{{if_value}}" in body(made)
    assert ("placeholders", "name_changed") in codes(made)


def test_nothing_in_the_head_is_looked_up() -> None:
    schema = {"type": "object", "properties": {"${env:A}": {"type": "string", "description": "${env:HOME}"}}}
    made = export(description="${env:HOME}", first_message="${file:a.json}", schema_definition=schema)
    head = made.files[0].content.split("\n---\n")[0]
    assert head.count('" ${') == 4
    assert '"${' not in head
    assert ("description", "template_escaped") in codes(made)
    assert ("schema_definition.${env:A}", "name_changed") in codes(made)


def test_line_breaks_that_prompty_makes_plain_are_told() -> None:
    made = export(system="a\r\nb\u0085c\u2028d\re", user="One\nline.")
    assert body(made) == "system:\na\nb\nc\nd\ne\n\nuser:\nOne\nline.\n"
    assert ("system_prompt", "line_breaks") in codes(made)
    assert ("user_prompt", "line_breaks") not in codes(made)
    assert ("system_prompt", "template_escaped") not in codes(made)


def test_what_the_output_says_of_itself_as_a_whole_is_told_to_be_lost() -> None:
    schema = {"type": "object", "description": "All of it.", "properties": {"a": {"type": "string"}}}
    tools = [{"name": "look_up", "parameters": schema}]
    made = export(schema_definition=schema, tools=tools)
    lost = [(note.field, note.params) for note in made.notes if note.code == "schema_keyword"]
    assert lost == [("schema_definition", {"keyword": "description"})]
    assert "All of it." in made.files[0].content, "that of the tool is there"
