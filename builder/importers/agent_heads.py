"""What the heads of coding agents' files say besides name and text: tools, tool servers, a model, metadata."""

import re
from collections.abc import Mapping
from typing import Any

from builder.importers.remarks import Remark
from builder.importers.servers import server
from builder.importers.taking import Taking, fits, without_keys

_KNOWN = {"websearch": "web_search", "web_search": "web_search", "webfetch": "web_browse", "fetch": "web_browse"}
_KNOWN |= {"web": "web_search", "search_web": "web_search", "web_browse": "web_browse"}
_OF_SERVER = re.compile(
    r"\Amcp__(?P<label>[\w-]{1,100}?)(?:__(?P<tool>[\w-]{1,100}))?\Z"
    r"|\A(?P<owner>[\w. -]{1,100})/(?P<one>[\w.*-]{1,100})\Z"
)
LONGEST_SHOWN = 80
_ALL = "*"


def of_head(head: Mapping[str, Any]) -> tuple[dict[str, Any], list[Remark]]:
    """The values `tools`, `model` and `metadata`, as far as the head has them."""
    told = Taking(head)
    told.passed("name", "description")
    told.refuse("runs_code", "hooks")
    servers = _servers(told)
    tools = _tools(told, servers)
    found = {"tools": tools, "model": _model(told), "metadata": _metadata(told)}
    return {key: value for key, value in found.items() if value}, told.rest()


def _listed(told: Taking, key: str) -> list[str]:
    """Names in a list, or in one text with commas or blanks between them; what stands in brackets belongs to them."""
    said = told.anything(key)
    if not isinstance(said, str):
        return told.texts(key)
    between = "," if "," in said else r"\s"
    return [name for part in re.split(rf"{between}+(?![^()]*\))", said[:10_000]) if (name := part.strip("- \t\r\n"))]


def _tools(told: Taking, servers: dict[str, dict[str, Any]]) -> list[Any]:
    found = list[Any]()
    for key in ("tools", "allowed-tools"):
        for name in _listed(told, key):
            bare = name.partition("(")[0].strip() or name
            of_server = _OF_SERVER.fullmatch(bare)
            if of_server is not None:
                _allow(of_server, servers)
            elif bare != _ALL:
                known = _KNOWN.get(bare.lower())
                found.append({"name": known or bare, "parameters": {}})
                told.remarks += [] if known else [_named(bare, told.place(key))]
    return [*found, *({"mcp": held} for held in servers.values() if fits("tools", [{"mcp": held}]))]


def _named(tool: str, where: str) -> Remark:
    return Remark("rewritten", where, "tool_named", {"tool": tool[:LONGEST_SHOWN]})


def _allow(match: re.Match[str], servers: dict[str, dict[str, Any]]) -> None:
    """A tool of a server that is allowed; the server is named, if nothing more is said of it."""
    label, tool = match["label"] or match["owner"], match["tool"] or match["one"]
    held = servers.setdefault(label, {"name": label})
    if tool and tool != _ALL and tool not in held.setdefault("tools", []):
        held["tools"].append(tool)
    if not held.get("tools", True):
        del held["tools"]


def _servers(told: Taking) -> dict[str, dict[str, Any]]:
    """By their names. Claude Code lists names and definitions, Copilot has one mapping."""
    found = dict[str, dict[str, Any]]()
    for key in ("mcpServers", "mcp-servers"):
        said = told.anything(key)
        each = said if isinstance(said, list) else [said] if said else []
        for place, one in enumerate(each):
            where = f"{told.place(key)}.{place}" if isinstance(said, list) else told.place(key)
            found |= _definitions(one, where, told)
    return found


def _definitions(said: Any, where: str, told: Taking) -> dict[str, dict[str, Any]]:
    if isinstance(said, str) and said.strip():
        return {said: {"name": said}}
    if not isinstance(said, Mapping):
        told.remarks.append(Remark("left_out", where, "wrong_kind"))
        return {}
    found = dict[str, dict[str, Any]]()
    for label, definition in said.items():
        if not isinstance(label, str) or not isinstance(definition, Mapping):
            told.remarks.append(Remark("left_out", f"{where}.{label}"[:200], "wrong_kind"))
            continue
        tools, remarks = server({"name": label, **definition}, f"{where}.{label}"[:200])
        told.remarks += remarks
        if tools:
            found[label] = _without_all(tools[0]["mcp"])
    return found


def _without_all(mcp: dict[str, Any]) -> dict[str, Any]:
    """The server, in whose tools “all of them” is nothing to say."""
    tools = [tool for tool in mcp.get("tools", ()) if tool != _ALL]
    return {key: value for key, value in {**mcp, "tools": tools}.items() if value}


def _model(told: Taking) -> dict[str, str]:
    """Claude's own names are taken; words such as “sonnet” or a list of choices say nothing elsewhere."""
    said = told.anything("model")
    name = said.strip() if isinstance(said, str) else ""
    if re.fullmatch(r"claude-[\w.-]+", name):
        return {"provider": "anthropic", "name": name}
    if said:
        told.remarks.append(Remark("left_out", "model", "unknown_part"))
    return {}


def _metadata(told: Taking) -> dict[str, Any]:
    kept, refused = without_keys(told.mapping("metadata"), "metadata")
    told.remarks += refused
    return kept
