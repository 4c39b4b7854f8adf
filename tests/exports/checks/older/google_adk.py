"""The kit's own loader takes the folder, and its runner runs a turn with a stub model that sees what it should."""

import asyncio
import json
import logging
import sys
import warnings
from collections.abc import AsyncGenerator, Iterator
from typing import Any

import yaml
from google.adk.agents import LlmAgent
from google.adk.cli.utils.agent_loader import AgentLoader
from google.adk.models.base_llm import BaseLlm
from google.adk.models.llm_request import LlmRequest
from google.adk.models.llm_response import LlmResponse
from google.adk.runners import InMemoryRunner
from google.genai import types
from jsonschema import Draft202012Validator

from tests.exports.frame import Case, Files, Mutant, demand, main

warnings.simplefilter("ignore")
logging.disable(logging.ERROR)
SEEN = list[LlmRequest]()


class Stub(BaseLlm):
    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        SEEN.append(llm_request)
        yield LlmResponse(content=types.Content(role="model", parts=[types.Part(text="{}")]))


def check(case: Case) -> None:
    folder = case.written()
    name = next(iter(case.files)).split("/")[0]
    own = [module for module in sys.modules if module.split(".")[0] == name]
    for module in own:
        del sys.modules[module]
    path = list(sys.path)
    try:
        agent = AgentLoader(str(folder)).load_agent(name)
        demand(isinstance(agent, LlmAgent) and agent.name == name, "no such agent")
        demand(agent.description == case.config["description"], "another description")
        demand(bool(agent.output_schema) == bool(case.config.get("schema_definition")), "another output")
        if agent.output_schema:
            Draft202012Validator.check_schema(agent.output_schema)
        agent.tools = [tool for tool in agent.tools if callable(tool)]
        agent.model = Stub(model="stub")
        asyncio.run(_run(agent, case))
    finally:
        sys.path[:] = path


async def _run(agent: LlmAgent, case: Case) -> None:
    SEEN.clear()
    runner = InMemoryRunner(agent=agent, app_name="check")
    session = await runner.session_service.create_session(app_name="check", user_id="u", state=dict(case.values))
    said = types.Content(role="user", parts=[types.Part(text=case.user)])
    async for _ in runner.run_async(user_id="u", session_id=session.id, new_message=said):
        pass
    sent = str(SEEN[0].config.system_instruction)
    same = case.system in sent or ("template_escaped" in case.notes and _bare(case.system) in _bare(sent))
    demand(same, f"other instructions: {sent!r:.300}")
    declared = {tool.name for entry in SEEN[0].config.tools or [] for tool in entry.function_declarations or []}
    demand(declared >= {tool.__name__ for tool in agent.tools}, f"tools that are not declared: {declared}")
    asked = SEEN[0].config.response_schema or SEEN[0].config.response_json_schema or "set_model_response" in declared
    demand(bool(asked) == bool(agent.output_schema), "the model is not asked for the output's form")


def _bare(text: str) -> str:
    return text.replace("\\", "").replace(" ", "")


def mutants(case: Case) -> Iterator[Mutant]:
    main_path = next(iter(case.files))
    name = main_path.split("/")[0]

    def changed(change: Any) -> Files:
        value = yaml.safe_load(case.main)
        change(value)
        return {**case.files, main_path: json.dumps(value)}

    yield "an unknown key", changed(lambda value: value.update(first_message="Hi"))
    yield "the name user", changed(lambda value: value.update(name="user"))
    yield "a name that is none", changed(lambda value: value.update(name="no name"))
    yield "no instruction", changed(lambda value: value.pop("instruction"))
    yield "a tool that is not there", changed(lambda value: value.update(tools=[{"name": f"{name}.tools.nothing"}]))
    yield "an inline schema", changed(lambda value: value.update(output_schema={"type": "object"}))
    yield "YAML that does not end", {**case.files, main_path: "name: [1"}
    if "schemas.py" in "".join(case.files):
        yield "no module of the schema", {path: text for path, text in case.files.items() if "schemas" not in path}


if __name__ == "__main__":
    main(check, mutants)
