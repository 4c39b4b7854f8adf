"""A Python project of our own: it reads `agent.json`, runs on Pydantic AI, and brings its tests and a Docker folder.

Its program is the same for every agent (`project/`); what people wrote stands in its data files only.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from builder.core.agent import AgentConfig
from builder.exporters import models_named, naming, on_pydantic_ai
from builder.exporters.base import Export, Exporter, File
from builder.exporters.hints import told_once
from builder.exporters.in_one_piece import in_one_piece
from builder.exporters.instructions import instructions
from builder.exporters.markdown import in_markdown
from builder.exporters.notes import Note
from builder.exporters.python_text import Stub, stubs
from builder.exporters.toolbox import Toolbox, server_notes, toolbox
from builder.exporters.writing import as_json

TITLE = "Python"
FILES = Path(__file__).parent / "project"
_PINNED = "2.68.0"
_KEYS = {"google": "GOOGLE_API_KEY", "openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}
_COMPANIES = {"google": "Google", "openai": "OpenAI", "anthropic": "Anthropic"}
_UNUSED = ("no_slot", "setting_other", "tool_server", "tool_elsewhere")
_NOT_USED = ("conversation_starters", "memory", "workflow", "voice", "test_cases", "metadata")
_MOST_SHOWN = 4


class PythonProject(Exporter):
    name = "python_project"
    title = TITLE
    shelf = "framework"
    rank = 21
    purpose = "A small program of your own, ready to run."
    place = "Unpack it and follow its README."
    version = f"pydantic-ai {_PINNED}"

    def write(self, config: AgentConfig) -> Export:
        package = naming.package(config.name)
        model = models_named.chosen(config, TITLE, *on_pydantic_ai.PROVIDERS)
        settings = on_pydantic_ai.settings(config, TITLE)
        tools = toolbox(config, TITLE, on_pydantic_ai.BUILT_IN)
        own = stubs(tools.functions, TITLE)
        output = in_one_piece(config.schema_definition)
        servers = on_pydantic_ai.servers(tools, model.provider)
        setup = {
            "model": f"{model.provider}:{model.name}",
            "settings": settings.values,
            "capabilities": on_pydantic_ai.capabilities(tools, servers),
            "tools": _tools(tools, own),
            **({"output_schema": output.schema} if output.schema != (config.schema_definition or {}) else {}),
        }
        words = _words(config, package, model, own)
        files = [
            File("README.md", _filled("README.md", words)),
            File(f"{package}/agent.json", as_json(config.to_json())),
            File(f"{package}/setup.json", as_json(setup)),
            File(f"{package}/tools.py", _source_of(own)),
            *(File(path.format(package=package), _filled(name, words)) for path, name in _PLACES.items()),
        ]
        notes = [*model.notes, *settings.notes, *output.notes, *tools.notes, *naming.renamed(config.name, package)]
        notes += [*server_notes(config, tools, TITLE, servers), *_not_used(config), *told_once(config)]
        notes += on_pydantic_ai.trimmed(instructions(config, TITLE).content, TITLE)
        return Export(tuple(files), tuple(map(_kept, notes)))


_PLACES: Mapping[str, str] = {
    "requirements.txt": "requirements",
    "requirements-dev.txt": "requirements-dev",
    ".env.example": "env.example",
    ".gitignore": "gitignore",
    "{package}/__init__.py": "init.py",
    "{package}/__main__.py": "main.py",
    "{package}/agent.py": "agent.py",
    "{package}/prompts.py": "prompts.py",
    "{package}/server.py": "server.py",
    "tests/test_agent.py": "test_agent.py",
    "docker/Dockerfile": "Dockerfile",
    "docker/Dockerfile.dockerignore": "dockerignore",
    "docker/compose.yaml": "compose.yaml",
}


@cache
def _template(name: str) -> str:
    return (FILES / f"{name}.txt").read_text(encoding="utf-8")


def _filled(name: str, words: Mapping[str, str]) -> str:
    """A file of the program, with the words that differ from agent to agent in it. None of them is looked at again."""
    return re.sub("|".join(words), lambda match: words[match[0]], _template(name))


def _words(config: AgentConfig, package: str, model: models_named.Chosen, own: list[Stub]) -> dict[str, str]:
    return {
        "__PACKAGE__": package,
        "__NAME__": config.name,
        "__DESCRIPTION__": in_markdown(config.description),
        "__MODEL__": model.name,
        "__COMPANY__": _COMPANIES[model.provider],
        "__PROVIDER__": model.provider,
        "__KEY__": _KEYS[model.provider],
        "__RUN__": _how_to_run(config, package),
        "__TOOLS__": _how_to_write(package, own),
    }


def _how_to_run(config: AgentConfig, package: str) -> str:
    gaps = list(dict.fromkeys(name for prompt in config.prompts for name in prompt.placeholders))
    shown = "".join(f" --{name} \"...\"" for name in gaps[:_MOST_SHOWN])
    first = f"One question, one answer:\n\n    python -m {package}{shown}"
    more = f"\n\nThere are {len(gaps) - _MOST_SHOWN} more options of this kind." if len(gaps) > _MOST_SHOWN else ""
    return first + more


def _how_to_write(package: str, own: list[Stub]) -> str:
    if not own:
        return ""
    where = f"- `{package}/tools.py` is where the agent's own tools belong. What they do is yours to write; until then"
    return f"{where}\n  they tell the agent that they cannot help yet.\n"


def _source_of(own: list[Stub]) -> str:
    if not own:
        return '"""The agent has no tools of its own."""\n'
    about = '"""The tools of the agent: write what they do. setup.json says what each is given; all give text."""\n'
    return "\n\n".join([about, *(_function(stub.name) for stub in own)])


def _function(name: str) -> str:
    told = f"The tool {name} is not written yet. Go on without it."
    return f"def {name}(**given: object) -> str:\n    return {told!r}\n"


def _tools(tools: Toolbox, own: list[Stub]) -> list[dict[str, Any]]:
    return [
        {
            "name": function.name,
            "function": stub.name,
            "description": function.description,
            "parameters": dict(function.parameters),
        }
        for function, stub in zip(tools.functions, own, strict=True)
    ]


def _kept(note: Note) -> Note:
    """Nothing is lost: the whole configuration stands in agent.json."""
    if note.kind == "lost" and note.code in _UNUSED:
        return Note("rewritten", note.field, "kept_unused", {"platform": TITLE})
    return replace(note, kind="rewritten") if note.kind == "lost" else note


def _not_used(config: AgentConfig) -> list[Note]:
    written = config.to_json()
    return [Note("rewritten", field, "kept_unused", {"platform": TITLE}) for field in _NOT_USED if field in written]
