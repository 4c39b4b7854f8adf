"""AutoGen loads both components; twins of them whose model replays an answer take a turn, and give what they should."""

import asyncio
import json
import os
import warnings
from collections.abc import Iterator
from typing import Any

from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.base import ChatAgent, TaskResult, Team
from autogen_agentchat.messages import StructuredMessage, StructuredMessageFactory, TextMessage
from autogen_agentchat.teams import RoundRobinGroupChat
from autogen_core import ComponentModel
from autogen_core.models import SystemMessage
from autogen_ext.models.openai import OpenAIChatCompletionClient
from autogen_ext.models.replay import ReplayChatCompletionClient
from autogen_ext.tools.mcp import McpWorkbench

from tests.exports.closed import listening
from tests.exports.examples import example, filled, spaced
from tests.exports.frame import Case, Mutant, demand, json_mutants, main

os.environ |= {"OPENAI_API_KEY": "none", "GEMINI_API_KEY": "none", "ANTHROPIC_API_KEY": "none"}
KINDS = (AssistantAgent, RoundRobinGroupChat, OpenAIChatCompletionClient, McpWorkbench, StructuredMessageFactory)
FIELDS = {kind.__name__: kind.component_config_schema.model_fields for kind in KINDS}
ABLE = {"vision": False, "function_calling": True, "json_output": True, "family": "unknown", "structured_output": True}


def check(case: Case) -> None:
    agent, team = (json.loads(case.files[f"autogen_{kind}.json"]) for kind in ("agent", "team"))
    demand([member["label"] for member in team["config"]["participants"]] == [agent["label"]], "other members")
    _has_known_keys(agent), _has_known_keys(team)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "Field name .* shadows")
        warnings.filterwarnings("ignore", ".*mixture of BaseChatMessage")
        loaded = ChatAgent.load_component(agent)
        demand(loaded.dump_component().config["model_client"]["config"]["model"], "no model")
        demand(isinstance(Team.load_component(team), RoundRobinGroupChat), "no team")
        asyncio.run(_answers(agent, team, case))
    demand(loaded.description == case.config["description"], "another description")


def _has_known_keys(component: Any) -> None:
    """The library takes keys that it does not know, and the files have none."""
    demand(set(component) <= set(ComponentModel.model_fields), f"keys of a component: {set(component)}")
    kind = component["provider"].split(".")[-1]
    demand(set(component["config"]) <= set(FIELDS.get(kind, component["config"])), f"keys of {kind}")
    for part in component["config"].values():
        for inner in part if isinstance(part, list) else [part]:
            if isinstance(inner, dict) and "provider" in inner:
                _has_known_keys(inner)


async def _answers(agent: Any, team: Any, case: Case) -> None:
    factory = agent["config"].get("structured_message_factory")
    demand(bool(factory) == bool(case.config.get("schema_definition")), "an output that nobody wanted, or none")
    schema = _model(factory).model_json_schema() if factory else {}
    answer = json.dumps(example(schema)) if factory else "Hello."
    alone = ChatAgent.load_component(_changed(agent, _replayed([answer])))
    _is_right(await alone.run(task=case.user), case, is_structured=bool(factory))
    if factory:
        _says_all(schema, case)
    sent = alone._model_client.create_calls[0]["messages"][0]
    demand(isinstance(sent, SystemMessage), "no system message")
    demand(filled(sent.content, case) == spaced(case.system, case), f"other instructions: {sent.content!r:.300}")
    await _sends(agent, team, answer, case)


async def _sends(agent: Any, team: Any, answer: str, case: Case) -> None:
    """The team runs with the model client of the file, whose model is a server on this machine."""
    member = team["config"]["participants"][0]
    with listening(_completion(answer, member["config"]["model_client"]["config"]["model"])) as (address, received):
        client = member["config"]["model_client"]
        here = {**client, "config": {**client["config"], "base_url": f"{address}/v1", "max_retries": 0}}
        members = [_changed(member, here)]
        runner = Team.load_component({**team, "config": {**team["config"], "participants": members}})
        _is_right(await runner.run(task=case.user), case, is_structured=False)
    demand(len(received) == 1, f"{len(received)} questions to the model")
    body = received[0][2]
    demand(body["messages"][0] == {"role": "system", "content": agent["config"]["system_message"]}, "another text sent")
    factory = agent["config"].get("structured_message_factory")
    asked = body.get("response_format", {}).get("json_schema", {}).get("schema")
    demand(asked == (factory["config"]["json_schema"] if factory else None), "another form asked for")


def _completion(answer: str, model: str) -> Any:
    message = {"role": "assistant", "content": answer}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    choices = [{"index": 0, "finish_reason": "stop", "message": message}]
    return {"id": "a", "object": "chat.completion", "created": 1, "model": model, "choices": choices, "usage": usage}


def _model(factory: Any) -> Any:
    return StructuredMessageFactory.load_component(factory).ContentModel


def _replayed(answers: list[str]) -> Any:
    return ReplayChatCompletionClient(answers, model_info=ABLE).dump_component().model_dump()


def _changed(agent: Any, client: Any) -> Any:
    """With another model client, and without servers, which are elsewhere."""
    config = {key: value for key, value in agent["config"].items() if key != "workbench"}
    return {**agent, "config": {**config, "model_client": client}}


def _is_right(result: TaskResult, case: Case, *, is_structured: bool) -> None:
    asked, answered = result.messages[0], result.messages[-1]
    demand(len(result.messages) == 2 and asked.to_text() == case.user, "another question")
    demand(isinstance(answered, StructuredMessage if is_structured else TextMessage), f"answers {type(answered)}")


def _says_all(schema: Any, case: Case) -> None:
    """The model's own schema has every output of the configuration, and asks for those that are needed."""
    wanted = case.config["schema_definition"]
    is_renamed = "name_changed" in case.notes
    demand(is_renamed or set(schema["properties"]) >= set(wanted["properties"]), "other outputs")
    demand(is_renamed or set(schema.get("required", ())) >= set(wanted.get("required", ())), "other needed outputs")


def mutants(case: Case) -> Iterator[Mutant]:
    needed = ["provider", "config.name", "config.description", "config.model_client", "config.tool_call_summary_format"]
    wrong = {"config.name": "no name", "config.system_message": 7, "config.metadata": {"a": 1}, "provider": "os.Path"}
    client = "config.model_client"
    wrong |= {f"{client}.config.model_info": {"vision": "?"}, f"{client}.provider": "json.JSONDecoder"}
    if "structured_message_factory" in json.loads(case.main)["config"]:
        wrong["config.structured_message_factory.config.json_schema"] = {"properties": {"a": {"type": "text"}}}
    yield from json_mutants(case.files, needed, wrong)
    member = "config.participants.0.config"
    needed = ["config.participants", "provider", f"{member}.name", f"{member}.model_client"]
    wrong = {"config.participants": [], f"{member}.system_message": "Something else.", "config.max_turns": "many"}
    yield from json_mutants(case.files, needed, wrong, "autogen_team.json")


if __name__ == "__main__":
    main(check, mutants)
