"""MCP: one `server.py` that gives the agent's prompts, with gaps to fill, to any program that speaks the protocol."""

import json
from collections.abc import Mapping
from typing import Any

from builder.core.agent import AgentConfig
from builder.core.placeholders import escape
from builder.exporters import naming
from builder.exporters.base import Export, Exporter, File
from builder.exporters.hints import sentences, told_once
from builder.exporters.instructions import instructions
from builder.exporters.notes import Note
from builder.exporters.python_text import literal

TITLE = "MCP"
_IN_FILE_ONLY = ("conversation_starters", "tools", "memory", "workflow", "voice", "model", "test_cases", "metadata")
FORM = "Answer with JSON and nothing else. It fits this JSON Schema:"


class MCP(Exporter):
    name = "mcp"
    title = TITLE
    shelf = "standard"
    rank = 10
    purpose = "Use its prompts in any assistant that connects to MCP servers."
    place = (
        "`pip install -r requirements.txt`, then give your assistant the command `python server.py`, "
        "both with their full paths."
    )
    version = "mcp 2.3"

    def write(self, config: AgentConfig) -> Export:
        told = instructions(config, TITLE)
        name = naming.identifier(config.name)
        system = told.content + _form(config.schema_definition)
        texts = {"SYSTEM": system, "USER": config.prompt("user").content}
        values = {"CONFIG": config.to_json(), "NAME": name, "GAPS": sentences(config), **texts}
        data = "\n".join(f"{key} = {literal(value)}" for key, value in values.items())
        files = (File("server.py", f"{_HEAD}\n{data}\n\n{_PROGRAM}"), File("requirements.txt", "mcp==2.3.0\n"))
        return Export(files, (*told.notes, *naming.renamed(config.name, name), *_notes(config), *told_once(config)))


def _form(schema: Mapping[str, Any] | None) -> str:
    """The protocol asks for no form of an answer, so the model is told."""
    return f"\n\n{FORM}\n\n{escape(json.dumps(schema, ensure_ascii=False))}" if schema else ""


def _notes(config: AgentConfig) -> list[Note]:
    written = config.to_json()
    told = {field: "kept_unused" for field in _IN_FILE_ONLY if field in written} | {"system_prompt": "as_user"}
    told |= {"schema_definition": "in_instructions"} if config.schema_definition else {}
    return [Note("rewritten", field, code, {"platform": TITLE}) for field, code in told.items()]


_HEAD = '''"""An agent as a server of the Model Context Protocol (MCP), for the program that starts `python server.py`.

It has one prompt, whose arguments are what has to be filled in, and the whole agent as a resource.
"""

import json
import re

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.prompts.base import AssistantMessage, Message, Prompt, PromptArgument, UserMessage
from mcp.server.mcpserver.resources import TextResource
'''
_PROGRAM = '''TOKEN = re.compile(r"\\{\\{|\\}\\}|\\{([a-z][a-z0-9_]*)\\}|[{}]")


def filled(content: str, values: dict[str, str]) -> str:
    """The text with a value in place of each {gap}; doubled braces become single ones."""
    return TOKEN.sub(lambda match: values[match[1]] if match[1] else match[0][0], content)


def messages(**values: str) -> list[Message]:
    """What is said before the model answers. The protocol has no system messages: the first one stands for it."""
    first = CONFIG.get("first_message")
    greeting: list[Message] = [AssistantMessage(first)] if first else []
    return [UserMessage(filled(SYSTEM, values)), *greeting, UserMessage(filled(USER, values))]


def server() -> MCPServer:
    arguments = [PromptArgument(name=name, description=hint, required=True) for name, hint in GAPS.items()]
    made = MCPServer(CONFIG["name"], instructions=CONFIG["description"])
    prompt = Prompt(
        name=NAME, title=CONFIG["name"], description=CONFIG["description"], arguments=arguments, fn=messages
    )
    made.add_prompt(prompt)
    address = f"agent://{NAME.replace('_', '-')}/config.json"
    text = json.dumps(CONFIG, ensure_ascii=False, indent=2)
    made.add_resource(TextResource(uri=address, name="config.json", mime_type="application/json", text=text))
    return made


if __name__ == "__main__":
    server().run()
'''
