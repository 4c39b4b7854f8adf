"""Pydantic AI loads the file, and an agent of it answers with a stub model that sees what it should."""

import json
import warnings
from collections.abc import Iterator

import yaml
from jsonschema import Draft202012Validator
from pydantic_ai import Agent
from pydantic_ai.agent.spec import AgentSpec
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from tests.exports.frame import Case, Mutant, demand, main

SCHEMA = Draft202012Validator(AgentSpec.model_json_schema_with_capabilities())


def check(case: Case) -> None:
    path = case.written() / "agent.yaml"
    spec = yaml.safe_load(path.read_text(encoding="utf-8"))
    SCHEMA.validate(spec)
    seen = list[str]()
    outputs = list[object]()

    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        seen.append(info.instructions or "")
        outputs.extend(tool.parameters_json_schema for tool in info.output_tools)
        if info.output_tools:
            return ModelResponse(parts=[ToolCallPart(info.output_tools[0].name, {})])
        return ModelResponse(parts=[TextPart("Hello.")])

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loaded = AgentSpec.from_file(path)
        agent = Agent.from_file(path, model=FunctionModel(answer), deps_type=dict, capabilities=[])
        result = agent.run_sync(case.user, deps=dict(case.values))
    demand(seen[0] == case.system, f"other instructions: {seen[0]!r:.200} instead of {case.system!r:.200}")
    demand(loaded.name == case.config["name"], "another name")
    demand(result.output is not None, "no output")
    wanted = case.config.get("schema_definition")
    demand(bool(outputs) == bool(wanted), "an output schema that nobody wanted, or none")
    if wanted:
        demand(set(outputs[0]["properties"]) >= set(wanted["properties"]), "other outputs")  # type: ignore[index]


def mutants(case: Case) -> Iterator[Mutant]:
    def changed(**changes: object) -> dict[str, str]:
        spec = {**yaml.safe_load(case.main), **changes}
        return {"agent.yaml": json.dumps(spec)}

    yield "an unknown key", changed(first_message="Hi")
    yield "an unknown capability", changed(capabilities=["Nothing"])
    yield "a template that does not end", changed(instructions="Hello {{name")
    yield "instructions that are no text", changed(instructions=7)
    yield "an output that is no object", changed(output_schema={"type": "array", "items": {"type": "string"}})
    yield "YAML that does not end", {"agent.yaml": "name: [1"}


if __name__ == "__main__":
    main(check, mutants)
