"""CrewAI's projects, in JSON (`crew.jsonc`, `agents/`) or YAML (`config/agents.yaml`, `tasks.yaml`): an agent each."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from builder.core.name import is_agent_name
from builder.exporters.crewai import EXPECTED, LONGEST_TURNS
from builder.exporters.naming import identifier
from builder.importers.base import Document, Importer, Reading
from builder.importers.crewai_parts import Tools, is_python, model, refuse_python, servers
from builder.importers.outputs import output
from builder.importers.parsing import parse
from builder.importers.prompts import described, named, parts, prompts, sentence
from builder.importers.refusals import Unreadable
from builder.importers.remarks import Remark
from builder.importers.taking import Taking

GAP = re.compile(r"\{(?P<name>[A-Za-z_][A-Za-z0-9_-]*)\}")  # as CrewAI looks for names to fill in
_ROLE = ("role", "goal", "backstory")
_ENDINGS = (".jsonc", ".json", ".yaml", ".yml")
_FORMS = ("output_json", "output_pydantic", "response_model")
LONGEST_EXAMPLE = 200
_MOST_AGENTS = 100
_USUAL: Mapping[str, tuple[Any, ...]] = {
    "allow_delegation": (False,),
    "max_iter": (LONGEST_TURNS, 25),
    "verbose": (True, False),
    "process": ("sequential",),
    "async_execution": (False,),
    "memory": (False,),
}


class CrewAIImporter(Importer):
    name = "crewai"
    title = "CrewAI"
    rank = 3
    most_agents = _MOST_AGENTS

    def recognises(self, document: Document) -> bool:
        return next(iter(_crew_of(document).agents), None) is not None

    def each(self, document: Document) -> tuple[Document, ...]:
        crew = _crew_of(document)
        names = list(crew.agents)[: _MOST_AGENTS + 1]
        if len(names) <= 1:
            return (document,)
        if not isinstance(document.data.get("tasks"), list):
            return tuple(_Member.of(document, crew, *named) for named in enumerate(names, 1))
        return tuple(
            replace(document, path=f"{document.path}#{number}", data=_only(document.data, name))
            for number, name in enumerate(names, 1)
        )

    def read(self, document: Document) -> Reading:
        crew = document.crew if isinstance(document, _Member) else _crew_of(document)
        return _Agent(crew, next(iter(crew.agents)), document).read() if crew.agents else Reading({})


@dataclass(frozen=True, slots=True)
class _Crew:
    """`agents` and `tasks`: where each stands, and what it says. `folder`: of the project, with `/` at its end."""

    about: Mapping[str, Any]
    agents: Mapping[str, tuple[str, Any]]
    tasks: tuple[tuple[str, Any], ...]
    folder: str
    used: frozenset[str]
    missing: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class _Member(Document):
    """One agent of several in YAML: their tasks stand in one file, which is read once for all of them."""

    crew: _Crew = _Crew({}, {}, (), "", frozenset())

    @classmethod
    def of(cls, document: Document, crew: _Crew, number: int, name: str) -> "_Member":
        alone = replace(crew, agents={name: crew.agents[name]})
        path = f"{document.path}#{number}"
        return cls(path, document.text, {name: document.data[name]}, document.others, alone)


def _crew_of(document: Document) -> _Crew:
    data = document.data
    path = document.path.split("#")[0]
    folder = path.rpartition("/")[0] + "/" if "/" in path else ""
    if not isinstance(data, Mapping):
        return _Crew({}, {}, (), folder, frozenset())
    if isinstance(data.get("tasks"), list) and isinstance(data.get("agents"), list | Mapping):
        return _of_json(document, data, folder)
    if _is_agent(data):
        name = path.rpartition("/")[2].split(".")[0] or "agent"
        return _Crew({}, {name: ("", data)}, (), folder.removesuffix("agents/"), frozenset())
    if data and all(isinstance(name, str) and _is_agent(agent) for name, agent in data.items()):
        return _of_yaml(document, data, folder)
    return _Crew({}, {}, (), folder, frozenset())


def _is_agent(data: Any) -> bool:
    return isinstance(data, Mapping) and all(isinstance(data.get(key), str) for key in _ROLE)


def _of_json(document: Document, data: Mapping[str, Any], folder: str) -> _Crew:
    agents, used, missing = dict[str, tuple[str, Any]](), set[str](), list[Remark]()
    for place, (name, inline) in enumerate(_listed(data["agents"])):
        path = next((p for end in _ENDINGS[:2] if (p := f"{folder}agents/{name}{end}") in document.others), "")
        found = inline if inline is not None else _parsed(document.others.get(path, ""), path)
        if _is_agent(found):
            agents[name] = (f"agents/{name}" if path else f"agents.{name}", found)
            used |= {path} if path else set()
        else:
            told = {"file": f"agents/{name}.jsonc"[:200]}
            missing.append(Remark("left_out", f"agents.{place}", "file_missing", told))
    tasks = tuple((f"tasks.{place}", task) for place, task in enumerate(data["tasks"]))
    used |= {f"{folder}pyproject.toml"} & set(document.others)
    return _Crew(data, agents, tasks, folder, frozenset(used), tuple(missing))


def _listed(agents: Any) -> Iterator[tuple[str, Any]]:
    """Names, and what an agent says where that stands in the same file."""
    if isinstance(agents, Mapping):
        yield from ((name, said) for name, said in agents.items() if isinstance(name, str))
        return
    for agent in agents:
        if isinstance(agent, str):
            yield agent, None
        elif isinstance(agent, Mapping) and isinstance(agent.get("name"), str):
            yield agent["name"], {key: value for key, value in agent.items() if key != "name"}


def _of_yaml(document: Document, data: Mapping[str, Any], folder: str) -> _Crew:
    path = next((p for end in _ENDINGS[2:] if (p := f"{folder}tasks{end}") in document.others), "")
    found = _parsed(document.others.get(path, ""), path)
    tasks = found if isinstance(found, Mapping) else {}
    missing = () if path else (Remark("left_out", "tasks", "file_missing", {"file": "tasks.yaml"}),)
    listed = tuple((f"tasks.yaml.{name}", task) for name, task in tasks.items())
    agents = {name: (name, agent) for name, agent in data.items()}
    return _Crew({}, agents, listed, folder, frozenset({path} - {""}), missing)


def _parsed(text: str, path: str) -> Any:
    try:
        return parse(text, path) if text else None
    except Unreadable:
        return None


def _only(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The document with this agent and its tasks."""
    agents = data["agents"]
    listed = {name: agents[name]} if isinstance(agents, Mapping) else [agent for agent in agents if _is(agent, name)]
    tasks = [task for task in data["tasks"] if isinstance(task, Mapping) and task.get("agent") == name]
    return {**data, "agents": listed, "tasks": tasks}


