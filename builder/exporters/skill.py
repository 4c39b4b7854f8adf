"""Coding agents: a skill, an agent of Claude Code, one of GitHub Copilot, all with the same text, and an AGENTS.md
that leads to them."""

from typing import Any

from builder.core.agent import AgentConfig
from builder.exporters import models_named, naming
from builder.exporters.base import Export, Exporter, File
from builder.exporters.braces import convert, names, plain, single
from builder.exporters.fitting import FIELD, Fitted
from builder.exporters.front_matter import with_head
from builder.exporters.handbook import Handbook
from builder.exporters.in_one_piece import in_one_piece
from builder.exporters.instructions import instructions
from builder.exporters.markdown import in_markdown
from builder.exporters.notes import Note, fields, left_out, lost
from builder.exporters.pairs import pairs, without_empty
from builder.exporters.toolbox import Function, Server, Toolbox, reachable, server_notes, toolbox

TITLE = "Agent Skills"
LONGEST_OF_COPILOT = 29_990  # of 30,000: the blank lines around it count
_BUILT_IN = {"web_search": "WebSearch", "web_fetch": "WebFetch", "web_browse": "WebFetch"}
_IN_WORDS = ("user_prompt", "placeholders", FIELD)
_WRITTEN = ("name", "description", "system_prompt", *_IN_WORDS, "goals", "tone", "language", "guardrails")
_TOLD = ("tools", "model", "metadata")
_BY_HAND = Note("added", "return_type", "merge_by_hand", {"new": "AGENTS.md"})


class Skill(Exporter):
    name = "skill"
    title = TITLE
    shelf = "assistant"
    rank = 5
    purpose = "For coding agents: Claude Code, GitHub Copilot, Codex and others."
    place = "Unpack it in the folder of your project. If there is an AGENTS.md already, add our section to it by hand."
    version = "skills-ref 0.1, skillsaw 0.22"

    def write(self, config: AgentConfig) -> Export:
        name = naming.kebab(config.name)
        told = instructions(config, TITLE)
        system = plain(told.content, names(config))
        tools, aside, model = toolbox(config, TITLE, _BUILT_IN), pairs(config, TITLE), _model(config)
        output = in_one_piece(config.schema_definition)
        book = _handbook(config, system, tools, output)
        about = {"name": name, "description": config.description}
        whole = f"# {config.name}\n\n{system}{book.rest()}"
        named = {"model": model.name} if model else {}
        short, cut = _for_copilot(config.name, book)
        files = (
            File(f".claude/skills/{name}/SKILL.md", _text(about | {"metadata": aside.values}, whole)),
            File(f".claude/agents/{name}.md", _text(about | _of_claude(tools) | named, whole)),
            File(f".github/agents/{name}.agent.md", _text(about | _of_copilot(tools), short)),
            File("AGENTS.md", pointer(config.name, config.description)),
        )
        notes = [*told.notes, *_of_prompts(config, told.content, system), *cut, *output.notes]
        notes += [*tools.notes, *_of_tools(tools), *_of_rights(tools), _BY_HAND]
        notes += [*naming.renamed(config.name, name), *aside.notes, *_of_model(config, model)]
        notes += server_notes(config, tools, TITLE, reachable(tools))
        return Export(files, (*notes, *left_out(config, TITLE, _WRITTEN + _TOLD)))


def _text(head: dict[str, Any], body: str) -> str:
    return with_head(without_empty(head), body)


def pointer(name: str, description: str) -> str:
    """What every session in the project reads: that there is such an agent, and nothing of what it is told."""
    file = f".claude/skills/{naming.kebab(name)}/SKILL.md"
    about = f"There is an agent in this project: {in_markdown(description)}"
    return f"## {name}\n\n{about}\n\nFor a task of this kind, and for no other, follow `{file}`.\n"


def _handbook(config: AgentConfig, system: str, tools: Toolbox, output: Fitted) -> Handbook:
    hints = [pair for prompt in config.prompts for pair in prompt.placeholders.items()]
    functions = tuple((tool.name, _about(tool)) for tool in tools.functions)
    user = plain(config.prompt("user").content, names(config))
    return Handbook(system, user, tuple(dict.fromkeys(hints)), functions, output.schema)


def _about(tool: Function) -> str:
    return "" if tool.description == tool.said else tool.description


def _for_copilot(name: str, book: Handbook) -> tuple[str, tuple[Note, ...]]:
    """The text within Copilot's limit: what the agent is told is cut before the rest is."""
    head, rest = f"# {name}\n\n", book.rest()
    length, longest = len(book.system), max(LONGEST_OF_COPILOT - len(head) - len(rest), 0)
    whole = f"{head}{book.system[:longest]}{rest}"[:LONGEST_OF_COPILOT]
    if length <= longest:
        return whole, ()
    params = {"platform": "GitHub Copilot", "key": "system_prompt", "length": length, "longest": longest}
    return whole, (Note("rewritten", "system_prompt", "text_cut", params),)


def _of_claude(tools: Toolbox) -> dict[str, Any]:
    servers = reachable(tools)
    named = [name for _, name in tools.built_in]
    named += [name for server in servers for name in _names_there(server, "mcp__{}", "mcp__{}__{}")]
    known = [{server.label: {"type": "http", "url": server.url}} for server in servers]
    return {"tools": ", ".join(named), "mcpServers": known}


def _of_copilot(tools: Toolbox) -> dict[str, Any]:
    servers = reachable(tools)
    named = ["web"] if tools.built_in else []
    named += [name for server in servers for name in _names_there(server, "{}/*", "{}/{}")]
    known = {
        server.label: {"type": "http", "url": server.url, "tools": list(server.tools) or ["*"]} for server in servers
    }
    return {"tools": named, "mcp-servers": known}


def _names_there(server: Server, all_of_it: str, one: str) -> list[str]:
    return [one.format(server.label, tool) for tool in server.tools] or [all_of_it.format(server.label)]


def _model(config: AgentConfig) -> models_named.Chosen | None:
    """The model if it is one of Anthropic's: only Claude Code takes models by such names."""
    chosen = models_named.own(models_named.chosen(config, TITLE, "anthropic"), TITLE)
    return chosen if all(note.code == "provider_named" for note in chosen.notes) else None


def _of_model(config: AgentConfig, written: models_named.Chosen | None) -> list[Note]:
    said = config.model is not None and (config.model.name or config.model.provider)
    of_name = written.notes if written else (lost("model", TITLE),) if said else ()
    return [*of_name, *models_named.settings(config, TITLE, {}).notes]


def _of_tools(tools: Toolbox) -> list[Note]:
    return [lost(f"{tool.field}.parameters", TITLE) for tool in tools.functions if tool.is_schema]


def _of_rights(tools: Toolbox) -> list[Note]:
    """An agent whose file names no tools has all of them."""
    code = "tools_only" if "tools" in without_empty(_of_claude(tools)) else "tools_all"
    return [Note("added", "tools", code, {})]


def _of_prompts(config: AgentConfig, told: str, system: str) -> list[Note]:
    platform = {"platform": TITLE}
    found = [Note("rewritten", field, "in_instructions", platform) for field in fields(config) if field in _IN_WORDS]
    if config.prompt("system").placeholders:
        found.append(Note("rewritten", "system_prompt", "placeholders_text", platform))
    if system != convert(told, single):
        found.append(Note("rewritten", "system_prompt", "template_escaped", platform))
    return found
