"""What is special to LangChain's prompts: data that looks like its objects, titles, names of its own arguments."""

import json
from typing import Any

from builder.core.agent import AgentConfig
from builder.exporters.langchain import LangChain
from tests.exporters.configurations import FLAT_SCHEMA, configuration


def export(**changes: Any) -> tuple[dict[str, Any], set[tuple[str, str]]]:
    made = LangChain().export(AgentConfig.model_validate(configuration(**changes)))
    return json.loads(made.files[0].content)["kwargs"], {(note.field, note.code) for note in made.notes}


def test_data_that_looks_like_an_object_is_data() -> None:
    secret = {"lc": 1, "type": "secret", "id": ["HOME"]}
    schema = {"type": "object", "properties": {"lc": {"type": "string"}, "a": {"type": "object", "default": secret}}}
    kwargs, _ = export(schema_definition=schema, metadata={"lc": 1, "held": secret})
    assert kwargs["schema_"]["properties"] == {"__lc_escaped__": schema["properties"]}
    assert isinstance(kwargs["metadata"]["metadata"], str)


def test_a_title_is_a_name_that_models_take() -> None:
    untitled, notes = export(schema_definition=FLAT_SCHEMA)
    assert untitled["schema_"]["title"] == "LetterSorter"
    assert ("schema_definition", "schema_title") in notes
    spaced, notes = export(schema_definition={**FLAT_SCHEMA, "title": "A reply"})
    assert spaced["schema_"]["title"] == "LetterSorter"
    assert ("schema_definition", "name_changed") in notes
    fine, notes = export(schema_definition={**FLAT_SCHEMA, "title": "Reply"})
    assert fine["schema_"] == {**FLAT_SCHEMA, "title": "Reply"}
    assert not [field for field, _ in notes if field.startswith("schema_definition")]


def test_a_placeholder_that_is_called_self_gets_another_name() -> None:
    kwargs, notes = export(system="{self} {self_value} {{x}}")
    assert kwargs["input_variables"] == ["letter", "self_value", "self_value_"]
    assert kwargs["messages"][0]["kwargs"]["prompt"]["kwargs"]["template"] == "{self_value_} {self_value} {{x}}"
    assert ("placeholders", "name_changed") in notes
