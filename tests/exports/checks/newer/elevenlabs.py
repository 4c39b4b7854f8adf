"""ElevenLabs' own types take the agent, and its client sends it to a server as it is."""

import json
import re
from collections.abc import Iterator
from typing import Any, get_args

from elevenlabs import AgentPlatformSettingsRequestModel, ConversationalConfig, ElevenLabs
from elevenlabs.types.dynamic_variables_config import DynamicVariablesConfig
from elevenlabs.types.llm import Llm
from elevenlabs.types.prompt_agent_api_model_input import PromptAgentApiModelInput
from elevenlabs.types.tts_conversational_config_input import TtsConversationalConfigInput
from elevenlabs.types.tts_conversational_model import TtsConversationalModel

from tests.exports.closed import hold, listening
from tests.exports.frame import Case, Mutant, demand, json_mutants, main

MODELS, SPEECH = (get_args(get_args(kind)[0]) for kind in (Llm, TtsConversationalModel))
SOURCES = ("description", "dynamic_variable", "constant_value", "is_system_provided", "is_omitted")


def check(case: Case) -> None:
    body = json.loads(case.main)
    demand(set(body) <= {"name", "tags", "conversation_config", "platform_settings"}, "unknown keys")
    config, settings = body["conversation_config"], body.get("platform_settings", {})
    hold(config, ConversationalConfig, of_models=True)
    hold(settings, AgentPlatformSettingsRequestModel, of_models=True)
    agent = config["agent"]
    hold(agent["prompt"], PromptAgentApiModelInput, of_models=True)
    hold(agent.get("dynamic_variables", {}), DynamicVariablesConfig, of_models=True)
    hold(config.get("tts", {}), TtsConversationalConfigInput, of_models=True)
    _is_sent_as_it_is(body)
    _is_filled(agent, case)
    demand(agent["prompt"]["llm"] in MODELS, "an unknown language model")
    demand(config.get("tts", {}).get("model_id", SPEECH[0]) in SPEECH, "an unknown model of voices")
    demand("end_call" in agent["prompt"]["built_in_tools"], "nothing ends a call")
    _has_fine_tools(agent["prompt"].get("tools", []))
    for key, part in settings.get("data_collection", {}).items():
        demand(re.fullmatch(r"[A-Za-z]\w{0,63}", key, re.ASCII), f"a bad key: {key}")
        _is_literal(part)
    is_structured, collects = bool(case.config.get("schema_definition")), bool(settings.get("data_collection"))
    demand(is_structured == collects or _is_bare(case), "lost")


def _is_bare(case: Case) -> bool:
    return "no_slot" in case.notes and not settings_of(case)


def settings_of(case: Case) -> dict[str, Any]:
    return json.loads(case.main).get("platform_settings", {})  # type: ignore[no-any-return]


def _is_sent_as_it_is(body: dict[str, Any]) -> None:
    with listening({"agent_id": "agent_1"}) as (address, received):
        client = ElevenLabs(api_key="none", base_url=address)
        client.conversational_ai.agents.create(**body)
    path, _, arrived = received[0]
    demand(path == "/v1/convai/agents/create", f"sent to {path}")
    demand(arrived == body, "the client sends something else")


def _is_filled(agent: dict[str, Any], case: Case) -> None:
    """As the platform fills in the values: every gap is known, and what is not a gap stays."""
    text, known = agent["prompt"]["prompt"], agent.get("dynamic_variables", {}).get("dynamic_variable_placeholders", {})
    gaps = re.findall(r"\{\{(.*?)\}\}", text, re.DOTALL)
    demand(set(gaps) == set(known), f"gaps that nothing fills: {set(gaps) ^ set(known)}")
    demand(not re.search(r"\{\{", agent.get("first_message", "")), "a gap in the greeting")
    filled = re.sub(r"\{\{(.*?)\}\}", lambda gap: case.values[gap[1]], text)
    demand(_bare(filled).startswith(_bare(case.system)), f"other instructions: {filled!r:.300}")
    demand(len(filled) > len(case.system) + 200 or "spoken_rules" not in case.notes, "nothing on how to speak")


def _bare(text: str) -> str:
    """Blanks keep braces apart."""
    return re.sub(r" (?=[{}%])|(?<=[{}%]) ", "", text)


def _has_fine_tools(tools: list[dict[str, Any]]) -> None:
    demand(len({tool["name"] for tool in tools}) == len(tools), "two tools of one name")
    for tool in tools:
        demand(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", tool["name"]), "a bad name of a tool")
        for part in tool.get("parameters", {}).get("properties", {}).values():
            _is_value(part)


def _is_value(part: dict[str, Any]) -> None:
    if part["type"] == "object":
        for inner in part.get("properties", {}).values():
            _is_value(inner)
    elif part["type"] == "array":
        _is_value(part["items"])
    else:
        _is_literal(part)


def _is_literal(part: dict[str, Any]) -> None:
    demand(part["type"] in ("boolean", "string", "integer", "number"), f"a value of type {part['type']}")
    demand([key for key in SOURCES if part.get(key)] == ["description"], "nobody says what to fill in")
    demand("enum" not in part or part["type"] == "string", "choices that are no texts")


def mutants(case: Case) -> Iterator[Mutant]:
    body = json.loads(case.main)
    prompt = "conversation_config.agent.prompt"
    wrong: dict[str, object] = {
        "conversation_config.agent.frist_message": "Hi",
        f"{prompt}.llm": "no-model",
        f"{prompt}.prompt": "You help {{nobody}}.",
        "conversation_config.tts": {"voice_id": 7},
        f"{prompt}.temperature": "hot",
    }
    if "platform_settings" in body:
        wrong["platform_settings.data_collection"] = {"a": {"type": "object", "description": "x"}}
        wrong["platform_settings"] = {"data_collection": {"a": {"type": "string"}}}
    if "tools" in body["conversation_config"]["agent"]["prompt"]:
        wrong[f"{prompt}.tools.0"] = {"type": "client", "name": "a"}
    yield from json_mutants(case.files, ["conversation_config", f"{prompt}.llm", f"{prompt}.built_in_tools"], wrong)


if __name__ == "__main__":
    main(check, mutants)
