"""Agent Framework makes an agent of the file, and it answers with a client that sees what it should.

Its engine for formulas is one of ours, which is never to be asked: no text of the file is a formula.
"""

import asyncio
import json
import sys
import types
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

warnings.simplefilter("ignore")

import yaml  # noqa: E402
from agent_framework import BaseChatClient, ChatResponse, Message  # noqa: E402
from agent_framework_declarative import AgentFactory, _models  # noqa: E402
from jsonschema import Draft202012Validator  # noqa: E402

from tests.exports.examples import example, filled, spaced  # noqa: E402
from tests.exports.frame import Case, Mutant, demand, json_mutants, main  # noqa: E402

SEEN = list[Mapping[str, Any]]()
ASKED = list[str]()


class Stub(BaseChatClient):  # type: ignore[misc]
    def __init__(self, model: str) -> None:
        super().__init__()
        self.model_asked = model

    async def _inner_get_response(self, *, messages: Any, stream: bool, options: Any, **_: Any) -> ChatResponse:
        SEEN.append({"messages": list(messages), **options})
        schema = options.get("response_format")
        answer = json.dumps(example(schema)) if schema else "Hello."
        return ChatResponse(messages=[Message(role="assistant", contents=[answer])], response_id="a")


class Engine:
    def eval(self, formula: str, **_: Any) -> str:
        ASKED.append(formula)
        raise ValueError(formula)


sys.modules["stub_of_models"] = types.ModuleType("stub_of_models")
sys.modules["stub_of_models"].Stub = Stub  # type: ignore[attr-defined]
STUB = {"package": "stub_of_models", "name": "Stub", "model_field": "model", "endpoint_field": None}
MAPPINGS = {name: {**STUB, "api_key_field": None} for name in ("OpenAI.Responses", "Anthropic.Chat")}
_models._engine, _models._engine_initialized = Engine(), True


def check(case: Case) -> None:
    SEEN.clear(), ASKED.clear()
    told = yaml.safe_load(case.main)
    agent = AgentFactory(additional_mappings=MAPPINGS).create_agent_from_yaml(case.main)
    reply = asyncio.run(agent.run(case.user))
    demand(ASKED == [], f"formulas: {ASKED}")
    demand(agent.name == case.config["name"], "another name")
    demand(agent.description.lstrip() == case.config["description"].lstrip(), "another description")
    demand(bool(reply.text), "no answer")
    _sees(SEEN[0], told, case)


def _sees(sent: Mapping[str, Any], told: Any, case: Case) -> None:
    systems = [message.text for message in sent["messages"] if message.role == "system"]
    system = systems[0] if systems else sent["instructions"]
    demand(filled(system, case).strip() == spaced(case.system, case).strip(), f"other instructions: {system!r:.300}")
    demand(sent["messages"][-1].text == case.user, "another question")
    wanted, asked = case.config.get("schema_definition"), sent.get("response_format")
    demand(bool(wanted) == bool(asked), "an output that nobody wanted, or none")
    if asked:
        Draft202012Validator.check_schema(asked)
        _is_closed({"additionalProperties": False, **asked})
        demand("name_changed" in case.notes or set(asked["properties"]) >= set(wanted["properties"]), "other outputs")
    tools = sent.get("tools") or []
    demand(len(tools) == len(told.get("tools", [])), "other tools")
    hints = case.config["prompts"][0]["placeholders"]
    demand(set(told.get("inputSchema", {}).get("properties", {})) == set(hints), "other inputs")


def _is_closed(schema: Any) -> None:
    """As OpenAI's strict form wants each object: nothing else may come, and nothing may be missing."""
    if schema["type"] == "object":
        demand(schema["additionalProperties"] is False, "an open object")
        demand(set(schema.get("required", ())) == set(schema["properties"]), "an output that may be missing")
    for part in (*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])):
        _is_closed(part)


def mutants(case: Case) -> Iterator[Mutant]:
    files = {path: json.dumps(yaml.safe_load(text)) for path, text in case.files.items()}
    wrong = {"kind": "Nothing", "name": "=1+1", "description": "=Env.HOME", "instructions": "=1+1"}
    wrong |= {"model.provider": "Gemini", "tools": [{"kind": "nothing", "name": "a"}]}
    wrong["inputSchema"] = {"properties": {"nobody": {"type": "string"}}}
    if "outputSchema" in json.loads(files[next(iter(files))]):
        wrong["outputSchema.properties"] = {"a": {"type": "string", "minLength": 1}}
    yield from json_mutants(files, ["kind", "instructions", "name", "model.provider"], wrong)


if __name__ == "__main__":
    main(check, mutants)
