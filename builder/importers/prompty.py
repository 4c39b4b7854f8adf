"""Prompty files, of version 2 and 1: `${env:...}` and `${file:...}` are never looked up."""

import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from builder.exporters.prompty import ASIDE
from builder.exporters.prompty_text import SYSTEM, USER
from builder.importers import prompts
from builder.importers.base import Document, Importer, Reading
from builder.importers.heads import body, head
from builder.importers.outputs import output
from builder.importers.prompty_properties import schema
from builder.importers.prompty_text import cut, hints, messages
from builder.importers.remarks import Remark
from builder.importers.servers import server
from builder.importers.taking import Taking, fits, without_keys

_SIGNS = frozenset(("inputs", "outputs", "sample", "template", "model"))
_SETTINGS = {"topP": "top_p", "maxOutputTokens": "max_tokens", "presencePenalty": "presence_penalty"}
_SETTINGS |= {"frequencyPenalty": "frequency_penalty", "topK": "top_k", "max_completion_tokens": "max_tokens"}
_PROVIDERS = {"azure_openai": "azure", "azure_openai_beta": "azure", "serverless": "azure"}


class PromptyImporter(Importer):
    name = "prompty"
    title = "Prompty"
    rank = 3

    def recognises(self, document: Document) -> bool:
        if PurePosixPath(document.path).suffix.lower() == ".prompty":
            return True
        said = document.data
        is_headed = document.text.startswith("---") and isinstance(said, Mapping)
        has_role = any(sign in f"\n{document.text}" for sign in ("\nsystem:\n", "\nsystem:\r\n", "\nuser:\n"))
        return is_headed and has_role and any(isinstance(said.get(key), Mapping | list) for key in _SIGNS)

    def read(self, document: Document) -> Reading:
        told = Taking(_looked_through(head(document)))
        told.passed("version", "authors", "tags", "template", "$schema")
        remarks = _references(head(document), "")
        values = {**_texts(told, body(document.text), remarks), **_output(told, remarks), **_model(told, remarks)}
        tools, of_tools = _tools(told)
        kept, of_metadata = _kept_aside(told)
        first = values["prompts"][0]["content"] if values["prompts"] else ""
        name, of_name = prompts.named(told.anything("name") or told.anything("displayName"), document.path)
        description, of_description = prompts.described(told.anything("description"), first)
        values |= {**name, **description, **({"tools": tools} if tools else {}), **kept}
        told.passed("displayName")
        remarks += [*of_tools, *of_metadata, *of_name, *of_description]
        return Reading(values, (*remarks, *told.rest()))


