"""Vapi: an assistant that speaks, as the body of `assistants.create`. Texts are Liquid templates there."""

import re
from dataclasses import replace
from typing import Any

from builder.core.agent import AgentConfig
from builder.exporters import models_named, speech
from builder.exporters.aside import aside
from builder.exporters.base import Export, Exporter, File
from builder.exporters.braces import convert, double
from builder.exporters.fitting import FIELD, Fitted
from builder.exporters.flat import described
from builder.exporters.notes import Note, in_metadata, left_out, lost
from builder.exporters.pairs import without_empty
from builder.exporters.spoken import spoken, still, stilled
from builder.exporters.subset import BASIC, Subset
from builder.exporters.toolbox import Function, Toolbox, of_named, reachable, server_notes, toolbox
from builder.exporters.vapi_names import LANGUAGES, MODELS, SPEECH
from builder.exporters.writing import as_json

TITLE = "Vapi"
END_CALL = "endCall"
LONGEST_NAME = 40
BUILT_IN = {"end_call": END_CALL, "endcall": END_CALL, "hang_up": END_CALL, "dtmf": "dtmf"}
# Notes that say which model the file names, and the gap in which they say it.
_NAMES_ONE = {"model_chosen": "model", **dict.fromkeys(("model_other", "model_unwritten", "model_unknown"), "chosen")}
_SUBSET = Subset(BASIC | {"title", "pattern"}, only_text_enums=True)
_WRITTEN = ("name", "description", "system_prompt", "user_prompt", "placeholders", FIELD, "goals", "tone", "language")
_TOLD = ("guardrails", "first_message", "tools", "model", "voice", "metadata")
_ASIDE = ("conversation_starters", "memory", "workflow", "test_cases")


class Vapi(Exporter):
    name = "vapi"
    title = TITLE
    shelf = "voice"
    rank = 31
    purpose = "Talk with it on the telephone, with parts of your choice."
    place = (
        "A developer sends this file to `POST /assistant`, or gives it to `assistants.create` of the Python client. "
        "Without one: make an assistant on their page, and copy prompt and first message into it."
    )
    version = "vapi-server-sdk 3.0"

    def write(self, config: AgentConfig) -> Export:
        tools = toolbox(config, TITLE, BUILT_IN)
        model, of_model = _model(config)
        functions = [_function(tool) for tool in tools.functions]
        output = described(config.schema_definition, FIELD, _SUBSET) if config.schema_definition else Fitted({}, ())
        told = spoken(config, TITLE, takes_down=bool(output.schema))
        language, of_language = speech.language(config, LANGUAGES, TITLE)
        voice, of_voice = _voice(config, language)
        greeting, of_greeting = _greeting(told.greeting)
        kept = aside(config, TITLE, has_tools=True)
        name = config.name[:LONGEST_NAME].rstrip("-_")
        plan = {"structuredDataPlan": {"enabled": True, "schema": output.schema}}
        body = {
            "name": name,
            "firstMessage": greeting,
            "model": {
                **model,
                "messages": [{"role": "system", "content": convert(told.content, double, still)}],
                "tools": _tools(tools, [function for function, _ in functions]),
            },
            "voice": voice,
            "transcriber": {"provider": "deepgram", "language": language} if language else {},
            "analysisPlan": plan if output.schema else {},
            "metadata": {"description": config.description, **_own(kept.values)},
        }
        notes = [*told.notes, *of_model, *of_named(tools), *output.notes, *of_language, *of_voice, *of_greeting]
        notes += [*(note for _, of_tool in functions for note in of_tool), *_of_servers(config, tools)]
        notes += [note for note in kept.notes if note.field not in ("first_message", "voice")]
        notes += [in_metadata("description", TITLE), *speech.of_prompt(config, TITLE), *_of_name(config, name)]
        return Export((File("vapi_assistant.json", as_json(without_empty(body))),), (*notes, *_left(config)))


