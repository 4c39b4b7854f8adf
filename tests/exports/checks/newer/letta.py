"""Letta's own types take the body, and its client sends it to a server as it is."""

import json
import re
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from letta_client import Letta
from letta_client.types.agent_create_params import AgentCreateParams

from tests.exports.closed import hold, listening
from tests.exports.frame import Case, Mutant, demand, json_mutants, main

ANSWER: dict[str, Any] = {"id": "agent-1", "name": "a"}
HANDLE = re.compile(r"(openai|google_ai|google_vertex|anthropic|azure|groq)/[\w.:-]+")


def check(case: Case) -> None:
    body = json.loads(case.main)
    hold(body, AgentCreateParams)
    with listening(ANSWER) as (address, received):
        Letta(api_key="none", base_url=address, max_retries=0).agents.create(**body)
    path, _, arrived = received[0]
    demand(path == "/v1/agents/", f"sent to {path}")
    demand(arrived == body, "the client sends something else")
    demand(_plain(filled(body["system"], case)) == _plain(spaced(case.system, case)), "other instructions")
    demand("{CORE_MEMORY}" not in body["system"], "text that the server fills in")
    demand(HANDLE.fullmatch(body["model"]), f"no handle: {body['model']}")
    demand(body["metadata"]["user_prompt"], "no user prompt")
    labels = [block["label"] for block in body.get("memory_blocks", [])]
    demand(len(set(labels)) == len(labels) and all(re.fullmatch(r"[a-z]\w*", label) for label in labels), "bad labels")
    demand(all(len(block["value"]) <= block.get("limit", 10**7) for block in body.get("memory_blocks", [])), "too long")
    demand(all(re.fullmatch(r"[A-Za-z_]\w{0,63}", tool, re.ASCII) for tool in body.get("tools", [])), "a bad name")
    settings = body.get("model_settings", {})
    demand(settings.get("provider_type", body["model"].split("/")[0]) == body["model"].split("/")[0], "two providers")
    form = settings.get("response_schema" if "google" in body["model"].split("/")[0] else "response_format", {})
    demand(bool(form) == bool(case.config.get("schema_definition")), "an output that nobody wanted, or none")
    if form:
        Draft202012Validator.check_schema(form["json_schema"]["schema"])


def filled(text: str, case: Case) -> str:
    """As whoever sends it fills in the values."""
    for name, value in case.values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def spaced(text: str, case: Case) -> str:
    """Text that only looks like one of the gaps has a blank there."""
    for name in case.values:
        text = text.replace(f"{{{name}}}", f"{{ {name}}}")
    return text


def _plain(text: str) -> str:
    return text.replace("{ CORE_MEMORY}", "{CORE_MEMORY}")


def mutants(case: Case) -> Iterator[Mutant]:
    body = json.loads(case.main)
    wrong: dict[str, object] = {
        "system": 7,
        "agent_type": "other_agent",
        "model": "gpt",
        "memory_blocks": [{"label": "human"}],
        "metadata": {},
        "tags": "agent",
    }
    if "model_settings" in body:
        wrong["model_settings.provider_type"] = "nobody"
    yield from json_mutants(case.files, ["model", "system"], wrong)


if __name__ == "__main__":
    main(check, mutants)
