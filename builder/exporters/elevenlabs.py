"""ElevenLabs: an agent that speaks, as its API and its command line take it. Gaps are `{{name}}` there."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from builder.core.agent import AgentConfig
from builder.exporters import models_named
from builder.exporters.base import Export, Exporter, File
from builder.exporters.braces import convert, double
from builder.exporters.elevenlabs_names import LANGUAGES, MODELS, SPEECH
from builder.exporters.fitting import FIELD
from builder.exporters.flat import described, flattened
from builder.exporters.notes import Note, left_out, lost
from builder.exporters.pairs import without_empty
from builder.exporters.spoken import spoken, still, stilled
from builder.exporters.toolbox import Function, of_named, server_notes, toolbox
from builder.exporters.writing import as_json

TITLE = "ElevenLabs"
TAG = "agent-builder"
END_CALL = "end_call"
BUILT_IN = {"end_call": END_CALL, "hang_up": END_CALL, "skip_turn": "skip_turn"}
BUILT_IN |= {"language_detection": "language_detection", "detect_language": "language_detection"}
_MANY_LANGUAGES = "eleven_flash_v2_5"  # the platform's own default speaks English only
_SLOWEST, _FASTEST = 0.7, 1.2
_WRITTEN = ("name", "system_prompt", "placeholders", FIELD, "goals", "tone", "language", "guardrails", "first_message")
_TOLD = ("tools", "voice", "model")


class ElevenLabs(Exporter):
    name = "elevenlabs"
    title = TITLE
    shelf = "voice"
    rank = 18
    purpose = "Talk with it on the telephone or on a web page."
    place = "In `agent_configs/`, then `elevenlabs agents push`; or the body of `POST /v1/convai/agents/create`."
    version = "elevenlabs 2.78"

    def write(self, config: AgentConfig) -> Export:
        told, model = spoken(config, TITLE), _model(config)
        settings = models_named.settings(config, TITLE, {"temperature": "temperature", "max_tokens": "max_tokens"})
        tools = toolbox(config, TITLE, BUILT_IN)
        functions = [_function(tool) for tool in tools.functions]
        own = list(dict.fromkeys([*(name for _, name in tools.built_in), END_CALL]))
        output = flattened(config.schema_definition or {})
        language, of_language = _language(config)
        voice, of_voice = _voice(config, language)
        greeting, of_greeting = stilled(told.greeting, "first_message", TITLE)
        prompt = {
            "prompt": convert(told.content, double, still),
            "llm": model.name,
            **settings.values,
            "tools": [tool for tool, _ in functions],
            "built_in_tools": {name: {"name": name, "params": {"system_tool_type": name}} for name in own},
        }
        variables = dict(config.prompt("system").placeholders)
        agent = {
            "first_message": greeting,
            "language": language,
            "dynamic_variables": {"dynamic_variable_placeholders": variables} if variables else {},
            "prompt": without_empty(prompt),
        }
        body = {
            "name": config.name,
            "tags": [TAG],
            "conversation_config": without_empty({"agent": without_empty(agent), "tts": voice}),
            "platform_settings": {"data_collection": output.schema} if output.schema else {},
        }
        notes = [*told.notes, *model.notes, *settings.notes, *of_named(tools), *_of_output(config, output.schema)]
        notes += [*output.notes, *(note for _, of_tool in functions for note in of_tool), *of_language, *of_voice]
        notes += [*of_greeting, *_of_prompt(config), *server_notes(config, tools, TITLE, ())]
        notes += [*_of_ending(tools.built_in), *left_out(config, TITLE, _WRITTEN + _TOLD)]
        return Export((File("elevenlabs_agent.json", as_json(without_empty(body))),), tuple(notes))


def _model(config: AgentConfig) -> models_named.Chosen:
    model = models_named.chosen(config, TITLE, "google", "openai", "anthropic")
    if model.name in MODELS:
        return models_named.by_name(config, model)
    default = models_named.DEFAULTS[model.provider]
    params = {"platform": TITLE, "model": model.name[:80], "chosen": default}
    return models_named.Chosen(model.provider, default, (Note("lost", "model", "model_other", params),))


def _function(tool: Function) -> tuple[dict[str, Any], tuple[Note, ...]]:
    fitted = described(tool.parameters, f"{tool.field}.parameters")
    about = {"type": "client", "name": tool.name, "description": tool.description, "expects_response": True}
    schema = {key: value for key, value in fitted.schema.items() if key != "description"}  # it is the tool's
    takes = {"parameters": schema} if schema["properties"] else {}
    return {**about, **takes}, fitted.notes if tool.is_schema else ()


def _language(config: AgentConfig) -> tuple[str, tuple[Note, ...]]:
    """The platform's own name of the language; "" where it does not speak it."""
    said = (config.language or "").lower()
    found = next((name for name in (said, said.split("-")[0]) if name in LANGUAGES), "")
    if said and not found:
        return "", (lost("language", TITLE),)
    changed = found != (config.language or "")
    return found, (Note("rewritten", "language", "value_other", {"old": config.language, "new": found}),) * changed


def _voice(config: AgentConfig, language: str) -> tuple[dict[str, Any], list[Note]]:
    voice, found, notes = config.voice, dict[str, Any](), list[Note]()
    fits: Mapping[str, tuple[str, Callable[[Any], object]]] = {
        "voice_id": ("voice_id", lambda value: re.fullmatch(r"[A-Za-z0-9_-]{1,64}", value)),
        "model": ("model_id", lambda value: value in SPEECH),
        "speed": ("speed", lambda value: _SLOWEST <= value <= _FASTEST),
    }
    for key, (theirs, is_fit) in fits.items():
        value = getattr(voice, key) if voice else None
        if value is not None and is_fit(value):
            found[theirs] = value
        elif value is not None:
            notes.append(Note("lost", f"voice.{key}", "setting_other", {"platform": TITLE, "key": key}))
    if language not in ("", "en") and "model_id" not in found:
        found["model_id"] = _MANY_LANGUAGES
        notes.append(Note("added", "voice.model", "model_chosen", {"platform": TITLE, "model": _MANY_LANGUAGES}))
    return {key: found[key] for key in ("voice_id", "model_id", "speed") if key in found}, notes


def _of_prompt(config: AgentConfig) -> list[Note]:
    prompt, user, notes = config.prompt("system"), config.prompt("user"), list[Note]()
    told = {"platform": TITLE, "form": "{{name}}"}
    if prompt.placeholders:
        notes.append(Note("rewritten", "system_prompt", "placeholders_form", told))
        notes.append(Note("rewritten", "placeholders", "hint_as_example", told))
    if user.placeholders and not prompt.placeholders:
        notes.append(lost("placeholders", TITLE))
    if convert(prompt.content, double, still) != convert(prompt.content, double):
        notes.append(Note("rewritten", "system_prompt", "template_escaped", told))
    return notes


def _of_output(config: AgentConfig, values: dict[str, Any]) -> list[Note]:
    is_lost = config.schema_definition and not values
    return [lost(FIELD, TITLE), lost("return_type", TITLE)] if is_lost else []


def _of_ending(built_in: tuple[tuple[str, str], ...]) -> list[Note]:
    is_there = any(name == END_CALL for _, name in built_in)
    return [] if is_there else [Note("added", "tools", "tool_added", {"tool": END_CALL})]
