"""The tools of a configuration, sorted for platforms: functions to be written, tools of the platform's own, servers."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from builder.core.agent import AgentConfig, McpTool, Tool
from builder.core.check_schema import schema_problems
from builder.core.name import plain_letters
from builder.exporters.notes import Note

LONGEST_NAME = 64
_SAID = ("name", "label", "server_label", "id", "url", "server_url", "endpoint", "tools", "allowed_tools")
_NO_INPUT: Mapping[str, Any] = {"type": "object", "properties": {}, "additionalProperties": False}


@dataclass(frozen=True, slots=True)
class Function:
    """`field` is where it stands, `said` its name there; `name` fits every platform: `[A-Za-z_][A-Za-z0-9_]{0,63}`.

    `parameters`: a JSON Schema of an object. `is_schema`: the configuration says it; else it has settings there."""

    field: str
    said: str
    name: str
    description: str
    parameters: Mapping[str, Any]
    is_schema: bool


@dataclass(frozen=True, slots=True)
class Server:
    """An MCP server. `url` is "" where it has none that can be reached from elsewhere."""

    field: str
    said: str
    label: str
    url: str
    tools: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Toolbox:
    """`built_in`: (field, the platform's own name). `notes` tell of everything that is not quite as it was."""

    functions: tuple[Function, ...] = ()
    built_in: tuple[tuple[str, str], ...] = ()
    servers: tuple[Server, ...] = ()
    notes: tuple[Note, ...] = ()


def toolbox(
    config: AgentConfig, platform: str, built_in: Mapping[str, str] | None = None, most: int | None = None
) -> Toolbox:
    """All tools. `built_in`: names by which people know a tool (snake_case) -> the platform's own tool.

    Names are mended and made different from each other. `most`: how many tools the platform takes."""
    functions, own, notes = list[Function](), dict[str, str](), list[Note]()
    waiting = list[tuple[str, McpTool]]()  # servers take what names the functions leave
    taken = set[str]()
    for place, tool in enumerate(config.tools or ()):
        field = f"tools.{place}"
        if most is not None and place >= most:
            notes.append(_one_too_many(field, tool, platform, most))
            continue
        if isinstance(tool, McpTool):
            waiting.append((field, tool))
        elif (known := (built_in or {}).get(mended(tool.name).lower())) is not None:
            own.setdefault(known, field)
            notes.append(Note("rewritten", field, "tool_built_in", {"platform": platform, "tool": tool.name[:80]}))
            notes += _lost_parameters(field, tool, platform)
        else:
            functions.append(_function(field, tool, taken))
            notes += _told_function(functions[-1], tool, platform)
    servers = tuple(_server(field, tool.mcp, taken) for field, tool in waiting)
    notes += [note for found in servers for note in _told_server(found)]
    return Toolbox(tuple(functions), tuple((field, name) for name, field in own.items()), servers, tuple(notes))


def _one_too_many(field: str, tool: Tool | McpTool, platform: str, most: int) -> Note:
    said = tool.name if isinstance(tool, Tool) else "mcp"
    return Note("lost", field, "tool_too_many", {"platform": platform, "longest": most, "tool": said[:80]})


def _function(field: str, tool: Tool, taken: set[str]) -> Function:
    is_schema = "properties" in tool.parameters and not list(schema_problems(tool.parameters))
    said = tool.parameters.get("description")
    about = said if isinstance(said, str) and said.strip() else tool.name
    name = _unlike(mended(tool.name), taken)
    return Function(field, tool.name, name, about, tool.parameters if is_schema else dict(_NO_INPUT), is_schema)


def _told_function(function: Function, tool: Tool, platform: str) -> list[Note]:
    notes = [Note("rewritten", function.field, "tool_code", {"tool": function.name})]
    if function.name != function.said:
        change = {"old": function.said[:80], "new": function.name}
        notes.append(Note("renamed", f"{function.field}.name", "name_changed", change))
    return notes if function.is_schema else [*notes, *_lost_parameters(function.field, tool, platform)]


def _lost_parameters(field: str, tool: Tool, platform: str) -> list[Note]:
    place = f"{field}.parameters"
    return [Note("lost", place, "no_slot", {"platform": platform})] if tool.parameters else []


def _server(field: str, mcp: Mapping[str, Any], taken: set[str]) -> Server:
    said = next((mcp[key] for key in ("name", "label", "server_label", "id") if _is_text(mcp.get(key))), "server")
    url = next((mcp[key] for key in ("url", "server_url", "endpoint") if _is_text(mcp.get(key))), "")
    listed = mcp.get("tools", mcp.get("allowed_tools"))
    tools = tuple(name for name in listed if _is_text(name)) if isinstance(listed, list) else ()
    return Server(field, said, _unlike(mended(said), taken), url if _is_address(url) else "", tools)


def _told_server(server: Server) -> list[Note]:
    if server.label == server.said:
        return []
    return [Note("renamed", f"{server.field}.mcp.name", "name_changed", {"old": server.said[:80], "new": server.label})]


def of_named(tools: Toolbox) -> list[Note]:
    """The notes for platforms on which a server has no name."""
    return [note for note in tools.notes if not note.field.endswith(".mcp.name")]


def reachable(tools: Toolbox) -> list[Server]:
    return [server for server in tools.servers if server.url]


def server_notes(config: AgentConfig, tools: Toolbox, platform: str, written: Collection[Server]) -> list[Note]:
    """What files do not say of the servers. `written`: those that stand there with name, address and tools."""
    found = list[Note]()
    for server in tools.servers:
        if server not in written:
            code = "tool_server" if server.url else "tool_elsewhere"
            found.append(Note("lost", server.field, code, {"platform": platform, "tool": server.said[:80]}))
            continue
        tool = (config.tools or ())[int(server.field.split(".")[1])]
        found += [
            Note("lost", f"{server.field}.mcp.{str(key)[:80]}", "no_slot", {"platform": platform})
            for key in (tool.mcp if isinstance(tool, McpTool) else ())
            if key not in _SAID
        ]
    return found


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and bool(re.fullmatch(r"[!-~]{1,2000}", url))


def mended(name: str) -> str:
    """The name as every platform takes it; one that is so already stays."""
    bare = re.sub(r"[^A-Za-z0-9_]+", "_", plain_letters(name)).strip("_")
    return (bare if bare[:1].isalpha() else f"tool_{bare}")[:LONGEST_NAME].rstrip("_")


def _unlike(name: str, taken: set[str]) -> str:
    """The name, with a number behind it where it is taken; takes it."""
    found, number = name, 2
    while found in taken:
        ending = f"_{number}"
        found, number = name[: LONGEST_NAME - len(ending)] + ending, number + 1
    taken.add(found)
    return found
