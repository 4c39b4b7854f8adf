"""Open Agent Spec's own library reads every file, and writes it again as it stands."""

import json
import re
import warnings
from collections.abc import Iterator
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from pyagentspec.agent import Agent
from pyagentspec.serialization import AgentSpecDeserializer, AgentSpecSerializer

from tests.exports.frame import Case, Mutant, demand, main

warnings.simplefilter("ignore")
GAP = re.compile(r"{{\s*(\w+)\s*}}")  # of `pyagentspec.templating`


def check(case: Case) -> None:
    told = {path: yaml.safe_load(text) for path, text in case.files.items()}
    demand(set(told) >= {"agent_spec.yaml"}, "no main file")
    for path, spec in told.items():
        agent = AgentSpecDeserializer().from_yaml(case.files[path])
        _is_whole(spec, yaml.safe_load(AgentSpecSerializer().to_yaml(agent)))
        _is_right(agent, spec, case)


def _is_whole(spec: Any, again: Any) -> None:
    """Keys that the library does not know are gone when it writes the agent again."""
    if isinstance(spec, dict):
        demand(isinstance(again, dict) and set(spec) <= set(again), f"other keys: {set(spec)}")
        for key, value in spec.items():
            _is_whole(value, again[key])
    elif isinstance(spec, list):
        demand(isinstance(again, list) and len(spec) == len(again), "another list")
        for one, other in zip(spec, again, strict=True):
            _is_whole(one, other)
    else:
        demand(spec == again, f"{spec!r:.80} is {again!r:.80}")


def _is_right(agent: Any, spec: Any, case: Case) -> None:
    demand(isinstance(agent, Agent) and agent.name == case.config["name"], "another name")
    demand(agent.description == case.config["description"], "another description")
    sent = GAP.sub(lambda match: case.values[match[1]], agent.system_prompt)
    demand(_bare(sent) == _bare(case.system), f"other instructions: {sent!r:.300}")
    hints = case.config["prompts"][0]["placeholders"]
    demand({one.title: one.description for one in agent.inputs} == hints, "other inputs")
    wanted = case.config.get("schema_definition", {}).get("properties", {})
    demand(len(agent.outputs) >= len(wanted), "fewer outputs")
    demand("name_changed" in case.notes or {one.title for one in agent.outputs} >= set(wanted), "other outputs")
    demand(len({one.title for one in agent.outputs}) == len(agent.outputs), "two outputs of one title")
    for one in (*agent.outputs, *(of_tool for tool in agent.tools for of_tool in tool.inputs)):
        Draft202012Validator.check_schema(one.json_schema)
    demand(json.loads(agent.metadata.get("system_placeholders", "{}")) == {}, "inputs twice")
    demand(agent.metadata["user_prompt"] == case.config["prompts"][1]["content"], "another user prompt")


def _bare(text: str) -> str:
    """Without blanks: those that keep braces apart."""
    return "".join(text.split())


def mutants(case: Case) -> Iterator[Mutant]:
    path = "agent_spec.yaml"

    def changed(**changes: Any) -> dict[str, str]:
        spec = {**yaml.safe_load(case.files[path]), **changes}
        return {**case.files, path: json.dumps({key: value for key, value in spec.items() if value is not ...})}

    llm = yaml.safe_load(case.files[path])["llm_config"]
    yield "an unknown key", changed(first_message="Hi")
    yield "no name", changed(name=...)
    yield "no prompt", changed(system_prompt=...)
    yield "another prompt", changed(system_prompt="Something else.")
    yield "a gap that is no input", changed(system_prompt=f"{yaml.safe_load(case.main)['system_prompt']} {{{{gap}}}}")
    yield "an input that nobody needs", changed(inputs=[{"title": "nobody", "type": "string"}])
    yield "an output of no type", changed(outputs=[{"title": "a", "type": "text"}])
    yield "a title that is none", changed(outputs=[{"title": "a b", "type": "string"}])
    yield "a tool of no kind", changed(tools=[{"component_type": "Tool", "id": "a", "name": "a"}])
    yield "an unknown kind", changed(component_type="Agents")
    yield "another version", changed(agentspec_version="1.0")
    yield "no model", changed(llm_config={key: value for key, value in llm.items() if key != "model_id"})
    yield "a key of the model that nobody knows", changed(llm_config={**llm, "api_keys": "x"})
    yield "a reference to nowhere", changed(metadata={"$component_ref": "nowhere"})
    yield "YAML that does not end", {**case.files, path: "name: [1"}


if __name__ == "__main__":
    main(check, mutants)
