"""The tools of a configuration, sorted for platforms: functions to be written, tools of the platform's own, servers."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from builder.core.agent import AgentConfig, McpTool, Tool
from builder.core.check_schema import schema_problems
from builder.core.name import plain_letters
from builder.exporters.allowed_tools import KEYS, allowed
from builder.exporters.fitting import Fitted, fit
from builder.exporters.free_name import free
from builder.exporters.notes import Note
from builder.exporters.subset import Subset

LONGEST_NAME = 64
_NAMES, _ADDRESSES = ("name", "label", "server_label", "id"), ("url", "server_url", "endpoint")
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
    """An MCP server. `url` is "" where it has none that can be reached from elsewhere; `tools` is empty for all.

    `named`, `reached`: the keys of `mcp` that say its name and its address, "" where none does."""

    field: str
    said: str
    label: str
    url: str
    tools: tuple[str, ...]
    mcp: Mapping[str, Any]
    named: str
    reached: str

    @property
    def is_stream_of_events(self) -> bool:
        """Whether it is called in the older way of two."""
        return self.url.split("?")[0].rstrip("/").endswith("/sse")


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
    named, reached = (next((key for key in keys if _is_text(mcp.get(key))), "") for keys in (_NAMES, _ADDRESSES))
    said, url = mcp[named] if named else "server", mcp[reached] if reached else ""
    label, address = _unlike(mended(said), taken), url if _is_address(url) else ""
    return Server(field, said, label, address, allowed(mcp).names, mcp, named, reached)


def _told_server(server: Server) -> list[Note]:
    if server.label == server.said:
        return []
    return [Note("renamed", _place_of_name(server), "name_changed", {"old": server.said[:80], "new": server.label})]


def _place_of_name(server: Server) -> str:
    return f"{server.field}.mcp.{server.named}" if server.named else f"{server.field}.mcp"


def of_named(tools: Toolbox) -> list[Note]:
    """The notes for platforms on which a server has no name."""
    names = {_place_of_name(server) for server in tools.servers}
    return [note for note in tools.notes if note.code != "name_changed" or note.field not in names]


def reachable(tools: Toolbox) -> list[Server]:
    return [server for server in tools.servers if server.url]


def server_notes(
    config: AgentConfig,
    tools: Toolbox,
    platform: str,
    written: Collection[Server],
    *,
    taken: Callable[[Server], Collection[str]] = lambda server: (),
    places: Collection[str] = (),
    restricts: bool = True,
    unwritten: str = "tool_server",
) -> list[Note]:
    """What files do not say of the servers. `written`: those that stand there with name, address and tools.

    `taken`: what else stands there of one. `places`: what the platform knows and the files do not say. `restricts`:
    whether it can give some tools of a server only. `unwritten`: the note on a server that could be reached."""
    found = list[Note]()
    for server in tools.servers:
        if server in written:
            standing = {server.named, server.reached, *KEYS, *taken(server)}
            found += [_left(server, key, platform, places) for key in server.mcp if key not in standing]
            found += _of_allowed(server, platform) if restricts else _all_given(server, platform)
        else:
            code = unwritten if server.url else "tool_elsewhere"
            found.append(Note("lost", server.field, code, {"platform": platform, "tool": server.said[:80]}))
    return found


def _left(server: Server, key: str, platform: str, places: Collection[str]) -> Note:
    code = "set_up_there" if key in places else "no_slot"
    return Note("lost", f"{server.field}.mcp.{str(key)[:80]}", code, {"platform": platform})


def _of_allowed(server: Server, platform: str) -> list[Note]:
    """What is said of the tools of a server and does not stand in the list of those that may be used."""
    read, at = allowed(server.mcp), f"{server.field}.mcp"
    if read.unread and not read.names:
        return _all_given(server, platform)
    notes = [Note("lost", f"{at}.{way}", "tool_not_allowed", {"platform": platform}) for way in read.refused]
    notes += [Note("lost", f"{at}.{way}", "tool_unread", {"platform": platform}) for way in read.unread]
    return notes + [Note("lost", f"{at}.{way}", "no_slot", {"platform": platform}) for way in read.besides]


def _all_given(server: Server, platform: str) -> list[Note]:
    said = [key for key in KEYS if server.mcp.get(key) is not None]
    return [Note("lost", f"{server.field}.mcp.{key}", "server_tools_all", {"platform": platform}) for key in said]


def takes(tool: Function, subset: Subset) -> Fitted:
    """What a function takes, in the platform's part of JSON Schema; without notes where nobody said it."""
    fitted = fit(tool.parameters, subset, f"{tool.field}.parameters")
    return fitted if tool.is_schema else Fitted(fitted.schema, ())


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
    """The name, or one like it that is free; takes it."""
    found = free(name, taken, LONGEST_NAME)
    taken.add(found)
    return found
