"""OpenAI's own types take the body, and its client sends it to a server as it is."""

import json
import re
from collections.abc import Iterator

import openai
from agents.strict_schema import ensure_strict_json_schema
from openai.types.beta.agent_create_params import AgentCreateParams

from tests.exports.closed import hold, listening
from tests.exports.frame import Case, Mutant, demand, json_mutants, main

ANSWER = {"id": "agent_1", "object": "agent"}


def check(case: Case) -> None:
    body = json.loads(case.main)
    hold(body, AgentCreateParams)
    with listening(ANSWER) as (address, received):
        openai.OpenAI(api_key="none", base_url=f"{address}/v1", max_retries=0).beta.agents.create(**body)
    path, headers, arrived = received[0]
    demand(path == "/v1/agents", f"sent to {path}")
    demand(headers.get("openai-beta") == "agents=v1", "sent without its header")
    demand(arrived == body, "the client sends something else")
    demand(len(body["instructions"]) <= 1_048_576 and len(body["name"]) <= 128, "too long")
    metadata = body.get("metadata", {})
    demand(len(metadata) <= 16 and all(len(key + value) <= 576 for key, value in metadata.items()), "metadata too long")
    demand(filled(body["instructions"], case) == spaced(case.system, case), "other instructions")
    if "text" in body:
        is_strict(body["text"]["format"]["schema"])
    for tool in body.get("tools", []):
        demand(tool.get("parameters", {"type": "object"})["type"] == "object", "a tool that takes no object")
    names = [tool["name"] for tool in body.get("tools", []) if tool["type"] == "function"]
    demand(len(set(names)) == len(names), "two tools of one name")


def is_strict(schema: dict[str, object]) -> None:
    """OpenAI's helper finds nothing to change."""
    demand(ensure_strict_json_schema(json.loads(json.dumps(schema))) == schema, "a schema that is not strict")


def filled(text: str, case: Case) -> str:
    """As whoever sends it fills in the values."""
    for name, value in case.values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def spaced(text: str, case: Case) -> str:
    """Text that only looks like a gap has a blank there."""
    return re.sub(r"\{(?=[a-z][a-z0-9_]*\})", "{ ", text)


def mutants(case: Case) -> Iterator[Mutant]:
    body = json.loads(case.main)
    wrong = {"instructions": 7, "metadata": {"a": 1}}
    if "tools" in body:
        wrong["tools.0"] = {"type": "function", "name": "a"}
    if "text" in body:
        wrong["text.format.schema"] = []
    yield from json_mutants(case.files, ["model"], wrong)


if __name__ == "__main__":
    main(check, mutants)
