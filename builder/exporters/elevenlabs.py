"""ElevenLabs: an agent that speaks, as its API and its command line take it. Gaps are `{{name}}` there."""

from typing import Any

from builder.core.agent import AgentConfig
from builder.exporters import models_named, speech
from builder.exporters.base import Export, Exporter, File
from builder.exporters.braces import convert, double
from builder.exporters.elevenlabs_names import LANGUAGES, MODELS, SPEECH
from builder.exporters.fitting import FIELD, Fitted
from builder.exporters.flat import described, flattened
from builder.exporters.hints import hint_left_out, told_once
from builder.exporters.notes import Note, left_out, lost
from builder.exporters.pairs import without_empty
from builder.exporters.spoken import spoken, still, stilled
from builder.exporters.toolbox import Function, Toolbox, of_named, server_notes, toolbox
from builder.exporters.writing import as_json

TITLE = "ElevenLabs"
TAG = "agent-builder"
END_CALL = "end_call"
BUILT_IN = {"end_call": END_CALL, "hang_up": END_CALL, "skip_turn": "skip_turn"}
BUILT_IN |= {"language_detection": "language_detection", "detect_language": "language_detection"}
_WRITTEN = ("name", "system_prompt", "placeholders", FIELD, "goals", "tone", "language", "guardrails", "first_message")
_TOLD = ("tools", "voice", "model")


class ElevenLabs(Exporter):
    name = "elevenlabs"
    title = TITLE
    shelf = "voice"
    rank = 18
    purpose = "Talk with it on the telephone or on a web page."
    place = (
        "A developer sends this file to `POST /v1/convai/agents/create`, or gives it to "
        "`conversational_ai.agents.create` of the Python client. "
        "Without one: make an agent on their page, and copy prompt and first message into it."
    )
    version = "elevenlabs 2.78"

    def write(self, config: AgentConfig) -> Export:
        model = _model(config)
        settings = models_named.settings(config, TITLE, {"temperature": "temperature", "max_tokens": "max_tokens"})
        tools = toolbox(config, TITLE, BUILT_IN)
        functions = [_function(tool) for tool in tools.functions]
        output = flattened(config.schema_definition) if config.schema_definition else Fitted({}, ())
        told = spoken(config, TITLE, takes_down=bool(output.schema))
        language, of_language = speech.language(config, LANGUAGES, TITLE)
        voice, of_voice = _voice(config, language)
        greeting, of_greeting = stilled(told.greeting, "first_message", TITLE)
        prompt = {
            "prompt": convert(told.content, double, still),
            "llm": model.name,
            **settings.values,
            "tools": [tool for tool, _ in functions],
            "built_in_tools": _built_in(tools),
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
        of_parts = [*told.notes, *model.notes, *settings.notes, *of_named(tools), *_of_output(config, output.schema)]
        of_parts += [*output.notes, *(note for _, of_tool in functions for note in of_tool), *of_language, *of_voice]
        notes = (*of_parts, *of_greeting, *_of_rest(config, tools))
        return Export((File("elevenlabs_agent.json", as_json(without_empty(body))),), notes)


def _of_rest(config: AgentConfig, tools: Toolbox) -> list[Note]:
    """What all the parts together do not say of the configuration."""
    notes = [*speech.of_prompt(config, TITLE), *_of_hints(config), *server_notes(config, tools, TITLE, ())]
    return [*notes, *_of_ending(tools), *left_out(config, TITLE, _WRITTEN + _TOLD)]


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


def _voice(config: AgentConfig, language: str) -> tuple[dict[str, Any], list[Note]]:
    theirs = {"voice_id": "voice_id", "model": "model_id", "speed": "speed"}
    found, notes = speech.voice(config, theirs, SPEECH, TITLE, alone=True)
    if language not in ("", "en") and "model_id" not in found:
        found["model_id"] = speech.MANY_LANGUAGES
        notes.append(speech.of_many_languages(TITLE))
    return {key: found[key] for key in theirs.values() if key in found}, notes


def _of_hints(config: AgentConfig) -> list[Note]:
    """Only what the system prompt asks for has an example there: callers say the rest."""
    system, user = config.prompt("system").placeholders, config.prompt("user").placeholders
    if not system:
        return [lost("placeholders", TITLE)] if user else []
    told = Note("rewritten", "placeholders", "hint_as_example", {"platform": TITLE})
    return [told, *told_once(config), *(hint_left_out(name, TITLE) for name in user if name not in system)]


def _of_output(config: AgentConfig, values: dict[str, Any]) -> list[Note]:
    is_lost = config.schema_definition and not values
    return [lost(FIELD, TITLE), lost("return_type", TITLE)] if is_lost else []


def _built_in(tools: Toolbox) -> dict[str, Any]:
    own = dict.fromkeys([*(name for _, name in tools.built_in), END_CALL])
    return {name: {"name": name, "params": {"system_tool_type": name}} for name in own}


def _of_ending(tools: Toolbox) -> list[Note]:
    is_there = any(name == END_CALL for _, name in tools.built_in)
    return [] if is_there else [Note("added", "tools", "tool_added", {"tool": END_CALL})]
