"""Microsoft Agent Framework's agents of kind `Prompt`. Its formulas are never computed."""

from collections.abc import Mapping
from typing import Any

from builder.exporters.agent_framework import PROVIDERS, SETTINGS
from builder.importers.aside import kept, prompts_of
from builder.importers.base import Document, Importer, Reading
from builder.importers.called import called
from builder.importers.outputs import output
from builder.importers.prompts import SINGLE, described, named, parts
from builder.importers.remarks import Remark
from builder.importers.servers import server
from builder.importers.taking import Taking

_KINDS = ("prompt", "agent")
_OWN = frozenset(("instructions", "model", "outputSchema", "inputSchema", "tools", "additionalInstructions"))
_OWNERS = {theirs: ours for ours, (theirs, _) in PROVIDERS.items()} | {"AzureOpenAI": "azure"}
_KEYWORDS = ("name", "type", "kind", "description", "required", "default", "example", "enum", "items", "properties")
_CLOSED = {"additionalProperties": False}


class AgentFrameworkImporter(Importer):
    name = "agent_framework"
    title = "Microsoft Agent Framework"
    rank = 2

    def recognises(self, document: Document) -> bool:
        data = document.data
        kind = data.get("kind") if isinstance(data, Mapping) else None
        return isinstance(kind, str) and kind.lower() in _KINDS and not _OWN.isdisjoint(data)

    def read(self, document: Document) -> Reading:
        whole = Taking(document.data)
        whole.passed("kind")
        aside = Taking(whole.mapping("metadata"), "metadata")
        told = [text for key in ("instructions", "additionalInstructions") if (text := whole.text(key)).strip()]
        system = "\n\n".join(told)
        hints = _hints(whole)
        ours = hints if "user_prompt" in whole.mapping("metadata") else None
        texts = prompts_of(parts(system, SINGLE, ours), aside, "instructions", hints)
        whole.remarks += [
            Remark("left_out", f"inputSchema.properties.{name}"[:200], "hint_unused", {"name": name[:80]})
            for name in hints
            if name not in texts.names
        ]
        name, of_name = named(_plain(whole, "name") or _plain(whole, "displayName"), document.path)
        description, of_description = described(whole.text("description"), system)
        form = Taking(whole.mapping("outputSchema"), "outputSchema")
        result, of_result = output(_object(form), "outputSchema")
        tools, others = _tools(whole), kept(aside)
        listed = [*tools, *others.pop("tools", ())]
        values = {**name, **description, **result, "prompts": texts.items, **_model(whole), **others}
        values |= {"tools": listed} if listed else {}
        remarks = [*texts.remarks, *of_name, *of_description, *of_result, *aside.remarks]
        return Reading(values, (*remarks, *form.rest(), *whole.rest()))


def _plain(taking: Taking, key: str) -> str:
    """A text that is no formula."""
    text = taking.text(key)
    if not text.startswith("="):
        return text
    taking.remarks.append(Remark("refused", taking.place(key), "runs_code"))
    return ""


def _hints(whole: Taking) -> dict[str, str]:
    said = _properties(whole.mapping("inputSchema").get("properties"))
    whole.passed("inputSchema")
    return {
        name: about["description"] if isinstance(about.get("description"), str) else "" for name, about in said.items()
    }


def _properties(said: Any) -> dict[str, Mapping[Any, Any]]:
    """Properties by name, or as a list of those that have a name."""
    if isinstance(said, list):
        named = [(one.get("name"), one) for one in said if isinstance(one, Mapping)]
    else:
        named = list(said.items()) if isinstance(said, Mapping) else []
    return {name: about for name, about in named if isinstance(name, str) and isinstance(about, Mapping)}


def _object(form: Taking) -> dict[str, Any]:
    """A schema of an object, with its properties as JSON Schema has them; {} where there are none."""
    properties = _properties(form.anything("properties"))
    form.passed("type", "kind", "strict", "name")
    if not properties:
        return {}
    about = form.text("description")
    told = {"description": about} if about else {}
    return {"type": "object", **told, **_members(properties, form.remarks, form.place("properties")), **_CLOSED}


def _members(properties: Mapping[str, Mapping[Any, Any]], remarks: list[Remark], where: str) -> dict[str, Any]:
    needed = [name for name, about in properties.items() if about.get("required") is True]
    found = {name: _schema(about, remarks, f"{where}.{name}"[:200]) for name, about in properties.items()}
    return {"properties": found, **({"required": needed} if needed else {})}


def _schema(about: Mapping[Any, Any], remarks: list[Remark], where: str) -> dict[str, Any]:
    remarks += [Remark("left_out", f"{where}.{key}"[:200], "unknown_part") for key in about if key not in _KEYWORDS]
    kind = about.get("type", about.get("kind"))
    found: dict[str, Any] = {"type": kind} if isinstance(kind, str) else {}
    found |= {key: about[key] for key in ("description", "default") if about.get(key) is not None}
    if isinstance(about.get("enum"), list) and about["enum"]:
        found["enum"] = about["enum"]
    if about.get("example") is not None:
        found["examples"] = [about["example"]]
    if isinstance(about.get("items"), Mapping):
        found["items"] = _schema(about["items"], remarks, f"{where}.items"[:200])
    if "properties" not in about:
        return found
    inner = _properties(about["properties"])
    return {**found, **_members(inner, remarks, f"{where}.properties"[:200]), **_CLOSED}


def _model(whole: Taking) -> dict[str, Any]:
    said = whole.inside("model")
    given = said.inside("options")
    settings = {ours: value for ours, theirs in SETTINGS.items() if _is_number(value := given.anything(theirs))}
    name, provider = _plain(said, "id"), _plain(said, "provider")
    said.passed("apiType")
    reached = said.inside("connection")
    reached.passed("kind", "authenticationMode")
    found = {"provider": _OWNERS.get(provider, provider.lower()), "name": name, "settings": settings}
    whole.remarks += [*given.rest(), *reached.rest(), *said.rest()]
    return {"model": {key: value for key, value in found.items() if value}} if name else {}


def _tools(whole: Taking) -> list[Any]:
    found = list[Any]()
    for place, said in enumerate(whole.items("tools")):
        tool = Taking(said, f"tools.{place}")
        kind = tool.text("kind")
        if kind == "mcp":
            found += _server(tool)
        elif kind == "function":
            found += _function(tool)
        elif kind == "web_search":
            tool.passed("name")
            found.append({"name": "web_search", "parameters": {}})
        else:
            name = tool.text("name") or kind
            found += called(tool, name, tool.text("description"), None, tool.place("name"))
        whole.remarks += tool.rest()
    return found


def _server(tool: Taking) -> list[Any]:
    name = tool.text("serverName") or tool.text("name")
    tool.passed("name", "approvalMode")
    said = {"name": name, "url": _plain(tool, "url"), "tools": tool.texts("allowedTools")}
    made, told = server({key: value for key, value in said.items() if value}, tool.place("url"))
    tool.remarks += told
    return made


def _function(tool: Taking) -> list[dict[str, Any]]:
    said = tool.anything("parameters")
    form = Taking({"properties": said} if isinstance(said, list) else said, tool.place("parameters"))
    schema = _object(form) or {"type": "object", "properties": {}}
    schema.pop("additionalProperties", None)
    tool.passed("bindings", "strict")
    tool.remarks += form.rest()
    return called(tool, _plain(tool, "name"), tool.text("description"), schema, tool.place("parameters"))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
