"""ElevenLabs' agents: bodies of its API, what the API gives back, and the files of its command line."""

from collections.abc import Mapping
from typing import Any

from builder.exporters.elevenlabs import BUILT_IN, END_CALL, TAG
from builder.exporters.spoken import unspoken
from builder.importers.base import Document, Importer, Reading
from builder.importers.called import called, values
from builder.importers.outputs import output
from builder.importers.prompts import DOUBLE, described, named, parts, prompts, sentence
from builder.importers.remarks import Remark
from builder.importers.speaking import greeting, model, numbers, voice
from builder.importers.taking import Taking, fits

_PROMPT = "conversation_config.agent.prompt"
_OF_THE_ACCOUNT: tuple[str, ...] = ("agent_id", "metadata", "access_info", "phone_numbers", "version_id")
_OF_THE_ACCOUNT += ("whatsapp_accounts", "branch_id", "main_branch_id", "enable_versioning")
_ELSEWHERE = ("tool_ids", "mcp_server_ids", "native_mcp_server_ids", "knowledge_base")


class ElevenLabsImporter(Importer):
    name = "elevenlabs"
    title = "ElevenLabs"
    rank = 1

    def recognises(self, document: Document) -> bool:
        data = document.data
        config = data.get("conversation_config") if isinstance(data, Mapping) else None
        return isinstance(config, Mapping) and not {"agent", "tts", "asr", "turn"}.isdisjoint(config)

    def read(self, document: Document) -> Reading:
        whole = Taking(document.data)
        whole.passed(*_OF_THE_ACCOUNT)
        config, settings = whole.inside("conversation_config"), whole.inside("platform_settings")
        agent, tts = config.inside("agent"), config.inside("tts")
        prompt = agent.inside("prompt")
        tags = whole.texts("tags")
        whole.remarks += [Remark("left_out", "tags", "unknown_part")] if set(tags) - {TAG} else []
        said = prompt.text("prompt")
        system, of_rules = _unspoken(said)
        texts = prompts(parts(system, DOUBLE), None, _hints(agent, system, is_own=TAG in tags), f"{_PROMPT}.prompt")
        name, of_name = named(whole.anything("name"), document.path)
        description, of_description = described(None, system)
        result, of_result = _output(settings)
        tools = _tools(prompt)
        found: dict[str, Any] = {**name, **description, **result, "prompts": texts.items}
        found |= {"tools": tools} if tools else {}
        found |= {**greeting(agent, "first_message"), **_language(agent), **voice(tts, "voice_id", "model_id", "speed")}
        found |= model(prompt.text("llm"), numbers(prompt, {"temperature": "temperature", "max_tokens": "max_tokens"}))
        remarks = [*texts.remarks, *of_rules, *of_name, *of_description, *of_result]
        remarks += [remark for part in (whole, config, agent, prompt, tts, settings) for remark in part.rest()]
        return Reading(found, tuple(remarks))


def _unspoken(said: str) -> tuple[str, list[Remark]]:
    bare = unspoken(said)
    return bare, [Remark("left_out", f"{_PROMPT}.prompt", "comes_again")] if bare != said else []


def _hints(agent: Taking, system: str, *, is_own: bool) -> dict[str, str]:
    """Sentences of the placeholders: our exports write them as examples; of others' files they are made."""
    told = agent.inside("dynamic_variables")
    used = {name for is_gap, name in parts(system, DOUBLE) if is_gap}
    found = dict[str, str]()
    for name, example in told.mapping("dynamic_variable_placeholders").items():
        if name not in used:
            place = told.place(f"dynamic_variable_placeholders.{name}")
            told.remarks.append(Remark("left_out", place, "unknown_part"))
        elif isinstance(example, str | int | float) and str(example).strip():
            found[name] = str(example) if is_own else f"{sentence(name)} For example: {example}"
    agent.remarks += told.rest()
    return found


def _output(settings: Taking) -> tuple[dict[str, Any], list[Remark]]:
    """What is collected of each call, as the output."""
    where = "platform_settings.data_collection"
    collected = settings.mapping("data_collection")
    if not collected:
        return output(None)[0], []
    schema, remarks = values({"type": "object", "properties": collected}, where)
    result, more = output(schema, where)
    return result, [*remarks, *more]


def _language(agent: Taking) -> dict[str, str]:
    said = agent.text("language")
    if said and not fits("language", said):
        agent.remarks.append(Remark("left_out", agent.place("language"), "wrong_kind"))
        return {}
    return {"language": said} if said else {}


def _tools(prompt: Taking) -> list[dict[str, Any]]:
    prompt.refuse("reads_elsewhere", *_ELSEWHERE)
    found = list[dict[str, Any]]()
    for place, data in enumerate(prompt.items("tools")):
        tool = Taking(data, prompt.place(f"tools.{place}"))
        found += _tool(tool)
        prompt.remarks += tool.rest()
    for name, data in prompt.mapping("built_in_tools").items():
        found += _built_in(prompt, name, prompt.place(f"built_in_tools.{name}")) if data else []
    return found


def _tool(tool: Taking) -> list[dict[str, Any]]:
    kind, name, description = tool.text("type"), tool.text("name"), tool.text("description")
    tool.passed("id", "expects_response")
    if kind == "system":
        tool.passed("params")
        return _built_in(tool, name, tool.place("name"))
    takes = tool.anything("parameters")
    if kind == "webhook":
        takes = _of_webhook(tool.inside("api_schema"), tool)
    return called(tool, name, description, takes, tool.place("")[:-1])


def _of_webhook(schema: Taking, tool: Taking) -> Any:
    """What is sent to the address; the address itself is not part of a configuration."""
    schema.refuse("reads_elsewhere", "url")
    body = schema.anything("request_body_schema") or schema.anything("query_params_schema")
    schema.passed("method", "content_type")
    tool.remarks += schema.rest()
    return {"type": "object", **body} if isinstance(body, Mapping) else body


def _built_in(told: Taking, name: str, where: str) -> list[dict[str, Any]]:
    if name == END_CALL:
        told.remarks.append(Remark("left_out", where, "comes_again"))
    elif name in BUILT_IN.values():
        return [{"name": name, "parameters": {}}]
    else:
        told.remarks.append(Remark("left_out", where, "unknown_part"))
    return []
