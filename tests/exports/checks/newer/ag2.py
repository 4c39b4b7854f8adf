"""AG2 makes an agent of the spec with the functions beside it, and the agent answers a scripted model."""

import asyncio
import importlib.util
import json
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ag2 import AgentSpec
from ag2.config.openai.mappers import response_proto_to_schema
from ag2.testing import TestConfig, TrackingConfig
from jsonschema import Draft202012Validator

from tests.exports.examples import example, filled, spaced
from tests.exports.frame import Case, Mutant, demand, json_mutants, main


def check(case: Case) -> None:
    folder = case.written()
    told = json.loads(case.main)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        spec = AgentSpec.model_validate_json(case.main)
        warnings.filterwarnings("ignore", "RawSchema can't validate")
        answer = json.dumps(example(told["response_schema"]["json_schema"])) if "response_schema" in told else "Hello."
        model = TrackingConfig(TestConfig(answer))
        agent = spec.to_agent(available_tools=_functions(folder / "tools.py"), config=model)
        reply = asyncio.run(agent.ask(case.user))
    demand(agent.name == case.config["name"], "another name")
    demand(reply.body == answer, f"another answer: {reply.body!r:.200}")
    sent = model.calls[0]
    demand(filled("\n".join(sent.prompt), case) == spaced(case.system, case), f"other text: {sent.prompt!r:.99}")
    demand(sorted(tool.function.name for tool in sent.tools) == sorted(told.get("tool_names", [])), "other tools")
    _asks(agent, told, case)


def _functions(path: Path) -> list[Callable[..., Any]]:
    if not path.exists():
        return []
    found = importlib.util.spec_from_file_location("tools_of_the_agent", path)
    module = importlib.util.module_from_spec(found)  # type: ignore[arg-type]
    found.loader.exec_module(module)  # type: ignore[union-attr]
    return [value for value in vars(module).values() if callable(value)]


def _asks(agent: Any, told: Any, case: Case) -> None:
    """The strict form that OpenAI is asked for is the one in the file: nothing is made required behind our back."""
    wanted = case.config.get("schema_definition")
    demand(bool(agent._response_schema) == bool(wanted), "an output that nobody wanted, or none")
    if wanted:
        schema = told["response_schema"]["json_schema"]
        Draft202012Validator.check_schema(schema)
        demand(set(schema["properties"]) >= set(wanted["properties"]), "other outputs")
        asked = response_proto_to_schema(agent._response_schema)["json_schema"]
        demand(asked["schema"] == schema and asked["name"] == "Reply", "another form asked for")


def mutants(case: Case) -> Iterator[Mutant]:
    wrong = {"prompt": "text", "name": 7, "tool_names": ["nothing"], "response_schema": {"json_schema": {}}}
    yield from json_mutants(case.files, ["name", "prompt"], wrong)
    yield from json_mutants(case.files, [], {"prompt": ["Something else."]})


if __name__ == "__main__":
    main(check, mutants)
