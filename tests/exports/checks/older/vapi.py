"""Vapi's own types take the assistant, and its client sends it to a server as it is."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from pydantic import TypeAdapter
from vapi import Vapi
from vapi.types.anthropic_model_model import AnthropicModelModel
from vapi.types.create_assistant_dto import CreateAssistantDto
from vapi.types.deepgram_transcriber_language import DeepgramTranscriberLanguage
from vapi.types.eleven_labs_voice_model import ElevenLabsVoiceModel
from vapi.types.google_model_model import GoogleModelModel
from vapi.types.open_ai_model_model import OpenAiModelModel

from tests.exports.closed import hold, listening
from tests.exports.frame import Case, Mutant, demand, json_mutants, main

MODELS = {"google": GoogleModelModel, "openai": OpenAiModelModel, "anthropic": AnthropicModelModel}
ANSWER = {"id": "a", "orgId": "o", "createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00Z"}
KEYWORDS = {"type", "items", "properties", "description", "pattern", "format", "required", "enum", "title"}


def check(case: Case) -> None:
    body = json.loads(case.main)
    hold(body, CreateAssistantDto, of_models=True)
    _is_sent_as_it_is(body)
    model = body["model"]
    demand(model["model"] in _choices(MODELS[model["provider"]]), f"an unknown model: {model['model']}")
    voice, heard = body.get("voice", {}), body.get("transcriber", {})
    demand(voice.get("model", "eleven_v3") in _choices(ElevenLabsVoiceModel), "an unknown model of voices")
    demand(heard.get("language", "en") in _choices(DeepgramTranscriberLanguage), "an unknown language")
    demand(len(body["name"]) <= 40, "a long name")
    demand(any(tool["type"] == "endCall" for tool in model["tools"]), "nothing ends a call")
    _is_filled(body, case)
    own = [tool["function"] for tool in model["tools"] if tool["type"] == "function"]
    demand(all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", tool["name"]) for tool in own), "a bad name of a tool")
    demand(len({tool["name"] for tool in own}) == len(own), "two tools of one name")
    for tool in own:
        _is_known(tool["parameters"])
    plan = body.get("analysisPlan", {}).get("structuredDataPlan", {})
    demand(bool(plan) == bool(case.config.get("schema_definition")), "an output that nobody wanted, or none")
    if plan:
        demand(plan["enabled"] is True, "the output is switched off")
        _is_known(plan["schema"])


@cache
def _choices(kind: Any) -> tuple[str, ...]:
    return get_args(get_args(kind)[0])


def _is_sent_as_it_is(body: dict[str, Any]) -> None:
    """The body is read into the client's own types first: it takes no JSON."""
    read = TypeAdapter(CreateAssistantDto).validate_python(body)
    given = {name: getattr(read, name) for name in read.model_fields_set if name in type(read).model_fields}
    with listening(ANSWER) as (address, received):
        Vapi(token="none", base_url=address).assistants.create(**given)
    path, _, arrived = received[0]
    demand(path == "/assistant", f"sent to {path}")
    demand(arrived == body, "the client sends something else")


def _is_filled(body: dict[str, Any], case: Case) -> None:
    """As Liquid fills in the values: every gap is known, and what is not a gap stays."""
    text = body["model"]["messages"][0]["content"]
    known = body["metadata"].get("system_placeholders", {})
    gaps = re.findall(r"\{\{(.*?)\}\}", text, re.DOTALL)
    demand(set(gaps) == set(known), f"gaps that nothing fills: {set(gaps) ^ set(known)}")
    greeting = body.get("firstMessage", "")
    demand(not re.search(r"\{\{|\{%", greeting) and "{%" not in text, "a command in a text")
    demand(not re.match(r"\s*https?:", greeting), "the greeting is a recording of somebody's")
    filled = re.sub(r"\{\{(.*?)\}\}", lambda gap: case.values[gap[1]], text)
    demand(_bare(filled).startswith(_bare(case.system)), f"other instructions: {filled!r:.300}")
    demand(len(filled) > len(case.system) + 200 or "spoken_rules" not in case.notes, "nothing on how to speak")


def _bare(text: str) -> str:
    """Blanks keep braces apart."""
    return re.sub(r" (?=[{}%])|(?<=[{}%]) ", "", text)


def _is_known(schema: dict[str, Any]) -> None:
    demand(set(schema) <= KEYWORDS, f"unknown keywords: {set(schema) - KEYWORDS}")
    demand(schema["type"] in ("string", "number", "integer", "boolean", "array", "object"), "an unknown type")
    demand(all(isinstance(choice, str) for choice in schema.get("enum", [])), "choices that are no texts")
    demand(("items" in schema) == (schema["type"] == "array"), "items that nobody wanted, or none")
    inner = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
    for part in inner:
        _is_known(part)


def mutants(case: Case) -> Iterator[Mutant]:
    body = json.loads(case.main)
    wrong: dict[str, object] = {
        "model.provider": "nobody",
        "model.model": "no-model",
        "model.messages": [{"role": "system", "content": "You help {{nobody}}."}],
        "firstMessage": "{{ now }}",
        "model.temperature": "hot",
        "model.tools": [{"type": "function", "function": {"description": "x"}}],
        "metadata": {},
        "voice": {"provider": "11labs", "voice_id": "x"},
    }
    if not case.values:
        del wrong["metadata"]
    if "analysisPlan" in body:
        wrong["analysisPlan.structuredDataPlan.schema.properties"] = {"a": {"type": "null"}}
    yield from json_mutants(case.files, ["model", "model.model", "model.messages"], wrong)


if __name__ == "__main__":
    main(check, mutants)
