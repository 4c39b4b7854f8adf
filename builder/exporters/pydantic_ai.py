"""Pydantic AI: one `agent.yaml` for `Agent.from_file`. Texts are Handlebars there."""

import re
from collections.abc import Mapping
from typing import Any

from builder.core.agent import AgentConfig
from builder.exporters import models_named, notes, on_pydantic_ai
from builder.exporters.base import Export, Exporter, File
from builder.exporters.braces import runs
from builder.exporters.in_one_piece import in_one_piece
from builder.exporters.instructions import instructions
from builder.exporters.notes import Note
from builder.exporters.toolbox import Toolbox, server_notes, toolbox
from builder.exporters.writing import as_yaml

TITLE = "Pydantic AI"
_KEPT_ASIDE = ("first_message", "conversation_starters", "memory", "workflow", "voice", "test_cases")


class PydanticAI(Exporter):
    name = "pydantic_ai"
    title = TITLE
    shelf = "framework"
    rank = 1
    purpose = "Run it in a Python program."
    place = "Beside your program: `Agent.from_file(\"agent.yaml\")`."
    version = "pydantic-ai 2.68"

    def write(self, config: AgentConfig) -> Export:
        told = instructions(config, TITLE)
        model = models_named.chosen(config, TITLE, *on_pydantic_ai.PROVIDERS)
        settings = on_pydantic_ai.settings(config, TITLE)
        tools = toolbox(config, TITLE, on_pydantic_ai.BUILT_IN)
        output = in_one_piece(config.schema_definition)
        servers = on_pydantic_ai.servers(tools, model.provider)
        spec = {
            "model": f"{model.provider}:{model.name}",
            "name": config.name,
            "description": escaped(config.description),
            "instructions": template(told.content),
            "deps_schema": _inputs(config.prompt("system").placeholders),
            "output_schema": output.schema,
            "model_settings": settings.values,
            "metadata": _metadata(config, tools),
            "capabilities": on_pydantic_ai.capabilities(tools, servers),
        }
        own = as_yaml({key: value for key, value in spec.items() if value})
        of_texts = (*told.notes, *on_pydantic_ai.trimmed(told.content, TITLE))
        of_parts = (*of_texts, *model.notes, *settings.notes, *output.notes, *tools.notes)
        of_servers = server_notes(config, tools, TITLE, servers)
        return Export((File("agent.yaml", own),), (*of_parts, *_notes(config), *of_servers))


def template(content: str) -> str:
    """A prompt as a Handlebars template."""
    written = ""
    for is_placeholder, piece in runs(content):
        if not is_placeholder:
            written += escaped(piece)
        elif written.endswith(("{", "\\")):
            written += f" {{{{~{piece}}}}}"  # the sign takes the blank away that keeps the brace apart
        else:
            written += f"{{{{{piece}}}}}"
    return written


def escaped(text: str) -> str:
    """Text that Handlebars gives back as it is: a backslash before two braces keeps them, and is doubled before it."""
    return re.sub(r"(\\*)\{\{", lambda match: match[1] * 2 + r"\{{", text)


def _inputs(hints: Mapping[str, str]) -> dict[str, Any]:
    named = {name: {"type": "string", "description": hint} for name, hint in hints.items()}
    return {"type": "object", "properties": named, "required": list(named)} if named else {}


def _metadata(config: AgentConfig, tools: Toolbox) -> dict[str, Any]:
    written = config.to_json()
    user = config.prompt("user")
    functions = [{"name": tool.name, "parameters": dict(tool.parameters)} for tool in tools.functions]
    return {
        "user_prompt": user.content,
        **({"user_placeholders": dict(user.placeholders)} if user.placeholders else {}),
        **{key: written[key] for key in _KEPT_ASIDE if key in written},
        **({"tools": functions} if functions else {}),
        **({"metadata": config.metadata} if config.metadata else {}),
    }


def _notes(config: AgentConfig) -> list[Note]:
    aside = ("user_prompt", *_KEPT_ASIDE)
    found = [notes.in_metadata(field, TITLE) for field in notes.fields(config) if field in aside]
    form = {"platform": TITLE, "form": "{{name}}"}
    if config.prompt("system").placeholders:
        found.append(Note("rewritten", "system_prompt", "placeholders_form", form))
    if "{{" in braceless(config.prompt("system").content) or "{{" in config.description:
        found.append(Note("rewritten", "system_prompt", "template_escaped", form))
    return found


def braceless(content: str) -> str:
    return "".join(piece for is_placeholder, piece in runs(content) if not is_placeholder)
