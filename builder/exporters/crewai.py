"""CrewAI: a project in JSON that `crewai run` takes. The agent has one task: to answer."""

import re
from collections.abc import Mapping
from typing import Any

from builder.core.agent import AgentConfig
from builder.exporters import naming
from builder.exporters.base import Export, Exporter, File
from builder.exporters.braces import convert, single
from builder.exporters.fielded import fielded
from builder.exporters.fitting import FIELD, Fitted, fit
from builder.exporters.hints import sentences, told_once
from builder.exporters.instructions import instructions
from builder.exporters.models_named import Chosen, Settings, chosen
from builder.exporters.models_named import settings as settings_of
from builder.exporters.notes import Note, left_out
from builder.exporters.pairs import without_empty
from builder.exporters.python_text import Stub, literal, stubs
from builder.exporters.subset import BASIC, NUMBERS, Subset
from builder.exporters.toolbox import Function, Server, of_named, reachable, server_notes, toolbox
from builder.exporters.writing import as_json

TITLE = "CrewAI"
TASK = "answer"
EXPECTED = {True: "A JSON object with the named outputs.", False: "The answer."}
PROVIDERS = {"openai": "openai", "google": "gemini", "anthropic": "anthropic"}
LONGEST_TURNS = 20
_EVERY = {"temperature": "temperature", "top_p": "top_p"}
_SETTINGS: Mapping[str, Mapping[str, str]] = {
    "openai": {**_EVERY, **{key: key for key in ("max_tokens", "presence_penalty", "frequency_penalty", "seed")}},
    "google": {**_EVERY, "max_tokens": "max_output_tokens"},
    "anthropic": {**_EVERY, "max_tokens": "max_tokens"},
}
_SUBSET = Subset(
    BASIC | (NUMBERS - {"multipleOf"}) | {"anyOf", "additionalProperties"}, maps=False, closed=True, untyped=True
)
_GAP = re.compile(r"\{(?=[A-Za-z_][A-Za-z0-9_-]*\})")  # as CrewAI looks for names to fill in
_WRITTEN = (
    *("name", "description", "system_prompt", "user_prompt", "placeholders", FIELD),
    *("goals", "tone", "language", "guardrails", "tools", "model"),
)


class CrewAI(Exporter):
    name = "crewai"
    title = TITLE
    shelf = "framework"
    rank = 9
    purpose = "A crew of one agent, to which you may add others."
    place = "Unpack the folder, set the key of your model, then run `crewai run` in it."
    version = "crewai 1.15.30"

    def write(self, config: AgentConfig) -> Export:
        name = naming.identifier(config.name)
        told, tools = instructions(config, TITLE), toolbox(config, TITLE)
        model = chosen(config, TITLE, "google", "openai", "anthropic")
        settings = settings_of(config, TITLE, _SETTINGS[model.provider])
        result = fielded(fit(config.schema_definition, _SUBSET)) if config.schema_definition else Fitted({}, ())
        own, servers = stubs(tools.functions, TITLE), reachable(tools)
        agent = {
            "role": config.name,
            "goal": still(config.description),
            "backstory": template(told.content),
            "llm": _model(model, settings),
            "tools": [f"custom:{stub.name}" for stub in own],
            "mcps": [_server(server) for server in servers],
            "allow_delegation": False,
            "max_iter": LONGEST_TURNS,
        }
        crew = _crew(config, name, result)
        about = as_json(without_empty(agent))
        files = [File(f"{name}/crew.jsonc", as_json(crew)), File(f"{name}/agents/{name}.jsonc", about)]
        written = zip(own, tools.functions, strict=True)
        files += [File(f"{name}/tools/{stub.name}.py", _tool(stub, function)) for stub, function in written]
        files.append(File(f"{name}/pyproject.toml", _PROJECT.format(name=naming.kebab(config.name))))
        notes = [*told.notes, *model.notes, *settings.notes, *result.notes, *of_named(tools)]
        notes += [*_notes(config, told.content), *(note for stub in own for note in stub.notes)]
        notes += [*server_notes(config, tools, TITLE, servers), *_unnamed(servers)]
        return Export(tuple(files), (*notes, *left_out(config, TITLE, _WRITTEN)))


def template(content: str) -> str:
    """A prompt whose placeholders are filled from the inputs of the crew; text that looks like one gets a blank."""
    return convert(content, single, still)


def still(text: str) -> str:
    return _GAP.sub("{ ", text)


def _model(model: Chosen, settings: Settings) -> dict[str, Any]:
    """The key is read from the environment."""
    return {"model": model.name, "provider": PROVIDERS[model.provider], **settings.values}


def _crew(config: AgentConfig, agent: str, result: Fitted) -> dict[str, Any]:
    task = {
        "name": TASK,
        "agent": agent,
        "description": template(config.prompt("user").content),
        "expected_output": EXPECTED[bool(result.schema)],
        "output_json": result.schema,
    }
    inputs = {name: still(hint) for name, hint in sentences(config).items()}
    crew = {"name": config.name, "agents": [agent], "process": "sequential", "tasks": [without_empty(task)]}
    return without_empty({**crew, "inputs": inputs})


def _server(server: Server) -> dict[str, Any]:
    only = {"tool_filter": {"type": "static", "allowed_tool_names": list(server.tools)}} if server.tools else {}
    return {"url": server.url, **only}


def _unnamed(servers: list[Server]) -> list[Note]:
    named = [server for server in servers if server.named]
    return [Note("lost", f"{server.field}.mcp.{server.named}", "no_slot", {"platform": TITLE}) for server in named]


def _tool(stub: Stub, function: Function) -> str:
    """A module that CrewAI imports: what a person wrote stands in it as literals only."""
    opening, *body = stub.source.splitlines()
    parameters = opening.removeprefix(f"def {stub.name}(")
    method = f"def _run(self{'' if parameters.startswith(')') else ', '}{parameters}"
    lines = [
        '"""A tool of the agent: write what it does."""',
        "",
        "from crewai.tools import BaseTool",
        "",
        "",
        "class OwnTool(BaseTool):",
        f"    name: str = {literal(stub.name)}",
        f"    description: str = {function.description!r}",
        "",
        *(f"    {line}" for line in (method, *body)),
    ]
    return "\n".join(lines) + "\n"


_PROJECT = """[project]
name = "{name}"
version = "0.1.0"
requires-python = ">=3.10,<3.14"
dependencies = ["crewai[tools,google-genai,anthropic]>=1.15.30,<2"]

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[tool.hatch.build.targets.wheel]
only-include = ["agents", "crew.jsonc", "tools"]

[tool.crewai]
type = "crew"
definition = "crew.jsonc"
"""


def _notes(config: AgentConfig, system: str) -> list[Note]:
    expected = EXPECTED[bool(config.schema_definition)]
    notes = [Note("added", "user_prompt", "expected_added", {"platform": TITLE, "new": expected})]
    if any(prompt.placeholders for prompt in config.prompts):
        notes += [Note("rewritten", "placeholders", "hint_as_example", {"platform": TITLE}), *told_once(config)]
    asis = {
        "system_prompt": (convert(system, single), template(system)),
        "user_prompt": (convert(user := config.prompt("user").content, single), template(user)),
        "description": (config.description, still(config.description)),
    }
    escaped = [field for field, (plain, written) in asis.items() if plain != written]
    return notes + [Note("rewritten", field, "template_escaped", {"platform": TITLE}) for field in escaped]