def _is_reference(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("${") and value.endswith("}")


def _looked_through(said: Any) -> Any:
    """Without the values that stand elsewhere."""
    if isinstance(said, Mapping):
        return {key: _looked_through(value) for key, value in said.items() if not _is_reference(value)}
    return [_looked_through(item) for item in said] if isinstance(said, list) else said


def _references(said: Any, where: str) -> list[Remark]:
    """Keys and files that a program would look up."""
    if isinstance(said, list):
        return [one for place, item in enumerate(said) for one in _references(item, f"{where}.{place}".lstrip("."))]
    if not isinstance(said, Mapping):
        return []
    found = list[Remark]()
    for key, value in said.items():
        place = f"{where}.{key}".lstrip(".")[:200]
        is_here = _is_reference(value)
        found += [Remark("refused", place, "reads_elsewhere")] if is_here else _references(value, place)
    return found


def _texts(told: Taking, text: str, remarks: list[Remark]) -> dict[str, Any]:
    system, user = _two(text, remarks)
    said, sample = told.anything("inputs"), told.anything("sample")
    known, names = hints(said if said not in (None, {}, []) else sample)
    parts = [cut(one, "body", remarks) for one in (system, user)]
    used = {piece for part in parts for is_gap, piece in part if is_gap}
    remarks += [Remark("left_out", f"inputs.{name}"[:200], "unknown_part") for name in names if name not in used]
    written = prompts.prompts(parts[0], parts[1] or None, known, "body")
    remarks += written.remarks
    return {"prompts": written.items}


def _two(text: str, remarks: list[Remark]) -> tuple[str, str]:
    """The system's text and the last one of the user; ours byte for byte."""
    found = messages(text)
    if [role for role, _ in found] == ["system", "user"] and text.startswith(SYSTEM) and USER in text:
        system, _, user = text.removeprefix(SYSTEM).rpartition(USER)
        return system, user
    told = [words for role, words in found if role in ("system", "developer")]
    asked = [words for role, words in found if role == "user"]
    others = [role for role, _ in found if role in ("assistant", "function")]
    remarks += [Remark("left_out", f"body.{role}", "unknown_part") for role in others]
    if len(asked) > 1:
        remarks.append(Remark("left_out", "body.user", "unknown_part"))
    return "\n\n".join(words.strip() for words in told), asked[-1].strip() if asked else ""


def _output(told: Taking, remarks: list[Remark]) -> dict[str, Any]:
    said = told.anything("outputs")
    result, of_result = output(schema(said, "outputs", remarks) if said else None, "outputs")
    remarks += of_result
    return result


def _model(told: Taking, remarks: list[Remark]) -> dict[str, Any]:
    """Of version 1, too: there the name stands in the `configuration`, the settings are `parameters`."""
    if isinstance(told.anything("model"), str):
        return {"model": {"name": told.text("model")}}
    model = told.inside("model")
    place = model.inside("configuration")
    model.passed("api", "apiType", "response", "connection")
    said = model.mapping("options") or model.mapping("parameters")
    settings, refused = without_keys(said, model.place("options"))
    kind = model.text("provider") or place.text("type")
    name = model.text("id") or place.text("azure_deployment") or place.text("name") or place.text("model")
    provider = _PROVIDERS.get(kind, kind)
    held = {_SETTINGS.get(key, key): value for key, value in settings.items() if isinstance(value, int | float | str)}
    left = [key for key in settings if _SETTINGS.get(key, key) not in held]
    remarks += [Remark("left_out", f"model.options.{key}"[:200], "unknown_part") for key in left]
    remarks += [*refused, *_connection(model), *model.rest(), *place.rest()]
    found = {"provider": provider, "name": name, "settings": held}
    filled = {key: value for key, value in found.items() if value}
    return {"model": filled} if filled else {}


def _connection(model: Taking) -> list[Remark]:
    """Where the model is and by what key: of nobody's concern here."""
    said = model.inside("connection")
    said.passed("kind", "usageDescription", "authenticationMode")
    return said.rest()


def _tools(told: Taking) -> tuple[list[Any], list[Remark]]:
    found, remarks = list[Any](), list[Remark]()
    for place, one in enumerate(told.items("tools")):
        tool, where = Taking(one, f"tools.{place}"), f"tools.{place}"
        if tool.text("kind") == "mcp":
            added, left = _server(tool, where)
        elif tool.text("kind") in ("function", "") and tool.text("name").strip():
            added, left = _function(tool, where)
        else:
            added, left = [], [Remark("left_out", where, "unknown_part")]
        found += added
        remarks += left
    return found, remarks


def _function(tool: Taking, where: str) -> tuple[list[Any], list[Remark]]:
    remarks = [Remark("rewritten", where, "tool_named", {"tool": tool.text("name")[:80]})]
    said, about = tool.anything("parameters"), tool.text("description")
    parameters = schema(said, f"{where}.parameters", remarks) if said else {}
    if about and about != tool.text("name"):
        parameters = {"type": "object", "description": about, "properties": {}, **parameters}
    tool.passed("strict")
    return [{"name": tool.text("name"), "parameters": parameters}], [*remarks, *tool.rest()]


def _server(tool: Taking, where: str) -> tuple[list[Any], list[Remark]]:
    name = tool.text("serverName") or tool.text("name")
    connection = tool.inside("connection")
    connection.passed("kind", "authenticationMode")
    said = {"name": name, "url": connection.text("endpoint"), "tools": tool.texts("allowedTools")}
    added, remarks = server({key: value for key, value in said.items() if value}, where)
    tool.passed("name", "approvalMode", "serverDescription")
    return added, [*remarks, *connection.rest(), *tool.rest()]


def _kept_aside(told: Taking) -> tuple[dict[str, Any], list[Remark]]:
    """What our exports keep in the metadata; whatever else stands there is metadata here, too."""
    aside = told.inside("metadata")
    found = dict[str, Any]()
    for key in ASIDE:
        value = _read(aside.anything(key), key)
        if value not in (None, "", [], {}) and fits(key, value):
            found[key] = value
    others, refused = without_keys(aside.left_over(), "metadata")
    held = {**others, **found.pop("metadata", {})}
    return {**found, **({"metadata": held} if held else {})}, [*refused, *aside.remarks]


def _read(said: Any, key: str) -> Any:
    if key == "first_message" or not isinstance(said, str):
        return said
    try:
        return json.loads(said)
    except (ValueError, RecursionError):
        return None