def _left(config: AgentConfig) -> tuple[Note, ...]:
    return left_out(config, TITLE, _WRITTEN + _TOLD + _ASIDE)


def _own(values: dict[str, Any]) -> dict[str, Any]:
    """What has no place of its own; the greeting and the voice have."""
    return {key: value for key, value in values.items() if key not in ("first_message", "voice")}


def _of_name(config: AgentConfig, name: str) -> list[Note]:
    changed = {"old": config.name, "new": name}
    return [Note("renamed", "name", "name_changed", changed)] if name != config.name else []


def _model(config: AgentConfig) -> tuple[dict[str, Any], list[Note]]:
    found = models_named.chosen(config, TITLE, "google", "openai", "anthropic")
    settings = models_named.settings(config, TITLE, {"temperature": "temperature", "max_tokens": "maxTokens"})
    names, notes = MODELS[found.provider], list(found.notes)
    name = found.name if found.name in names else names[0]
    if name != found.name:
        other = Note("lost", "model", "model_other", {"platform": TITLE, "model": found.name[:80]})
        told = next((note for note in notes if note.code in _NAMES_ONE), other)
        notes = [replace(told, params={**told.params, _NAMES_ONE[told.code]: name})]
    elif config.model and not config.model.provider:
        notes.append(Note("rewritten", "model.provider", "provider_by_name", {"new": found.provider}))
    return {"provider": found.provider, "model": name, **settings.values}, [*notes, *settings.notes]


def _tools(tools: Toolbox, functions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    own = dict.fromkeys([*(name for _, name in tools.built_in), END_CALL])
    servers = [{"type": "mcp", "server": {"url": server.url}} for server in reachable(tools)]
    return [*functions, *servers, *({"type": name} for name in own)]


def _function(tool: Function) -> tuple[dict[str, Any], tuple[Note, ...]]:
    fitted = described(tool.parameters, f"{tool.field}.parameters", _SUBSET)
    schema = {key: value for key, value in fitted.schema.items() if key in ("type", "properties", "required")}
    about = {"name": tool.name, "description": tool.description, "parameters": schema}
    notes = fitted.notes if tool.is_schema else ()
    if "title" in fitted.schema:
        notes += (Note("lost", f"{tool.field}.parameters", "schema_keyword", {"keyword": "title"}),)
    return {"type": "function", "function": about}, notes


def _of_servers(config: AgentConfig, tools: Toolbox) -> list[Note]:
    notes = server_notes(config, tools, TITLE, reachable(tools), restricts=False)
    notes += [lost(f"{server.field}.mcp.{server.named}", TITLE) for server in reachable(tools) if server.named]
    is_ending = any(name == END_CALL for _, name in tools.built_in)
    return notes if is_ending else [*notes, Note("added", "tools", "tool_added", {"tool": END_CALL})]


def _voice(config: AgentConfig, language: str) -> tuple[dict[str, Any], list[Note]]:
    """A voice of ElevenLabs; without one the platform has its own, and nothing else of it can be set."""
    theirs = {"voice_id": "voiceId", "model": "model", "speed": "speed"}
    found, notes = speech.voice(config, theirs, SPEECH, TITLE, alone=False)
    if not found:
        return {}, notes
    if language and not language.startswith("en") and "model" not in found:
        found["model"] = speech.MANY_LANGUAGES
        notes.append(speech.of_many_languages(TITLE))
    return {"provider": "11labs", **{key: found[key] for key in theirs.values() if key in found}}, notes


def _greeting(text: str) -> tuple[str, tuple[Note, ...]]:
    """An address would be played as a recording."""
    if re.match(r"\s*[a-z][a-z0-9+.-]*:", text, re.IGNORECASE):
        told = {"platform": TITLE}
        return f"“{stilled(text, 'first_message', TITLE)[0]}”", (
            Note("rewritten", "first_message", "template_escaped", told),
        )
    return stilled(text, "first_message", TITLE)
