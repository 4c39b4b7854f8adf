"""AutoGen's components: an agent, a team (its first agent), or a gallery of AutoGen Studio. Nothing is loaded."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from builder.exporters.autogen import ENDING, component_name, provider_at
from builder.exporters.doors import owner_of
from builder.exporters.keyless import YOUR_KEY
from builder.importers.aside import kept, out_of_texts, prompts_of
from builder.importers.base import Document, Importer, Reading
from builder.importers.called import called
from builder.importers.outputs import output
from builder.importers.parsing import parse
from builder.importers.prompts import described, named
from builder.importers.refusals import Unreadable
from builder.importers.remarks import Remark
from builder.importers.servers import server
from builder.importers.taking import Taking

_MOST_AGENTS = 100
_DEEPEST = 12  # keys on the way to an agent
_SHELVES = ("agents", "teams")  # of a gallery
_OF_HOLDERS = ("provider", "component_type", "version", "component_version", "label", "name", "description", "id")
_SETTINGS = ("temperature", "top_p", "max_tokens", "presence_penalty", "frequency_penalty", "seed")
_PROVIDERS = {"azure_openai": "azure", "azureopenai": "azure", "anthropic": "anthropic", "ollama": "ollama"}
_AS_USUAL: Mapping[str, tuple[Any, ...]] = {
    "tool_call_summary_format": ("{result}",),
    "max_tool_iterations": (1, 10),
    "timeout": (30.0, 5.0),
    "sse_read_timeout": (300.0,),
    "terminate_on_close": (True,),
    "tool_overrides": ({},),
    "emit_team_events": (False,),
}


class AutoGenImporter(Importer):
    name = "autogen"
    title = "AutoGen"
    rank = 1
    most_agents = _MOST_AGENTS

    def recognises(self, document: Document) -> bool:
        return next(_ways(document.data), None) is not None

    def each(self, document: Document) -> tuple[Document, ...]:
        ways = list(islice(_ways(document.data), _MOST_AGENTS + 1))
        if len(ways) <= 1:
            return (document,)
        agents = [_at(document.data, way) for way in ways]
        is_cut = len(ways) > _MOST_AGENTS
        firsts = [way for place, way in enumerate(ways) if is_cut or agents[place] not in agents[:place]]
        alone = [_only(document.data, way) for way in firsts]
        return tuple(replace(document, path=f"{document.path}#{n}", data=data) for n, data in enumerate(alone, 1))

    def read(self, document: Document) -> Reading:
        way = next(_ways(document.data), ())
        component = _at(document.data, way)
        reading = _Agent(component, ".".join(map(str, way))).read(document.path)
        beside = _beside(document.data, way) if way else []
        return Reading(reading.values, (*beside, *reading.remarks), _of_the_same(document, component))


Way = tuple[str | int, ...]


def _ways(data: Any, way: Way = ()) -> Iterator[Way]:
    """The ways to all agents in a document."""
    if not isinstance(data, Mapping) or len(way) > _DEEPEST:
        return
    config = data.get("config")
    if _is_component(data) and isinstance(config, Mapping):
        if isinstance(config.get("participants"), list):
            yield from _listed(config["participants"], (*way, "config", "participants"))
        elif _kind(data) == "agent" and "system_message" in config:
            yield way
    elif isinstance(data.get("component"), Mapping):
        yield from _ways(data["component"], (*way, "component"))
    elif isinstance(data.get("components"), Mapping):
        for kind in _SHELVES:
            yield from _listed(data["components"].get(kind), (*way, "components", kind))


def _listed(components: Any, way: Way) -> Iterator[Way]:
    for place, component in enumerate(components if isinstance(components, list) else ()):
        yield from _ways(component, (*way, place))


def _is_component(data: Mapping[str, Any]) -> bool:
    return isinstance(data.get("provider"), str) and data["provider"].startswith("autogen_")


def _kind(data: Mapping[str, Any]) -> str:
    said = data.get("component_type")
    return said if isinstance(said, str) else "agent" if ".agents." in data["provider"] else ""


def _at(data: Any, way: Way) -> Any:
    for key in way:
        data = data[key]
    return data


def _only(data: Any, way: Way) -> Any:
    """The document without the other agents in the lists on the way; places keep their numbers."""
    if not way:
        return data
    key, *rest = way
    inner = _only(data[key], tuple(rest))
    if isinstance(data, list):
        is_other = [next(_ways(one), None) is not None for one in data]
        return [inner if place == key else None if is_other[place] else one for place, one in enumerate(data)]
    return {name: inner if name == key else part for name, part in data.items() if name == key or name not in _SHELVES}


def _beside(data: Any, way: Way) -> list[Remark]:
    """What stands on the way to the agent, in a team or a gallery, and is none of the agents."""
    remarks, passed = list[Remark](), list[str | int]()
    for key in way:
        where = ".".join(map(str, passed))
        if isinstance(data, list):
            others = {place: one for place, one in enumerate(data) if one is not None and place != key}
            remarks += [Remark("left_out", f"{where}.{place}", "unknown_part") for place in others]
        else:
            held = Taking(data, where)
            held.passed(str(key), *_OF_HOLDERS, *_usual(data))
            if data.get("termination_condition") == ENDING:
                held.passed("termination_condition")
            remarks += held.rest()
        data, passed = data[key], [*passed, key]
    return remarks


def _of_the_same(document: Document, component: Mapping[str, Any]) -> frozenset[str]:
    """The file of a team that has this agent as its only member, beside the agent's own."""
    if document.data is not component:
        return frozenset()
    folder = document.path.rpartition("/")[0]
    beside = {path: text for path, text in document.others.items() if path.rpartition("/")[0] == folder}
    files = {path: text for path, text in beside.items() if path.endswith(".json")}
    return frozenset(path for path, text in files.items() if _is_team_of(text, path, component))


