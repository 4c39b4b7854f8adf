"""CrewAI validates and loads the project, and the crew does its task with a model that sees what it should."""

import json
import os
import tomllib
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ |= {"CREWAI_DISABLE_TELEMETRY": "true", "OTEL_SDK_DISABLED": "true", "CREWAI_TRACING_ENABLED": "false"}
os.environ |= {"OPENAI_API_KEY": "none", "GEMINI_API_KEY": "none", "ANTHROPIC_API_KEY": "none"}
warnings.simplefilter("ignore")

from crewai import BaseLLM, Crew  # noqa: E402 - its settings are read when it is imported
from crewai.project.crew_loader import load_crew  # noqa: E402
from crewai.project.json_loader import validate_crew_project  # noqa: E402
from pydantic import Field  # noqa: E402

from tests.exports.examples import example  # noqa: E402
from tests.exports.frame import Case, Files, Mutant, demand, main, with_json  # noqa: E402


class Stub(BaseLLM):
    """Gives one answer to everything, and keeps what it was sent."""

    answer: str = ""
    seen: list[Any] = Field(default_factory=list)

    def call(self, messages: Any, *_: Any, **__: Any) -> str:
        self.seen.append(messages)
        return self.answer

    def supports_function_calling(self) -> bool:
        return False


def check(case: Case) -> None:
    project = case.written() / next(iter(case.files)).split("/")[0]
    validate_crew_project(project / "crew.jsonc")
    crew, inputs = load_crew(project / "crew.jsonc")
    told = json.loads(case.main)
    demand(isinstance(crew, Crew) and crew.name == case.config["name"], "another name")
    demand(set(inputs) == set(case.values), f"other inputs: {sorted(inputs)}")
    agent, task = crew.agents[0], crew.tasks[0]
    demand(agent.role == case.config["name"] and task.agent is agent, "another agent")
    wanted = case.config.get("schema_definition")
    demand(bool(task.output_json) == bool(wanted), "an output that nobody wanted, or none")
    if wanted:
        _says_all(task.output_json.model_json_schema(), told["tasks"][0]["output_json"])
    of_servers = [str(server.url) for server in agent.mcps or []]
    demand(len(of_servers) == len(_agent(case).get("mcps", [])), "other servers")
    _is_a_project(project)
    _does(crew, case, json.dumps(example(told["tasks"][0]["output_json"])) if wanted else "Hello.")


def _agent(case: Case) -> Any:
    return json.loads(next(text for path, text in case.files.items() if "/agents/" in path))


def _says_all(made: Any, written: Any) -> None:
    demand(set(made["properties"]) == set(written["properties"]), "other outputs")
    demand(set(made.get("required", ())) == set(written.get("required", ())), "other needed outputs")


def _is_a_project(project: Path) -> None:
    about = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    demand(about["tool"]["crewai"] == {"type": "crew", "definition": "crew.jsonc"}, "not what `crewai run` looks for")


def _does(crew: Any, case: Case, answer: str) -> None:
    stub = Stub(model="stub", answer=f"Thought: I know.\nFinal Answer: {answer}")
    for agent in crew.agents:
        demand([tool.name for tool in agent.tools or []] == [ref.split(":")[1] for ref in _tools(case)], "other tools")
        agent.llm, agent.mcps, agent.tools = stub, None, []
    crew.tasks[0].tools = []
    result = crew.kickoff(inputs=dict(case.values) or None)
    sent = "\n".join(str(message["content"]) for message in stub.seen[0])
    demand(_bare(case.system.strip()) in _bare(sent), f"other instructions: {sent[:300]!r}")
    demand(_bare(case.user.strip()) in _bare(sent), f"another question: {sent[-300:]!r}")
    if crew.tasks[0].output_json:
        demand(_said(result.json_dict) == _said(json.loads(answer)), f"another result: {result.json_dict}")
    else:
        demand(result.raw == answer, "another answer")


def _said(value: Any) -> Any:
    """Without what is left open."""
    if isinstance(value, dict):
        return {key: _said(part) for key, part in value.items() if part is not None}
    return [_said(part) for part in value] if isinstance(value, list) else value


def _tools(case: Case) -> list[str]:
    return list(_agent(case).get("tools", []))


def _bare(text: str) -> str:
    """Without blanks: those that keep a brace from being a gap, and those that CrewAI leaves out at ends."""
    return "".join(text.split())


def mutants(case: Case) -> Iterator[Mutant]:
    crew, agent = list(case.files)[:2]

    def of_crew(label: str, change: Any) -> Mutant:
        return label, with_json(case.files, change, crew)

    def of_agent(label: str, change: Any) -> Mutant:
        return label, with_json(case.files, change, agent)

    yield of_crew("an unknown key", lambda value: value.update(first_message="Hi"))
    yield of_crew("an unknown agent", lambda value: value.update(agents=["nobody"]))
    yield of_crew("no task", lambda value: value.update(tasks=[]))
    yield of_crew("a task that expects nothing", lambda value: value["tasks"][0].pop("expected_output"))
    yield of_crew("a gap that nobody fills", lambda value: value["tasks"][0].update(description="{gap}"))
    yield of_crew("no inputs", lambda value: value.update(inputs={"another": "x"}))
    yield of_agent("an unknown key", lambda value: value.update(first_message="Hi"))
    yield of_agent("no goal", lambda value: value.pop("goal"))
    yield of_agent("a tool that is not there", lambda value: value.update(tools=["custom:nothing"]))
    yield of_agent("another text", lambda value: value.update(backstory="Something else."))
    yield of_agent("a reference to Python", lambda value: value.update(llm={"python": "os.getcwd"}))
    yield "JSON that does not end", {**case.files, crew: "{"}
    yield "no file of the agent", {path: text for path, text in case.files.items() if path != agent}
    yield "no project", _without_project(case.files)


def _without_project(files: Files) -> Files:
    return {path: text for path, text in files.items() if not path.endswith(".toml")}


if __name__ == "__main__":
    main(check, mutants)
