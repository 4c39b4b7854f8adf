"""Prompty loads the file and prepares its messages as it would for a model. It takes unknown keys and kinds, so those
are looked for here, by the fields of its own classes; its executor for OpenAI turns the outputs into a schema.
"""

import json
from collections.abc import Iterator
from typing import Any

import prompty
import yaml
from prompty.core.utils import parse
from prompty.model import Agent
from prompty.providers.openai.executor import _output_schema_to_wire, _tools_to_wire

from tests.exports.frame import Case, Mutant, demand, main

KEYS = {"name", "description", "metadata", "model", "inputs", "outputs", "tools", "template"}
OF_PROPERTY = {"name", "kind", "description", "required", "nullable", "enumValues", "items", "properties", "anyOf"}
KINDS = {"string", "integer", "float", "boolean", "array", "object", "union", "null"}
OPTIONS = {"temperature", "topP", "maxOutputTokens", "seed", "presencePenalty", "frequencyPenalty"}


def check(case: Case) -> None:
    path = next(case.written().glob("*.prompty"))
    head = parse(path.read_text(encoding="utf-8"))
    demand(set(head) - {"instructions"} <= KEYS, f"unknown keys: {set(head) - KEYS}")
    agent = prompty.load(path)
    demand(agent.name == case.config["name"], "another name")
    demand((agent.description or "").strip() == case.config["description"].strip(), "another description")
    values = {input_.name: _value(case, input_.name) for input_ in agent.inputs or []}
    found = [(message.role, lines(message.text)) for message in prompty.prepare(agent, values)]
    told = [("system", lines(case.system)), ("user", lines(case.user))]
    demand(found == told, f"other messages: {found!r:.400} instead of {told!r:.400}")
    _properties(head.get("inputs", []))
    _properties(head.get("outputs", []))
    _model(agent, head)
    _outputs(case, agent)
    _tools(agent, head)


def lines(text: str) -> list[str]:
    """The lines as Prompty knows them. Where a role was made a text, a sign stands that nobody sees."""
    return "\n".join(text.replace("\u2060", "").splitlines()).strip("\n").split("\n")


def _value(case: Case, name: str) -> str:
    return case.values.get(name) or case.values[name.removesuffix("_value")]


def _properties(said: list[dict[str, Any]]) -> None:
    for one in said:
        demand(set(one) <= OF_PROPERTY, f"unknown keys of a property: {set(one) - OF_PROPERTY}")
        demand(one["kind"] in KINDS, f"an unknown kind: {one['kind']}")
        demand(isinstance(one.get("required", True), bool), "“required” is no yes or no")
        _properties(one.get("properties", []))
        _properties([*([one["items"]] if "items" in one else []), *one.get("anyOf", [])])


def _model(agent: Agent, head: dict[str, Any]) -> None:
    demand(agent.model and agent.model.id and agent.model.provider in ("openai", "anthropic"), "no model")
    demand(agent.model.connection is None, "a connection: keys come from the surroundings")
    demand(set(head["model"].get("options", {})) <= OPTIONS, "an unknown option")


def _outputs(case: Case, agent: Agent) -> None:
    wanted = case.config.get("schema_definition")
    demand(bool(agent.outputs) == bool(wanted), "an output that nobody wanted, or none")
    if wanted and agent.outputs:
        made = _output_schema_to_wire(agent)["json_schema"]["schema"]
        names = {name.strip() for name in made["properties"]}
        demand(names >= {name.strip() for name in wanted["properties"]}, "other outputs")


def _tools(agent: Agent, head: dict[str, Any]) -> None:
    wire = _tools_to_wire(agent) or []
    functions = [tool for tool in head.get("tools", []) if tool["kind"] == "function"]
    demand(len(wire) == len(functions), "a function that does not reach the model")
    demand(len({tool["name"] for tool in head.get("tools", [])}) == len(head.get("tools", [])), "two tools of one name")
    for tool in functions:
        _properties(tool["parameters"])


def mutants(case: Case) -> Iterator[Mutant]:
    path = next(iter(case.files))
    text = case.main
    whole = text.split("\n---\n", 1)

    def changed(**changes: Any) -> dict[str, str]:
        head = {**yaml.safe_load(whole[0]), **changes}
        return {path: f"---\n{json.dumps(head)}\n---\n{whole[1]}"}

    yield "an unknown key", changed(first_message="Hi")
    yield "a template of another form", changed(template="jinja2")
    yield "a variable of the surroundings", changed(description="${env:NOBODY_HAS_THIS}")
    yield "another description", changed(description="${env:HOME}")
    yield "an unknown kind of input", changed(inputs=[{"name": "a", "kind": "anything"}])
    yield "no inputs", changed(inputs=[{"name": "needed_one", "kind": "string", "required": True}])
    yield "a tool without its name", changed(tools=[{"kind": "function"}])
    yield "an array of nothing", changed(outputs=[{"name": "a", "kind": "array"}])
    yield "no outputs as wanted", changed(outputs=[{"name": "other", "kind": "string"}])
    yield "a role in the text", {path: text.replace("\n\nuser:\n", "\nassistant:\nYes.\n\nuser:\n")}
    yield "a template that does not end", {path: f"{text}{{{{ x"}
    yield "a command in the text", {path: f"{text}{{% for a in [1, 2] %}}a{{% endfor %}}"}
    yield "YAML that does not end", {path: text.replace("name: ", "name: [", 1)}


if __name__ == "__main__":
    main(check, mutants)