def _is_team_of(text: str, path: str, component: Mapping[str, Any]) -> bool:
    if '"participants"' not in text:
        return False
    try:
        data = parse(text, path)
    except Unreadable:
        return False
    ways = list(islice(_ways(data), _MOST_AGENTS))
    if ways != [("config", "participants", 0)] or _beside(data, ways[0]):
        return False
    member = _at(data, ways[0])["config"]
    return all(member.get(key) == component["config"].get(key) for key in ("name", "system_message"))


class _Agent:
    def __init__(self, component: Mapping[str, Any], where: str) -> None:
        self.whole = Taking(component, where)
        self.about = self.whole.inside("config")
        self.whole.passed("provider", "component_type", "version", "component_version", "description")
        config = component["config"]
        self.about.passed("reflect_on_tool_use", "model_client_stream", *_usual(config))
        texts = Taking(out_of_texts(self.about.mapping("metadata")), self.about.place("metadata"))
        self.aside, self.remarks = texts, list[Remark]()
        self.schema: Any = None

    def read(self, path: str) -> Reading:
        system = self.about.text("system_message")
        texts = prompts_of(system, self.aside, self.about.place("system_message"))
        name, of_name = named(self._name(), path, self.about.place("name"))
        description, of_description = described(self.about.text("description"), system, self.about.place("description"))
        model = self._model()
        self._asked_form()
        result, of_result = output(self.schema, self.about.place("structured_message_factory"))
        servers = self._tools(self.about)
        others = kept(self.aside)
        tools = [*servers, *others.pop("tools", ())]
        values = {**name, **description, **result, "prompts": texts.items, **others, **model}
        values |= {"tools": tools} if tools else {}
        told = [*texts.remarks, *of_name, *of_description, *of_result, *self.remarks, *self.aside.remarks]
        return Reading(values, (*told, *self.whole.rest(), *self.about.rest()))

    def _name(self) -> str:
        """The label where the name was made from it."""
        name, label = self.about.text("name"), self.whole.anything("label")
        if isinstance(label, str) and label and component_name(label) == name:
            return label
        if label and label != str(self.whole.anything("provider")).split(".")[-1]:
            self.remarks.append(Remark("left_out", self.whole.place("label"), "unknown_part"))
        return name

    def _model(self) -> dict[str, Any]:
        client = self.about.inside("model_client")
        client.passed("component_type", "version", "component_version", "label", "description")
        about, provider = client.inside("config"), client.text("provider").split(".")[-1].lower()
        about.passed("model_info", "model_capabilities")
        name, door = about.text("model"), owner_of(about.text("base_url"))
        is_ours = client.mapping("config").get("api_key") == YOUR_KEY
        about.passed(*(["base_url"] if door else []), *(["api_key"] if is_ours else []))
        settings = {key: value for key in _SETTINGS if _is_number(value := about.anything(key))}
        self._form(about)
        owner = next((ours for theirs, ours in _PROVIDERS.items() if provider.startswith(theirs)), "")
        found = {"provider": owner or door or (provider_at(name) if "openai" in provider else ""), "name": name}
        self.remarks += [*client.rest(), *about.rest()]
        model = {key: value for key, value in {**found, "settings": settings}.items() if value}
        return {"model": model} if name else {}

    def _form(self, about: Taking) -> None:
        """The form of answers that the model is asked for, as members of our teams have it."""
        form = about.inside("response_format")
        if form.text("type") == "json_schema":
            asked = form.inside("json_schema")
            asked.passed("name", "strict", "description")
            self.schema = asked.anything("schema")
            self.remarks += asked.rest()
        self.remarks += form.rest()

    def _asked_form(self) -> None:
        factory = self.about.inside("structured_message_factory")
        factory.passed("provider", "component_type", "version", "component_version", "label", "description")
        about = factory.inside("config")
        about.passed("content_model_name")
        self.schema = about.anything("json_schema") or self.schema
        self.remarks += [*factory.rest(), *about.rest()]

    def _tools(self, holder: Taking) -> list[Any]:
        found = [tool for place, said in enumerate(holder.items("tools")) for tool in self._tool(said, holder, place)]
        bench = holder.anything("workbench")
        benches = bench if isinstance(bench, list) else [bench] if bench else []
        for place, said in enumerate(benches):
            found += self._bench(Taking(said, f"{holder.place('workbench')}.{place}"))
        return found

    def _tool(self, said: Any, holder: Taking, place: int) -> list[Any]:
        """A function is named; its source is never read."""
        component = Taking(said, f"{holder.place('tools')}.{place}")
        component.passed("provider", "component_type", "version", "component_version", "label", "description")
        about = component.inside("config")
        about.refuse("runs_code", "source_code", "global_imports", "executor")
        about.passed("has_cancellation_support", "strict")
        parameters = about.anything("json_schema")
        made = called(about, about.text("name"), about.text("description"), parameters, about.place("name"))
        self.remarks += [*component.rest(), *about.rest()]
        return made

    def _bench(self, component: Taking) -> list[Any]:
        component.passed("provider", "component_type", "version", "component_version", "description")
        about = component.inside("config")
        about.passed(*_usual(component.mapping("config")))
        label = component.text("label")
        found, reached = self._tools(about), about.mapping("server_params")
        if reached:
            said = {key: value for key, value in reached.items() if key not in _usual(reached)}
            given = {"name": label} if label not in ("", "McpWorkbench") and "name" not in said else {}
            servers, told = server({**given, **said}, about.place("server_params"))
            found += servers
            self.remarks += told
        self.remarks += [*component.rest(), *about.rest()]
        return found


def _usual(values: Mapping[str, Any]) -> list[str]:
    """Keys whose values are what AutoGen, or an export of ours, writes there for everybody."""
    return [key for key, usual in _AS_USUAL.items() if key in values and values[key] in usual]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _below(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key
