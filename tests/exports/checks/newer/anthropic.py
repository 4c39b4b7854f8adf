"""Anthropic's own types take the body, and its client sends it to a server as it is."""

import json
import re
from collections.abc import Iterator

import anthropic
from anthropic.types.beta.agent_create_params import AgentCreateParams
from jsonschema import Draft202012Validator

from tests.exports.checks.newer.openai_agents import filled, spaced
from tests.exports.closed import hold, listening
from tests.exports.frame import Case, Mutant, demand, json_mutants, main

ANSWER = {"id": "agent_1", "type": "agent"}


def check(case: Case) -> None:
    body = json.loads(case.main)
    hold(body, AgentCreateParams)
    with listening(ANSWER) as (address, received):
        anthropic.Anthropic(api_key="none", base_url=address, max_retries=0).beta.agents.create(**body)
    path, headers, arrived = received[0]
    demand(path.split("?")[0] == "/v1/agents", f"sent to {path}")
    demand("managed-agents-2026-04-01" in headers.get("anthropic-beta", ""), "sent without its header")
    demand(arrived == body, "the client sends something else")
    demand(filled(body["system"], case) == spaced(case.system, case), "other instructions")
    tools = body.get("tools", [])
    custom = [tool for tool in tools if tool["type"] == "custom"]
    demand(all(re.fullmatch(r"[A-Za-z0-9_-]{1,128}", tool["name"]) for tool in custom), "a bad name of a tool")
    demand(len({tool["name"] for tool in custom}) == len(custom) and len(tools) <= 256, "too many tools, or one twice")
    named = {tool["mcp_server_name"] for tool in tools if tool["type"] == "mcp_toolset"}
    demand(named == {server["name"] for server in body.get("mcp_servers", [])}, "a server without its tools")
    for tool in custom:
        Draft202012Validator.check_schema(tool["input_schema"])
        demand(not {"anyOf", "oneOf", "allOf"} & set(tool["input_schema"]), "alternatives at the root")
    demand(bool(case.config.get("schema_definition")) == ("submit_result" in str(tools[:1])), "no tool for the result")


def mutants(case: Case) -> Iterator[Mutant]:
    body = json.loads(case.main)
    wrong: dict[str, object] = {"system": 7, "mcp_servers": [{"url": "x"}]}
    if "input_schema" in body.get("tools", [{}])[0]:
        wrong["tools.0.input_schema.type"] = "array"
    yield from json_mutants(case.files, ["model", "name"], wrong)


if __name__ == "__main__":
    main(check, mutants)
