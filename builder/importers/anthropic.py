"""Anthropic's managed agents: the body that makes one, or what the API gives back; bodies of single messages, too."""

from collections.abc import Mapping
from typing import Any

from builder.exporters.anthropic import ABOUT_RESULT, RESULT
from builder.importers import bodies
from builder.importers.base import Document, Importer, Reading
from builder.importers.outputs import output
from builder.importers.prompts import described, named, parts, prompts
from builder.importers.remarks import Remark
from builder.importers.servers import server
from builder.importers.taking import Taking

_OWN = frozenset(("system", "mcp_servers", "multiagent", "skills", "execution_identity"))
_TOOLSETS = ("agent_toolset_", "mcp_toolset")
_TOOLS = {"web_search": "web_search", "web_fetch": "web_fetch"}


class AnthropicImporter(Importer):
    name = "anthropic"
    title = "Anthropic Managed Agents"
    rank = 5

    def recognises(self, document: Document) -> bool:
        data = document.data
        if not isinstance(data, Mapping) or not isinstance(data.get("system"), str):
            return False
        model = data.get("model")
        called = model.get("id") if isinstance(model, Mapping) else model
        is_theirs = isinstance(called, str) and "claude" in called.lower()
        return is_theirs or (isinstance(called, str) and isinstance(data.get("name"), str) and _has_their_tools(data))

    def read(self, document: Document) -> Reading:
        whole = Taking(document.data)
        whole.passed("id", "type", "created_at", "updated_at", "archived_at", "version", "max_tokens")
        kept, _ = bodies.metadata(whole)
        system = whole.text("system")
        texts = prompts(parts(system, bodies.CAPITALS), where="system")
        description, of_description = described(whole.anything("description"), system)
        name, of_name = named(whole.anything("name"), document.path)
        said = whole.items("tools")
        schema = _result_of(said)
        result, of_result = output(schema, "tools.0.input_schema")
        tools, of_tools = _tools(said, whole, 0 if schema is None else 1)
        values: dict[str, Any] = {**name, **description, **result, "prompts": texts.items, **_model(whole), **kept}
        remarks = [*texts.remarks, *of_name, *of_description, *of_result, *of_tools]
        return Reading({**values, **({"tools": tools} if tools else {})}, (*remarks, *whole.rest()))


def _has_their_tools(data: Mapping[Any, Any]) -> bool:
    tools = data.get("tools")
    kinds = [tool.get("type") for tool in tools if isinstance(tool, Mapping)] if isinstance(tools, list) else []
    return any(isinstance(kind, str) and kind.startswith((*_TOOLSETS, "custom")) for kind in kinds)


def _result_of(tools: list[Any]) -> Any:
    """The schema of the tool that our exports put first: the agent gives its result to it."""
    first = tools[0] if tools else None
    if isinstance(first, Mapping) and first.get("description") == ABOUT_RESULT:
        name = first.get("name")
        return first.get("input_schema") if isinstance(name, str) and name.startswith(RESULT) else None
    return None


def _model(whole: Taking) -> dict[str, Any]:
    said = whole.anything("model")
    if not isinstance(said, Mapping):
        return bodies.model(whole.text("model"), "anthropic", {"temperature": whole.anything("temperature")})
    inner = whole.inside("model")
    found = bodies.model(inner.text("id"), "anthropic", {})
    whole.remarks += inner.rest()
    return found


def _tools(said: list[Any], whole: Taking, begin: int) -> tuple[list[Any], list[Remark]]:
    """Functions, the platform's own tools, and servers with the tools of theirs that may be used."""
    found, remarks, allowed = list[Any](), list[Remark](), dict[str, list[str]]()
    for place, tool in enumerate(said[begin:], begin):
        told = Taking(tool, f"tools.{place}")
        kind = told.text("type")
        if kind.startswith("agent_toolset_"):
            names = _enabled(told)
            found += [{"name": _TOOLS[name], "parameters": {}} for name in names if name in _TOOLS]
            others = [name for name in names if name not in _TOOLS]
            remarks += [Remark("left_out", f"tools.{place}.{name}"[:200], "unknown_part") for name in others]
            remarks += told.rest()
        elif kind == "mcp_toolset":
            allowed[told.text("mcp_server_name")] = _enabled(told)
            remarks += told.rest()
        else:
            own, of_own = bodies.one_tool(tool, f"tools.{place}")
            found += own
            remarks += of_own
    for place, one in enumerate(whole.items("mcp_servers")):
        at = f"mcp_servers.{place}"
        if not isinstance(one, Mapping):
            remarks.append(Remark("left_out", at, "wrong_kind"))
            continue
        name = one.get("name")
        tools = allowed.get(name, []) if isinstance(name, str) else []
        own, of_own = server({**one, "tools": tools}, at)
        found += own
        remarks += of_own
    return found, remarks


def _enabled(told: Taking) -> list[str]:
    """The tools of a set that are switched on by name."""
    told.passed("default_config")
    configs = [Taking(config, f"{told.place('configs')}.{place}") for place, config in enumerate(told.items("configs"))]
    named = [(config.text("name"), config.anything("enabled")) for config in configs]
    for config in configs:
        told.remarks += config.rest()
    return [name for name, enabled in named if name and enabled is not False]
