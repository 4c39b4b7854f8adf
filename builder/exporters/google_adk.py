"""Google's Agent Development Kit: a folder that `adk web` runs. Output schema and tools are Python modules in it."""

import re
from typing import Any

from builder.core.agent import AgentConfig
from builder.exporters import models_named, naming
from builder.exporters.base import Export, Exporter, File
from builder.exporters.braces import runs
from builder.exporters.fitting import FIELD, Fitted, fit
from builder.exporters.instructions import instructions
from builder.exporters.notes import Note, left_out
from builder.exporters.python_text import Stub, literal, stubs
from builder.exporters.subset import BASIC, Subset
from builder.exporters.toolbox import server_notes, toolbox
from builder.exporters.writing import as_yaml

TITLE = "Google ADK"
_SCHEMA_OF_FILE = (
    "# yaml-language-server: $schema=https://raw.githubusercontent.com/google/adk-python/refs/heads/main/"
    "src/google/adk/agents/config_schemas/AgentConfig.json\n"
)
_BUILT_IN = {"web_search": "google_search", "google_search": "google_search"}
_BUILT_IN |= {"web_fetch": "url_context", "web_browse": "url_context", "url_context": "url_context"}
_SETTINGS = {name: name for name in ("temperature", "top_p", "presence_penalty", "frequency_penalty", "seed")}
_SUBSET = Subset(
    BASIC | {"anyOf", "additionalProperties", "minimum", "maximum", "minItems", "maxItems", "title"}, untyped=False
)
_WRITTEN = ("name", "description", "system_prompt", FIELD, "goals", "tone", "language", "guardrails", "tools", "model")
_GAP = re.compile(r"(?<![$\\{])\{+[^{}]*\}+")  # as the kit looks for names to fill in


class GoogleADK(Exporter):
    name = "google_adk"
    title = TITLE
    shelf = "framework"
    rank = 2
    purpose = "Run it on your computer or on Google Cloud."
    place = "Unpack the folder, then run `adk web` in the folder above it."
    version = "google-adk 2.13"

    def write(self, config: AgentConfig) -> Export:
        name = naming.package(config.name)
        told = instructions(config, TITLE)
        model = models_named.own(models_named.chosen(config, TITLE, "google"), TITLE)
        settings = models_named.settings(config, TITLE, {**_SETTINGS, "max_tokens": "max_output_tokens"})
        tools = toolbox(config, TITLE, _BUILT_IN)
        own = stubs(tools.functions, TITLE)
        output = fit(config.schema_definition, _SUBSET) if config.schema_definition else Fitted({}, ())
        agent = {
            "agent_class": "LlmAgent",
            "name": name,
            "model": model.name,
            "description": config.description,
            "instruction": template(told.content),
            "output_schema": {"name": f"{name}.schemas.OUTPUT_SCHEMA"} if output.schema else {},
            "output_key": "result" if output.schema else "",
            "generate_content_config": settings.values,
            "tools": [
                *({"name": known} for _, known in tools.built_in),
                *({"name": f"{name}.tools.{stub.name}"} for stub in own),
            ],
        }
        of_parts = (*told.notes, *model.notes, *settings.notes, *output.notes, *tools.notes)
        notes = [*of_parts, *(note for stub in own for note in stub.notes), *naming.renamed(config.name, name)]
        notes += [*_of_prompt(config, told.content), *server_notes(config, tools, TITLE, ())]
        return Export(_files(name, agent, output, own), (*notes, *left_out(config, TITLE, _WRITTEN)))


def _files(name: str, agent: dict[str, Any], output: Fitted, own: list[Stub]) -> tuple[File, ...]:
    about = as_yaml({key: value for key, value in agent.items() if value})
    files = [File(f"{name}/root_agent.yaml", _SCHEMA_OF_FILE + about), File(f"{name}/__init__.py", _ABOUT_PACKAGE)]
    if output.schema:
        files.append(File(f"{name}/schemas.py", f"{_ABOUT_SCHEMAS}OUTPUT_SCHEMA = {literal(output.schema)}\n"))
    if own:
        files.append(File(f"{name}/tools.py", "\n\n".join([_ABOUT_TOOLS, *(stub.source for stub in own)])))
    return tuple(files)


_ABOUT_PACKAGE = '"""An agent for Google\'s Agent Development Kit."""\n'
_ABOUT_SCHEMAS = '"""What the agent gives back, as a JSON Schema."""\n\n'
_ABOUT_TOOLS = '"""The tools of the agent: write what they do."""\n'


def template(content: str) -> str:
    """A prompt whose placeholders the kit fills from the state of a session, and whose other braces it leaves alone."""
    written = ""
    for is_placeholder, piece in runs(content):
        if is_placeholder:
            written += f"{' ' if written.endswith(('{', '$', BACKSLASH)) else ''}{{{piece}}}"
        else:
            written += " " if written and piece.startswith("}") else ""
            written += _GAP.sub(lambda match: BACKSLASH + match[0] if _is_filled(match[0]) else match[0], piece)
    return written


BACKSLASH = "\\"


def _is_filled(gap: str) -> bool:
    """Whether the kit would look for a value of this name."""
    name = gap.lstrip("{").rstrip("}").strip().removesuffix("?")
    return name.startswith("artifact.") or name.split(":")[-1].isidentifier()


def _of_prompt(config: AgentConfig, content: str) -> list[Note]:
    asis = "".join(f"{{{piece}}}" if is_placeholder else piece for is_placeholder, piece in runs(content))
    escaped = Note("rewritten", "system_prompt", "template_escaped", {"platform": TITLE})
    return [] if template(content) == asis else [escaped]
