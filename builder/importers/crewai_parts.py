"""What agents and tasks of CrewAI name: models, tools, tool servers. Classes and functions are named, never loaded."""

import ast
from collections.abc import Mapping
from typing import Any

from builder.exporters.models_named import provider_of
from builder.importers import python_read
from builder.importers.remarks import Remark
from builder.importers.servers import server
from builder.importers.taking import Taking

_PROVIDERS = {"gemini": "google", "vertex_ai": "google", "claude": "anthropic"}
_SETTINGS = ("temperature", "top_p", "max_tokens", "presence_penalty", "frequency_penalty", "seed")
LONGEST_SHOWN = 80


def is_python(value: Any) -> bool:
    """Whether it names something that CrewAI would import."""
    return isinstance(value, Mapping) and "python" in value


def refuse_python(taking: Taking, data: Mapping[Any, Any]) -> None:
    """Every part that names something to import, alone or in a list."""
    for key, value in data.items():
        if is_python(value) or (isinstance(value, list) and any(map(is_python, value))):
            taking.refuse("runs_code", key)


def model(owner: Taking, key: str = "llm") -> dict[str, Any]:
    """{"model": …}; {} where none is named."""
    said = owner.anything(key)
    about = Taking({"model": said} if isinstance(said, str) else said, owner.place(key))
    named = about.text("model") or about.text("deployment_name")
    first, slash, rest = named.partition("/")
    provider = about.text("provider") or (first if slash else provider_of(named))
    name = rest if slash and not about.anything("provider") else named
    settings = {setting: value for setting in _SETTINGS if _is_number(value := about.anything(setting))}
    if _is_number(most := about.anything("max_output_tokens")):
        settings["max_tokens"] = most
    owner.remarks += about.rest()
    found = {"provider": _PROVIDERS.get(provider, provider), "name": name, "settings": settings}
    return {"model": {part: value for part, value in found.items() if value}} if name else {}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def servers(owner: Taking) -> list[Any]:
    found = list[Any]()
    for place, said in enumerate(owner.items("mcps")):
        where = f"{owner.place('mcps')}.{place}"
        if isinstance(said, str):
            found += _by_reference(said)
            continue
        data = dict(said) if isinstance(said, Mapping) else {}
        only = Taking(data.pop("tool_filter", {}), f"{where}.tool_filter")
        names = only.texts("allowed_tool_names") if only.text("type") == "static" else []
        usual = {key for key in ("streamable", "cache_tools_list") if isinstance(data.get(key), bool)}
        kept = {key: value for key, value in data.items() if key not in usual}
        made, told = server({**kept, **({"tools": names} if names else {})}, where)
        found += made
        owner.remarks += [*only.rest(), *told]
        if not isinstance(said, Mapping):
            owner.remarks.append(Remark("left_out", where, "wrong_kind"))
    return found


def _by_reference(said: str) -> list[Any]:
    """An address or the name of a connected service, with one tool behind `#`."""
    address, _, tool = said.partition("#")
    place = {"url": address} if "://" in address else {"name": address}
    return [{"mcp": {**place, **({"tools": [tool]} if tool else {})}}] if address.strip() else []


class Tools:
    """`folder` is that of the project; `used` the files of tools that were read."""

    def __init__(self, others: Mapping[str, str], folder: str) -> None:
        self.others, self.folder = others, folder
        self.used = set[str]()

    def of(self, owner: Taking) -> list[dict[str, Any]]:
        found = list[dict[str, Any]]()
        for place, said in enumerate(owner.items("tools")):
            where = f"{owner.place('tools')}.{place}"
            name = said.get("name", said.get("tool_type")) if isinstance(said, Mapping) else said
            if isinstance(name, str) and name.strip():
                found.append(self._tool(owner, name.strip(), where))
            else:
                owner.remarks.append(Remark("left_out", where, "wrong_kind"))
        return found

    def _tool(self, owner: Taking, said: str, where: str) -> dict[str, Any]:
        is_own = said.startswith("custom:")
        name = said.removeprefix("custom:").split(":")[-1].rpartition(".")[2] or said
        path = f"{self.folder}tools/{name}.py"
        if is_own and path in self.others:
            self.used.add(path)
            parameters = _parameters(self.others[path])
        else:
            parameters = {}
        owner.remarks.append(Remark("left_out", where, "tool_named", {"tool": name[:LONGEST_SHOWN]}))
        return {"name": name, "parameters": parameters}


def _parameters(text: str) -> dict[str, Any]:
    """What the tool's class takes, read off its method."""
    for statement in python_read.statements(text):
        for part in statement.body if isinstance(statement, ast.ClassDef) else ():
            if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) and part.name == "_run":
                return python_read.parameters_of(part)
    return {}
