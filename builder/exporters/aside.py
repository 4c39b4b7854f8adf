"""What a platform has no place for, kept in its metadata: nobody uses it there, and an import finds it again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from builder.core.agent import AgentConfig, Tool
from builder.exporters.notes import Note, fields, in_metadata
from builder.exporters.toolbox import Toolbox

FIELDS = ("first_message", "conversation_starters", "memory", "workflow", "voice", "test_cases")


@dataclass(frozen=True, slots=True)
class Aside:
    """`values` has JSON of any kind, by the names of the configuration."""

    values: dict[str, Any]
    notes: tuple[Note, ...]


def aside(config: AgentConfig, platform: str, *, has_inputs: bool = False, has_tools: bool = False) -> Aside:
    """`has_inputs`, `has_tools`: the placeholders of the system prompt, the functions stand in a place of their own."""
    written = config.to_json()
    system, user = config.prompt("system"), config.prompt("user")
    values = {
        "system_placeholders": {} if has_inputs else dict(system.placeholders),
        "user_prompt": user.content,
        "user_placeholders": dict(user.placeholders),
        **{key: written[key] for key in FIELDS if key in written},
        "tools": [] if has_tools else [tool for tool in written.get("tools", ()) if "name" in tool],
        "metadata": written.get("metadata", {}),
    }
    told = {"user_prompt", *FIELDS} | (set() if has_inputs and not user.placeholders else {"placeholders"})
    notes = [in_metadata(field, platform) for field in fields(config) if field in told]
    if not has_tools:
        notes += [
            in_metadata(f"tools.{place}", platform)
            for place, tool in enumerate(config.tools or ())
            if isinstance(tool, Tool)
        ]
    return Aside({key: value for key, value in values.items() if value not in ({}, [])}, tuple(notes))


def as_texts(values: Mapping[str, Any]) -> dict[str, str]:
    """For metadata of texts: what is no text, as JSON."""
    return {
        key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for key, value in values.items()
    }


def of_servers(tools: Toolbox) -> list[Note]:
    """The notes of the tool servers, for platforms that keep functions aside."""
    held = tuple(server.field for server in tools.servers)
    return [note for note in tools.notes if note.field in held or note.field.startswith(tuple(f"{f}." for f in held))]
