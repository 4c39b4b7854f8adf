"""AutoGen, AG2, CrewAI, Open Agent Spec, Agent Framework: no text of a person's stands where a loader acts on it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from builder.core.agent import AgentConfig
from builder.exporters.a2a import A2A
from builder.exporters.agent_framework import AgentFramework
from builder.exporters.agent_spec import AgentSpec
from builder.exporters.agent_spec_io import REFERENCE
from builder.exporters.autogen import AutoGen
from builder.exporters.autogen_output import output
from builder.exporters.base import Exporter
from builder.exporters.crewai import CrewAI
from builder.exporters.doors import DOORS
from builder.exporters.fielded import fielded
from builder.exporters.fitting import Fitted
from builder.exporters.letta import Letta
from builder.exporters.m365 import M365
from tests.exporters.configurations import configuration, configurations

PROVIDERS = {
    "autogen_agentchat.agents.AssistantAgent",
    "autogen_agentchat.teams.RoundRobinGroupChat",
    "autogen_agentchat.conditions.MaxMessageTermination",
    "autogen_agentchat.messages.StructuredMessageFactory",
    "autogen_ext.models.openai.OpenAIChatCompletionClient",
    "autogen_ext.tools.mcp.McpWorkbench",
}
CREW_GAP = re.compile(r"\{([A-Za-z_][A-Za-z0-9_-]*)\}")


def agent(**changes: Any) -> AgentConfig:
    return AgentConfig.model_validate(configuration(**changes))


def files(exporter: Exporter, config: AgentConfig) -> dict[str, Any]:
    """What the data files of an export say, by their names without folders."""
    made = {file.path.rpartition("/")[2]: file.content for file in exporter.export(config).files}
    told = {name: text for name, text in made.items() if not name.endswith((".py", ".toml"))}
    return {name: yaml.safe_load(text) if name.endswith(".yaml") else json.loads(text) for name, text in told.items()}


def codes(exporter: Exporter, config: AgentConfig) -> set[tuple[str, str]]:
    return {(note.field, note.code) for note in exporter.export(config).notes}


def parts(value: Any) -> Iterator[Any]:
    yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in inner:
        yield from parts(part)


def test_components_name_only_classes_that_we_chose() -> None:
    for name, config in configurations().items():
        for data in files(AutoGen(), config).values():
            named = {part["provider"] for part in parts(data) if isinstance(part, dict) and "component_type" in part}
            assert named <= PROVIDERS, name
            assert not [part for part in parts(data) if isinstance(part, dict) and "source_code" in part], name


@pytest.mark.parametrize("model", [{"provider": "openai", "name": "gemini-x"}, {"provider": "google", "name": "palm"}])
def test_a_model_that_autogen_would_look_for_elsewhere_is_another_one(model: dict[str, str]) -> None:
    config = agent(model=model)
    client = files(AutoGen(), config)["autogen_agent.json"]["config"]["model_client"]["config"]
    assert client["model"] != model["name"] and ("model", "model_other") in codes(AutoGen(), config)


def test_autogens_schemas_name_objects_among_alternatives_and_keep_lists_plain() -> None:
    person = {"type": "object", "properties": {"age": {"type": "integer", "minimum": 0.5}}}
    schema = {
        "type": "object",
        "properties": {
            "boss": {"anyOf": [person, {"type": "null"}]},
            "table": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
            "sizes": {"type": "array", "items": {"enum": ["s", "m"]}},
            "mixed": {"type": "array", "items": {"anyOf": [{"type": "null"}, {"type": "integer"}]}},
        },
    }
    made = output(schema)
    properties = made.schema["properties"]
    assert properties["boss"]["anyOf"][0] == {"$ref": "#/$defs/Part1"}
    assert made.schema["$defs"]["Part1"]["properties"]["age"] == {"type": "integer", "minimum": 1}
    assert properties["table"]["items"] == {"type": "string", "description": "Written as JSON text."}
    assert properties["sizes"] == {"type": "array", "description": 'One of: "s", "m".', "items": {"type": "string"}}
    assert properties["mixed"]["items"] == {"type": "integer"}
    told = {(note.field, note.code) for note in made.notes}
    assert ("schema_definition.sizes[]", "schema_in_words") in told
    assert {("schema_definition.table[]", "schema_cut"), ("schema_definition.mixed[]", "schema_first_way")} <= told


def test_outputs_have_names_that_fields_can_have() -> None:
    named = {"_id": {"type": "string"}, "id_": {"type": "string"}, "model_config": {"type": "string"}, "__": {}}
    made = fielded(Fitted({"type": "object", "properties": named, "required": ["_id"]}, ()))
    assert list(made.schema["properties"]) == ["id__", "id_", "model_config_", "value_"]
    assert made.schema["required"] == ["id__"]
    assert [note.params["old"] for note in made.notes] == ["_id", "model_config", "__"]


def test_only_placeholders_are_gaps_of_a_crew() -> None:
    for name, config in configurations().items():
        said = files(CrewAI(), config)
        crew = said.pop("crew.jsonc")
        (about,) = said.values()
        texts = [about["role"], about["goal"], about["backstory"], *crew.get("inputs", {}).values()]
        texts += [crew["tasks"][0]["description"], crew["tasks"][0]["expected_output"]]
        assert {gap for text in texts for gap in CREW_GAP.findall(text)} <= set(crew.get("inputs", {})), name


def test_goals_and_hints_of_a_crew_are_never_filled() -> None:
    config = agent(description="Sorts {letter} and {firm_name}.")
    hints = {"prompts": [{**prompt.model_dump(), "placeholders": {}} for prompt in config.prompts]}
    hints["prompts"][0]["placeholders"] = {"firm_name": "As in {letter}."}
    hints["prompts"][1]["placeholders"] = {"letter": "The letter."}
    said = files(CrewAI(), AgentConfig.model_validate({**config.to_json(), **hints}))
    assert said["letter_sorter.jsonc"]["goal"] == "Sorts { letter} and { firm_name}."
    assert said["crew.jsonc"]["inputs"]["firm_name"] == "As in { letter}."


def test_a_name_of_both_prompts_has_one_sentence_in_a_crew() -> None:
    config = configuration(system="{x}", user="{x}")
    config["prompts"][1]["placeholders"]["x"] = "Something else."
    one = AgentConfig.model_validate(config)
    crew = next(made for path, made in files(CrewAI(), one).items() if path.endswith("crew.jsonc"))
    assert crew["inputs"] == {"x": "What to write for x."}
    assert ("placeholders", "sentence_once") in codes(CrewAI(), one)


def test_what_stands_behind_the_cut_is_not_told_to_be_there() -> None:
    config = agent(system="w " * 3_000, goals=["First."], guardrails=["g" * 7_000])
    told = [(note.field, note.code) for note in M365().export(config).notes if note.kind == "rewritten"]
    assert told == [("goals", "in_instructions"), ("guardrails", "text_cut"), ("system_prompt", "text_cut")]


def test_no_crew_imports_anything_but_tools_that_are_there() -> None:
    for name, config in configurations().items():
        paths = {file.path.rpartition("/")[2] for file in CrewAI().export(config).files}
        for data in files(CrewAI(), config).values():
            tools = data.get("tools", [])
            assert {f"{tool.removeprefix('custom:')}.py" for tool in tools} <= paths, name
            for key in ("llm", "mcps", "type", "settings"):
                assert not [part for part in parts(data.get(key)) if isinstance(part, dict) and "python" in part], name


def test_no_reference_of_a_person_is_followed() -> None:
    lure = {REFERENCE: {"type": "string"}, "a": {"type": "object", "properties": {REFERENCE: {"type": "string"}}}}
    hostile = agent(
        metadata={REFERENCE: "llm", "deep": [{REFERENCE: "llm"}]},
        schema_definition={"type": "object", "properties": lure},
        tools=[{"name": "t", "parameters": {"type": "object", "properties": lure}}],
        test_cases=[{"inputs": {REFERENCE: "x"}, "expect": {REFERENCE: "y"}}],
    )
    for config in (hostile, *configurations().values()):
        for data in files(AgentSpec(), config).values():
            assert not [part for part in parts(data) if isinstance(part, dict) and REFERENCE in part]


def test_only_declared_placeholders_are_gaps_of_an_agent_spec() -> None:
    for name, config in configurations().items():
        data = files(AgentSpec(), config)["agent_spec.yaml"]
        gaps = set(re.findall(r"{{\s*(\w+)\s*}}", data["system_prompt"]))
        assert gaps == {one["title"] for one in data.get("inputs", [])}, name


def test_a_file_for_adapters_without_gemini_goes_along_with_gemini_only() -> None:
    gemini, openai = agent(model={"name": "gemini-2.5-pro"}), agent()
    assert set(files(AgentSpec(), gemini)) == {"agent_spec.yaml", "agent_spec_openai_compatible.yaml"}
    assert set(files(AgentSpec(), openai)) == {"agent_spec.yaml"}
    one, other = files(AgentSpec(), gemini).values()
    assert {**one, "llm_config": 0} == {**other, "llm_config": 0}


def test_no_text_is_a_formula_of_the_agent_framework() -> None:
    tools = [{"name": "t", "parameters": {"type": "object", "description": "=1", "properties": {"=a": {}, "a": {}}}}]
    schema = {"type": "object", "properties": {"=b": {"type": "string", "description": "=Env.HOME"}}}
    hostile = agent(description="=1+1", system="=Env.PATH", tools=tools, schema_definition=schema)
    for config in (hostile, *configurations().values()):
        data = files(AgentFramework(), config)["agent_framework.yaml"]
        data.pop("metadata")  # kept as it stands, and never looked at
        texts = [part for part in parts(_without_choices(data)) if isinstance(part, str)]
        assert [text for text in texts if text.startswith("=")] == []
    assert {("description", "template_escaped"), ("tools.0.parameters.=a", "name_changed")} <= codes(
        AgentFramework(), hostile
    )


def _without_choices(value: Any) -> Any:
    """Without the values to choose from, which are not looked at; with the names of properties among the values."""
    if isinstance(value, dict):
        kept = {key: _without_choices(part) for key, part in value.items() if key != "enum"}
        return [*kept.values(), *kept]
    return [_without_choices(part) for part in value] if isinstance(value, list) else value


def test_what_was_aside_comes_as_texts_where_metadata_are_texts() -> None:
    data = files(AutoGen(), configurations()["everything"])["autogen_agent.json"]
    metadata = data["config"]["metadata"]
    assert all(isinstance(value, str) for value in metadata.values())
    assert json.loads(metadata["voice"])["speed"] == 1.1


@pytest.mark.parametrize("provider", ["mistral", "groq", "ollama"])
def test_doors_of_others_get_no_key_for_openai(provider: str) -> None:
    config = agent(model={"provider": provider, "name": "llama-x"})
    client = files(AutoGen(), config)["autogen_agent.json"]["config"]["model_client"]["config"]
    assert client["model"] == "llama-x" and client["api_key"] == "YOUR_KEY" and client["base_url"] == DOORS[provider]
    assert files(AgentSpec(), config)["agent_spec.yaml"]["llm_config"]["url"] == DOORS[provider]
    for exporter in (AutoGen(), AgentSpec()):
        assert not [field for field, _ in codes(exporter, config) if field.startswith("model")]


def test_letta_keeps_the_doors_that_it_knows() -> None:
    said = {"azure": "gpt-4o", "vertexai": "gemini-x", "groq": "llama-x"}
    made = [files(Letta(), agent(model={"provider": one, "name": name})) for one, name in said.items()]
    handles = [body["letta_agent.json"]["model"] for body in made]
    assert handles == ["azure/gpt-4o", "google_vertex/gemini-x", "groq/llama-x"]


def test_what_stands_elsewhere_is_not_told_to_be_gone() -> None:
    config = agent(tools=[{"name": "find", "parameters": {"depth": 3}}])
    for exporter in (AutoGen(), AgentFramework(), Letta()):
        assert ("placeholders", "no_slot") not in codes(exporter, config), exporter.name
    assert ("tools.0.parameters", "no_slot") not in codes(Letta(), config)
    assert ("", "address_yours") in codes(A2A(), config)
