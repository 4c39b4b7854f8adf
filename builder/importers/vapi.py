"""Vapi's assistants: bodies of its API, and what the API gives back."""

from collections.abc import Mapping
from typing import Any

from builder.exporters.spoken import unspoken
from builder.exporters.vapi import END_CALL
from builder.importers.aside import kept, prompts_of
from builder.importers.base import Document, Importer, Reading
from builder.importers.called import called, values
from builder.importers.outputs import output
from builder.importers.prompts import DOUBLE, described, named, parts
from builder.importers.remarks import Remark
from builder.importers.servers import server
from builder.importers.speaking import greeting, model, numbers, voice
from builder.importers.taking import Taking, fits

_SIGNS = ("firstMessage", "voice", "transcriber", "analysisPlan", "endCallMessage", "firstMessageMode", "metadata")
_OF_THE_ACCOUNT = ("id", "orgId", "createdAt", "updatedAt", "isServerUrlSecretSet", "latestVersion")
_ELSEWHERE = ("toolIds", "toolRefs", "knowledgeBase", "knowledgeBaseId")
_SETTINGS = {"temperature": "temperature", "maxTokens": "max_tokens"}
_VOICE_OF = "11labs"


class VapiImporter(Importer):
    name = "vapi"
    title = "Vapi"
    rank = 2

    def recognises(self, document: Document) -> bool:
        data = document.data
        engine = data.get("model") if isinstance(data, Mapping) else None
        if not isinstance(engine, Mapping) or not isinstance(engine.get("provider"), str):
            return False
        return "orgId" in data or ("messages" in engine and any(sign in data for sign in _SIGNS))

    def read(self, document: Document) -> Reading:
        whole = Taking(document.data)
        whole.passed(*_OF_THE_ACCOUNT)
        engine, aside = whole.inside("model"), whole.inside("metadata")
        said = _system(engine)
        system = unspoken(said)
        texts = prompts_of(parts(system, DOUBLE), aside, "model.messages")
        name, of_name = named(whole.anything("name"), document.path)
        description, of_description = described(aside.text("description"), system, "metadata.description")
        result, of_result = _output(whole)
        tools = _tools(engine)
        found: dict[str, Any] = {**name, **description, **result, "prompts": texts.items}
        found |= {"tools": tools} if tools else {}
        found |= {**greeting(whole, "firstMessage"), **_voice(whole), **_language(whole)}
        found |= model(engine.text("model"), numbers(engine, _SETTINGS), engine.text("provider"))
        found |= kept(aside)
        remarks = [Remark("left_out", "model.messages", "comes_again")] if said != system else []
        remarks += [*texts.remarks, *of_name, *of_description, *of_result]
        return Reading(found, (*remarks, *(remark for part in (whole, engine, aside) for remark in part.rest())))


def _system(engine: Taking) -> str:
    """The system messages; what others have said already has no place."""
    said = list[str]()
    if engine.text("systemPrompt"):
        said.append(engine.text("systemPrompt"))
    for place, data in enumerate(engine.items("messages")):
        message = Taking(data, engine.place(f"messages.{place}"))
        if message.text("role") == "system":
            said.append(message.text("content"))
            engine.remarks += message.rest()
        else:
            engine.remarks.append(Remark("left_out", engine.place(f"messages.{place}"), "unknown_part"))
    return "\n\n".join(filter(None, said))


def _output(whole: Taking) -> tuple[dict[str, Any], list[Remark]]:
    """What is taken down of each call, as the output."""
    analysis = whole.inside("analysisPlan")
    plan = analysis.inside("structuredDataPlan")
    where = plan.place("schema")
    schema, remarks = values(plan.anything("schema"), where)
    result, more = output(schema, where)
    plan.passed("enabled", "timeoutSeconds")
    whole.remarks += [*analysis.rest(), *plan.rest()]
    return result, [*remarks, *more]


def _voice(whole: Taking) -> dict[str, Any]:
    told = whole.inside("voice")
    if told.text("provider") not in ("", _VOICE_OF):
        whole.remarks.append(Remark("left_out", "voice", "unknown_part"))
        return {}
    found = voice(told, "voiceId", "model", "speed")
    whole.remarks += told.rest()
    return found


def _language(whole: Taking) -> dict[str, str]:
    heard = whole.inside("transcriber")
    said = heard.text("language")
    heard.passed("provider", "model")
    whole.remarks += heard.rest()
    if said and (said == "multi" or not fits("language", said)):
        whole.remarks.append(Remark("left_out", heard.place("language"), "wrong_kind"))
        return {}
    return {"language": said} if said else {}


def _tools(engine: Taking) -> list[Any]:
    engine.refuse("reads_elsewhere", *_ELSEWHERE)
    found = list[Any]()
    for place, data in enumerate(engine.items("tools")):
        tool = Taking(data, engine.place(f"tools.{place}"))
        found += _tool(tool)
        engine.remarks += tool.rest()
    return found


def _tool(tool: Taking) -> list[Any]:
    kind, where = tool.text("type"), tool.place("")[:-1]
    if kind == END_CALL:
        tool.remarks.append(Remark("left_out", where, "comes_again"))
    elif kind == "function":
        tool.refuse("reads_elsewhere", "server")
        told = tool.inside("function")
        name, about = told.text("name"), told.text("description")
        found = called(told, name, about, told.anything("parameters"), told.place("")[:-1])
        told.passed("strict")
        tool.passed("async")
        tool.remarks += told.rest()
        return found
    elif kind == "mcp":
        found, remarks = server(tool.mapping("server"), tool.place("server"))
        tool.remarks += remarks
        return found
    elif kind == "dtmf":
        return [{"name": kind, "parameters": {}}]
    else:
        tool.remarks.append(Remark("left_out", tool.place("type"), "unknown_part"))
    return []
