"""Open Agent Spec: agents, alone or within swarms and flows. References are followed within the document only."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from builder.exporters.agent_spec_io import REFERENCE
from builder.exporters.doors import owner_of
from builder.importers.aside import kept, out_of_texts, prompts_of
from builder.importers.base import Document, Importer, Reading
from builder.importers.called import called
from builder.importers.outputs import output
from builder.importers.prompts import described, named, parts
from builder.importers.remarks import Remark
from builder.importers.servers import server
from builder.importers.taking import Taking

GAP = re.compile(r"\{\{\s*(?P<name>\w+)\s*\}\}")
_REFERENCED = "$referenced_components"
_MOST_AGENTS, _DEEPEST = 50, 12
_OF_ALL = ("component_type", "agentspec_version", "id", _REFERENCED)
_PROVIDERS = {"OpenAiConfig": "openai", "GeminiConfig": "google", "OllamaConfig": "ollama"}
_SETTINGS = ("temperature", "top_p", "max_tokens", "presence_penalty", "frequency_penalty", "seed")
_OTHER_FILE = "agent_spec_openai_compatible.yaml"
Way = tuple[str | int, ...]


class AgentSpecImporter(Importer):
    name = "agent_spec"
    title = "Open Agent Spec"
    rank = 1
    most_agents = _MOST_AGENTS

    def recognises(self, document: Document) -> bool:
        data = document.data
        is_ours = isinstance(data, Mapping) and isinstance(data.get("component_type"), str)
        return is_ours and next(_ways(data), None) is not None

    def each(self, document: Document) -> tuple[Document, ...]:
        ways = list(islice(_ways(document.data), _MOST_AGENTS + 1))
        agents = [_at(document.data, way) for way in ways]
        is_cut = len(ways) > _MOST_AGENTS
        firsts = [way for place, way in enumerate(ways) if is_cut or agents[place] not in agents[:place]]
        if len(ways) <= 1:
            return (document,)
        alone = [_without(document.data, [other for other in ways if other != way]) for way in firsts]
        return tuple(replace(document, path=f"{document.path}#{n}", data=data) for n, data in enumerate(alone, 1))

    def read(self, document: Document) -> Reading:
        way = next(_ways(document.data), ())
        beside = Taking(document.data)
        beside.passed(*_OF_ALL, "name", "description", *(str(key) for key in way[:1]))
        folder = document.path.rpartition("/")[0]
        other = f"{folder}/{_OTHER_FILE}" if folder else _OTHER_FILE
        used = frozenset([other] if other in document.others and not way else [])
        reading = _Agent(document.data, way).read(document.path)
        return Reading(reading.values, (*(beside.rest() if way else ()), *reading.remarks), used)


def _ways(data: Any, way: Way = ()) -> Iterator[Way]:
    """The ways to all agents in a document."""
    if len(way) > _DEEPEST:
        return
    if isinstance(data, Mapping) and data.get("component_type") == "Agent" and "system_prompt" in data:
        yield way
    elif isinstance(data, Mapping):
        for key, part in data.items():
            yield from _ways(part, (*way, key))
    elif isinstance(data, list):
        for place, part in enumerate(data):
            yield from _ways(part, (*way, place))


def _at(data: Any, way: Way) -> Any:
    for key in way:
        data = data[key]
    return data


def _without(data: Any, ways: list[Way]) -> Any:
    """The document with nothing in the places where these agents stand."""
    if () in ways:
        return {}
    if isinstance(data, Mapping):
        return {key: _without(part, _below(ways, key)) for key, part in data.items()}
    if isinstance(data, list):
        return [_without(part, _below(ways, place)) for place, part in enumerate(data)]
    return data


def _below(ways: list[Way], key: Any) -> list[Way]:
    return [way[1:] for way in ways if way and way[0] == key]


class _Agent:
    def __init__(self, data: Mapping[str, Any], way: Way) -> None:
        found = _at(data, way)
        self.whole = Taking(found, ".".join(map(str, way)))
        self.whole.passed(*_OF_ALL, *_usual(found))
        shared, own = data.get(_REFERENCED), found.get(_REFERENCED)
        self.shared = {**_mapping(shared), **_mapping(own)}
        self.remarks = list[Remark]()

    def read(self, path: str) -> Reading:
        aside = Taking(out_of_texts(self.whole.mapping("metadata")), self.whole.place("metadata"))
        system = self.whole.text("system_prompt")
        hints = self._hints()
        texts = prompts_of(parts(system, GAP), aside, self.whole.place("system_prompt"), hints)
        unused = [name for name in hints if name not in texts.names]
        inputs = self.whole.place("inputs")
        self.remarks += [Remark("left_out", inputs, "hint_unused", {"name": title[:80]}) for title in unused]
        name, of_name = named(self.whole.text("name"), path, self.whole.place("name"))
        description, of_description = described(self.whole.text("description"), system, self.whole.place("description"))
        result, of_result = output(self._schema("outputs", self.whole), self.whole.place("outputs"))
        servers, tools, others = self._servers(), self._tools(), kept(aside)
        listed = [*tools, *servers, *others.pop("tools", ())]
        values = {**name, **description, **result, "prompts": texts.items, **others, **self._model()}
        values |= {"tools": listed} if listed else {}
        told = [*texts.remarks, *of_name, *of_description, *of_result, *aside.remarks]
        return Reading(values, (*told, *self.remarks, *self.whole.rest()))

    def _at(self, said: Any) -> Any:
        """The component that a reference names, if it stands in the document; references are not followed further."""
        reference = said.get(REFERENCE) if isinstance(said, Mapping) else None
        return self.shared.get(reference, {}) if isinstance(reference, str) else said

    def _part(self, owner: Taking, key: str) -> Taking:
        part = Taking(self._at(owner.anything(key)), owner.place(key))
        part.passed(*_OF_ALL, *_usual(_mapping(self._at(owner.anything(key)))))
        return part

    def _hints(self) -> dict[str, str]:
        found = dict[str, str]()
        for place, said in enumerate(self.whole.items("inputs")):
            one = Taking(said, f"{self.whole.place('inputs')}.{place}")
            title = one.text("title")
            if one.text("type") == "string":
                one.passed("type")
            found |= {title: one.text("description")} if title else {}
            self.remarks += one.rest()
        return found

    def _schema(self, key: str, owner: Taking) -> dict[str, Any]:
        """A list of titled schemas as one of an object; what has a default may be left out."""
        properties, needed = dict[str, Any](), list[str]()
        for place, said in enumerate(owner.items(key)):
            title = said.get("title") if isinstance(said, Mapping) else None
            if not isinstance(title, str) or not title:
                owner.remarks.append(Remark("left_out", f"{owner.place(key)}.{place}", "wrong_kind"))
                continue
            is_open = "default" in said and said["default"] is None
            properties[title] = {name: part for name, part in said.items() if name != "title"}
            if is_open:
                del properties[title]["default"]
            needed += [] if "default" in said else [title]
        if not properties:
            return {}
        required = {"required": needed} if needed else {}
        return {"type": "object", "properties": properties, **required, "additionalProperties": False}

    def _model(self) -> dict[str, Any]:
        said = self._part(self.whole, "llm_config")
        kind = str(_mapping(self._at(self.whole.anything("llm_config"))).get("component_type"))
        said.passed("name", *(["provider"] if kind in _PROVIDERS else []))
        name, url, given = said.text("model_id"), said.text("url"), said.inside("default_generation_parameters")
        owner = owner_of(url)
        if url and not owner:
            said.remarks.append(Remark("left_out", said.place("url"), "unknown_part"))
        settings = {key: value for key in _SETTINGS if _is_number(value := given.anything(key))}
        access = self._part(said, "auth")
        access.passed("name")
        self.remarks += [*access.rest(), *given.rest()]
        provider = _PROVIDERS.get(kind, "") or owner or said.text("provider")
        found = {"provider": provider, "name": name, "settings": settings}
        self.remarks += said.rest()
        return {"model": {key: value for key, value in found.items() if value}} if name else {}

    def _tools(self) -> list[dict[str, Any]]:
        found = list[dict[str, Any]]()
        for place, said in enumerate(self.whole.items("tools")):
            tool = Taking(self._at(said), f"{self.whole.place('tools')}.{place}")
            tool.passed(*_OF_ALL, *_usual(_mapping(self._at(said))))
            name, about = tool.text("name"), tool.text("description")
            schema = self._schema("inputs", tool) or {"type": "object", "properties": {}}
            schema.pop("additionalProperties", None)
            if name.strip():
                found += called(tool, name, about, schema, tool.place("inputs"))
            else:
                tool.remarks.append(Remark("left_out", tool.place("name"), "wrong_kind"))
            self.remarks += tool.rest()
        return found

    def _servers(self) -> list[Any]:
        found = list[Any]()
        for place, said in enumerate(self.whole.items("toolboxes")):
            box = Taking(self._at(said), f"{self.whole.place('toolboxes')}.{place}")
            box.passed(*_OF_ALL, "name", "description", *_usual(_mapping(self._at(said))))
            reached = _mapping(self._at(box.anything("client_transport")))
            only = [_mapping(one).get("name", one) for one in box.items("tool_filter")]
            names = [one for one in only if isinstance(one, str)]
            usual = {*_OF_ALL, "session_parameters", "description", *_usual(reached)}
            bare = {key: part for key, part in reached.items() if key not in usual}
            made, told = server({**bare, **({"tools": names} if names else {})}, box.place("client_transport"))
            found += made
            self.remarks += [*told, *box.rest()]
        return found


def _mapping(data: Any) -> Mapping[Any, Any]:
    return data if isinstance(data, Mapping) else {}


def _usual(values: Mapping[Any, Any]) -> list[str]:
    """Keys whose values are the usual ones."""
    usual = {"human_in_the_loop": True, "requires_confirmation": False, "api_type": "chat_completions"}
    return [key for key, value in usual.items() if values.get(key) == value]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
