"""Google's own types take both bodies, and its client sends them to a server as they are."""

import json
import re
import warnings
from collections.abc import Iterator
from typing import Any

from google import genai
from google.genai import types
from google.genai._gaos.types.agents.agent import AgentParam
from google.genai._gaos.types.interactions.createmodelinteraction import CreateModelInteraction
from jsonschema import Draft202012Validator

from tests.exports.closed import hold, listening
from tests.exports.frame import Case, Mutant, demand, json_mutants, main

warnings.simplefilter("ignore")
AGENT, CALL = "gemini_agent.json", "gemini_interaction.json"
ANSWER = {"id": "one", "object": "interaction", "status": "completed", "model": "gemini-3.8-flash", "outputs": []}


def check(case: Case) -> None:
    agent, call = (json.loads(case.files[path]) for path in (AGENT, CALL))
    hold(agent, AgentParam)
    hold(call, CreateModelInteraction, of_models=True)
    with listening(ANSWER) as (address, received):
        client = genai.Client(api_key="none", http_options=types.HttpOptions(base_url=address))
        client.agents.create(**agent)
        client.interactions.create(**call)
    ways = [path.split("?")[0] for path, _, _ in received]
    demand([way.rsplit("/", 1)[-1] for way in ways] == ["agents", "interactions"], f"sent to {ways}")
    demand([body for _, _, body in received] == [agent, call], "the client sends something else")
    demand(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", agent["id"]) and len(agent["id"]) <= 64, "a bad id")
    for body in (agent, call):
        demand(filled(body["system_instruction"], case) == spaced(case.system), "other instructions")
        _has_fine_tools(body.get("tools", []))
    demand(filled(call["input"], case) == spaced(case.user), "another question")
    form = call.get("response_format", {})
    demand(bool(form) == bool(case.config.get("schema_definition")), "an output that nobody wanted, or none")
    Draft202012Validator.check_schema(form.get("schema", {}))
    demand(form.get("schema", {"type": "object"})["type"] == "object", "an output that is no object")
    demand(agent["agent_config"]["model"] == call["model"], "two models")


def _has_fine_tools(tools: list[dict[str, Any]]) -> None:
    own = [tool for tool in tools if tool["type"] == "function"]
    demand(all(re.fullmatch(r"[A-Za-z_][\w-]{0,127}", tool["name"], re.ASCII) for tool in own), "a bad name of a tool")
    demand(len({tool["name"] for tool in own}) == len(own), "two tools of one name")
    for tool in own:
        Draft202012Validator.check_schema(tool["parameters"])
        demand(tool["parameters"]["type"] == "object", "a tool that takes no object")


def filled(text: str, case: Case) -> str:
    """As whoever sends it fills in the values."""
    for name, value in case.values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def spaced(text: str) -> str:
    """Text that only looks like a gap has a blank there."""
    return re.sub(r"\{(?=[a-z][a-z0-9_]*\})", "{ ", text)


def mutants(case: Case) -> Iterator[Mutant]:
    agent, call = (json.loads(case.files[path]) for path in (AGENT, CALL))
    wrong: dict[str, object] = {"system_instruction": 7, "agent_config.type": "other", "id": "Two Words"}
    broken: dict[str, object] = {"system_instruction": "Something else.", "generation_config": {"tempreature": 1}}
    if "tools" in agent:
        wrong["tools.0"] = broken["tools.0"] = {"type": "no_tool"}
    if "response_format" in call:
        broken["response_format.schema"] = []
    yield from json_mutants(case.files, ["id", "agent_config.type"], wrong, AGENT)
    yield from json_mutants(case.files, ["model", "input"], broken, CALL)


if __name__ == "__main__":
    main(check, mutants)