def _is(agent: Any, name: str) -> bool:
    return agent == name or (isinstance(agent, Mapping) and agent.get("name") == name)


class _Agent:
    """One agent with the first task that it has."""

    def __init__(self, crew: _Crew, key: str, document: Document) -> None:
        self.crew, self.key, self.document = crew, key, document
        where, said = crew.agents[key]
        self.about = _taking({**_mapping(said.get("settings")), **said}, where)
        self.about.passed("settings", "name")
        own = [one for one in crew.tasks if _belongs(one[1], key, len(crew.agents) == 1)]
        self.task = _taking(own[0][1], own[0][0]) if own else Taking({})
        self.task.passed("name", "agent")
        role, expected = self.about.text("role"), self.task.anything("expected_output")
        self.is_ours = is_agent_name(role) and identifier(role) == key and expected in EXPECTED.values()
        self.remarks = [Remark("left_out", where, "only_first") for where, _ in own[1:2]]

    def read(self) -> Reading:
        role, goal, backstory = (self.about.text(key).strip("\n") for key in _ROLE)
        if self.is_ours:
            role, goal, backstory = (self.about.text(key) for key in _ROLE)
        system = backstory if self.is_ours else self._told(role, goal, backstory)
        texts = prompts(parts(system, GAP), parts(self._question(), GAP), self._hints(), self.about.place("backstory"))
        self._of_crew(texts.names)
        name, of_name = named(role if self.is_ours else self.key, self.document.path, self.about.place("role"))
        description, of_description = described(goal, system, self.about.place("goal"))
        result, of_result = output(self._form(), self.task.place("output_json"))
        tools = Tools(self.document.others, self.crew.folder)
        listed = [*tools.of(self.about), *tools.of(self.task), *servers(self.about)]
        values = {**name, **description, **result, "prompts": texts.items, **model(self.about)}
        values |= self._rules() | ({"tools": listed} if listed else {})
        told = [*texts.remarks, *of_name, *of_description, *of_result, *self.remarks, *self.crew.missing]
        return Reading(values, (*told, *self.about.rest(), *self.task.rest()), self.crew.used | tools.used)

    def _told(self, role: str, goal: str, backstory: str) -> str:
        """The three as CrewAI itself tells them to the model."""
        for key in ("role", "goal"):
            self.remarks.append(Remark("rewritten", self.about.place(key), "in_system_prompt"))
        return f"You are {role.rstrip('.')}.\n\n{backstory}\n\nYour goal: {goal}"

    def _question(self) -> str:
        text, expected = self.task.text("description"), self.task.text("expected_output")
        if self.is_ours:
            return text
        text, expected = text.strip("\n"), expected.strip("\n")
        if not expected.strip():
            return text
        self.remarks.append(Remark("rewritten", self.task.place("expected_output"), "in_user_prompt"))
        return f"{text}\n\nExpected: {expected}"

    def _hints(self) -> dict[str, str]:
        """Our own say what to provide; others are values to begin with."""
        inputs = _mapping(self.crew.about.get("inputs"))
        if self.is_ours:
            return {name: value for name, value in inputs.items() if isinstance(value, str)}
        plain = {name: value for name, value in inputs.items() if isinstance(value, str | int | float)}
        return {name: f"{sentence(name)} For example: {str(value)[:LONGEST_EXAMPLE]}" for name, value in plain.items()}

    def _of_crew(self, names: Mapping[str, str]) -> None:
        about = _taking(self.crew.about, "")
        about.passed("agents", "tasks", "name")
        unused = [name for name in about.mapping("inputs") if name not in names]
        self.remarks += [Remark("left_out", f"inputs.{name}"[:200], "hint_unused", {"name": name}) for name in unused]
        self.remarks += about.rest()

    def _form(self) -> Any:
        found = None
        for key in _FORMS:
            said = self.task.anything(key)
            if isinstance(said, str):
                self.remarks.append(Remark("left_out", self.task.place(key), "only_named"))
            elif said is not None and not is_python(said):
                found = said
        return found

    def _rules(self) -> dict[str, list[str]]:
        """Guardrails that are texts; CrewAI lets a model check them."""
        said = [owner.anything("guardrail") for owner in (self.about, self.task)]
        rules = [rule for rule in [*said, *self.task.items("guardrails")] if isinstance(rule, str) and rule.strip()]
        return {"guardrails": rules} if rules else {}


def _taking(data: Any, where: str) -> Taking:
    taking, values = Taking(data, where), _mapping(data)
    taking.passed(*(key for key, usual in _USUAL.items() if key in values and values[key] in usual))
    refuse_python(taking, values)
    return taking


def _mapping(data: Any) -> Mapping[Any, Any]:
    return data if isinstance(data, Mapping) else {}


def _belongs(task: Any, key: str, is_alone: bool) -> bool:
    agent = _mapping(task).get("agent")
    return agent == key or (is_alone and agent in (None, "") and isinstance(task, Mapping))
